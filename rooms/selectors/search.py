"""Messages that somebody may see, by what is said in them. Every edge searches through here.

Who may see what is asked three times: in the query, of each room (refusal_to_enter), and of each row (sight).
Only visible messages are found, of one's own too. Nothing here counts what is not shown.
"""

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.core.signing import BadSignature, Signer
from django.db import DatabaseError, OperationalError, connection, transaction
from django.db.models import Exists, F, Max, OrderBy, OuterRef, QuerySet
from psycopg.errors import QueryCanceled

from accounts.models import Person
from common.clock import now
from common.errors import Code, Refused
from common.limits import require_within
from rooms.markdown import plain
from rooms.models import Membership, Message, Room, Visibility
from rooms.permissions import Sight, Viewer, refusal_to_enter, sight
from rooms.protocol import Author
from rooms.searching import Order, Part, Search, parts_around
from rooms.selectors.frames import author_of
from rooms.selectors.matching import END, MARK, best_first, matching, stems_marked
from rooms.selectors.viewers import viewer_of

PAGE = 20
RATE = "30/minute"
# A search that takes longer is given up: it would hold a connection that talk needs.
PATIENCE_MS = 3000
# Looked at one by one before the index is asked: a word that is said all day is found here.
NEWEST = 5000
# The best are chosen among so many of the newest that match: each has to be read for it.
CANDIDATES = 1000

_signer = Signer(salt="rooms.search")
_FORMS = re.compile(f"{MARK}([^{MARK}{END}]+){END}")
_FORMS_MAX = 50


@dataclass(frozen=True, slots=True)
class Hit:
    """A message that was found, where it is, and what it says there."""

    message_id: str
    room_slug: str
    room_name: str
    author: Author
    sent_at: dt.datetime
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A page of hits in their order; `older` leads to the next one, "" where there is none."""

    hits: tuple[Hit, ...]
    older: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page begins: among the messages older than `end` (an id), the best `skipped` left out."""

    end: int
    skipped: int = 0


def search(person: Person, wanted: Search, *, order: Order = Order.NEWEST, older: str = "") -> Found:
    """What this person finds. A search with problems finds nothing. Eleven queries at most.

    Refuses: MALFORMED (`older` is not ours), TOO_FAST, SEARCH_TOO_WIDE (it takes too long).
    """
    if wanted.problems:
        return Found(())
    place = _unsigned(older)
    require_within(RATE, "search", person.public_id)
    viewer, rooms = viewer_of(person), _rooms_of(person, wanted)
    ids, following = _page(_visible(viewer, rooms, wanted), wanted, order, place)
    seen = [row for row in _rows(viewer, ids, wanted) if row.room_id in rooms and _is_seen(viewer, row)]
    return Found(hits=tuple(_hit(row, wanted) for row in seen), older=_signed(following))


def _rooms_of(person: Person, wanted: Search) -> Mapping[int, Room]:
    """The rooms in which is searched: those the person is in and may enter."""
    at, names = now(), {name.casefold() for name in wanted.rooms}
    own = Membership.objects.filter(person=person, left_at=None).select_related("room")
    return {
        membership.room_id: membership.room
        for membership in own
        if refusal_to_enter(person, membership.room, membership, at) is None
        and (not names or {membership.room.slug.casefold(), membership.room.name.casefold()} & names)
    }


def _visible(viewer: Viewer, rooms: Iterable[int], wanted: Search) -> QuerySet[Message]:
    rows = Message.objects.filter(room__in=list(rooms), visibility=Visibility.VISIBLE)
    return matching(rows.exclude(author__in=_hidden_from(viewer)), viewer, wanted)


def _hidden_from(viewer: Viewer) -> frozenset[int]:
    return frozenset() if viewer.is_moderator else viewer.apart_from


def _page(
    rows: QuerySet[Message], wanted: Search, order: Order, place: Place | None
) -> tuple[list[int], Place | None]:
    """The ids of a page in their order, and where the next begins. In bounded time, or refused."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(PATIENCE_MS)])
            place = place or Place(1 + (Message.objects.aggregate(newest=Max("pk"))["newest"] or 0))
            if order is Order.BEST and (wanted.words or wanted.phrases):
                return _best(rows, wanted, place)
            ids = _newest(rows, wanted, place.end, PAGE + 1)
            return ids[:PAGE], Place(ids[PAGE - 1]) if len(ids) > PAGE else None
    except OperationalError as error:
        raise _refusal(error) from error


def _newest(rows: QuerySet[Message], wanted: Search, end: int, count: int) -> list[int]:
    """The newest of these before `end`: what is said often is found at once among the very newest."""
    ids = rows.filter(pk__lt=end).values_list("pk", flat=True)
    found = list(ids.filter(pk__gte=end - NEWEST).order_by("-pk")[:count])
    return found if len(found) == count else list(ids.order_by(_downward(wanted))[:count])


def _best(rows: QuerySet[Message], wanted: Search, place: Place) -> tuple[list[int], Place | None]:
    """The best of the newest CANDIDATES; every page chooses among the same ones."""
    candidates = _newest(rows, wanted, place.end, CANDIDATES)
    ranked = Message.objects.filter(pk__in=candidates).order_by(best_first(wanted), "-pk")
    until = place.skipped + PAGE
    ids = list(ranked.values_list("pk", flat=True)[place.skipped : until + 1])
    return ids[:PAGE], Place(place.end, until) if len(ids) > PAGE else None


def _downward(wanted: Search) -> OrderBy:
    """Newest first.

    Where words are looked for, so that PostgreSQL does not walk through the messages for it: it believes to
    be done soon, and reads all of them where the word is rare.
    """
    return (F("pk") + 0).desc() if wanted.has_terms else F("pk").desc()


def _rows(viewer: Viewer, ids: Sequence[int], wanted: Search) -> list[Message]:
    """The messages of these ids in their order, as they are by now: none of a room left meanwhile."""
    is_in = Membership.objects.filter(room=OuterRef("room"), person=viewer.person_id, left_at=None)
    rows = Message.objects.filter(Exists(is_in), pk__in=ids, visibility=Visibility.VISIBLE)
    rows = rows.exclude(author__in=_hidden_from(viewer)).filter(room__closed_at=None)
    found = rows.annotate(marked=stems_marked(wanted)).select_related("room", "author")
    return sorted(found, key=lambda row: ids.index(row.pk))


def _refusal(error: DatabaseError) -> Exception:
    return Refused(Code.SEARCH_TOO_WIDE) if isinstance(error.__cause__, QueryCanceled) else error


def _signed(place: Place | None) -> str:
    return _signer.sign_object([place.end, place.skipped]) if place else ""


def _unsigned(older: str) -> Place | None:
    try:
        return Place(*map(int, _signer.unsign_object(older))) if older else None
    except (BadSignature, ValueError, TypeError) as error:
        raise Refused(Code.MALFORMED) from error


def _is_seen(viewer: Viewer, row: Message) -> bool:
    seen = sight(viewer, author_id=row.author_id, visibility=row.visibility, was_visible=row.was_visible)
    return seen is Sight.TEXT


def _hit(row: Message, wanted: Search) -> Hit:
    forms = dict.fromkeys(_FORMS.findall(row.marked))  # type: ignore[attr-defined] # annotated
    return Hit(
        message_id=row.public_id,
        room_slug=row.room.slug,
        room_name=row.room.name,
        author=author_of(row.author),
        sent_at=row.sent_at,
        parts=parts_around(plain(row.body), wanted, forms=list(forms)[:_FORMS_MAX]),
    )
