"""Messages that somebody may see, by what is said in them. Every edge searches through here.

Who may see what is asked three times: in the query, of each room (refusal_to_enter), and of each row (sight).
Only visible messages are found, of one's own too. Nothing here counts what is not shown.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.core.signing import BadSignature, Signer
from django.db import DatabaseError, OperationalError, connection, transaction
from django.db.models import Exists, F, Max, OrderBy, OuterRef, Q, QuerySet
from django.db.models.functions import Lower
from django.utils import timezone
from psycopg.errors import QueryCanceled

from accounts.models import Person
from common.clock import now
from common.errors import Code, Refused
from common.limits import require_within
from rooms.markdown import plain
from rooms.models import Membership, Message, Room, Visibility
from rooms.permissions import Sight, Viewer, refusal_to_enter, sight
from rooms.protocol import Author
from rooms.searching import Part, Search, finds_beginnings, parts_around
from rooms.selectors.frames import author_of
from rooms.selectors.viewers import viewer_of

PAGE = 20
RATE = "30/minute"
# A search that takes longer is given up: it would hold a connection that talk needs.
PATIENCE_MS = 3000
# Looked at one by one before the index is asked: a word that is said all day is found here.
NEWEST = 5000
# As the index "message_words" is built (docs/adr/search.md).
CONFIG = "simple"

_signer = Signer(salt="rooms.search")


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
    """A page of hits, newest first; `older` leads to the next one, "" where there is none."""

    hits: tuple[Hit, ...]
    older: str = ""


def search(person: Person, wanted: Search, *, older: str = "") -> Found:
    """What this person finds. A search with problems finds nothing. Ten queries at most.

    Refuses: MALFORMED (`older` is not ours), TOO_FAST, SEARCH_TOO_WIDE (it takes too long).
    """
    if wanted.problems:
        return Found(())
    beginning = _unsigned(older)
    require_within(RATE, "search", person.public_id)
    viewer, rooms = viewer_of(person), _rooms_of(person, wanted)
    found = _newest(_matching(viewer, rooms, wanted), wanted, beginning)
    seen = [row for row in _rows(viewer, found[:PAGE]) if row.room_id in rooms and _is_seen(viewer, row)]
    return Found(
        hits=tuple(_hit(row, wanted) for row in seen),
        older=_signer.sign_object(found[PAGE - 1]) if len(found) > PAGE else "",
    )


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


def _matching(viewer: Viewer, rooms: Iterable[int], wanted: Search) -> QuerySet[Message]:
    rows = Message.objects.filter(room__in=list(rooms), visibility=Visibility.VISIBLE)
    rows = rows.exclude(author__in=_hidden_from(viewer)).filter(_facts(viewer, wanted))
    if words := _query(wanted):
        rows = rows.alias(words=SearchVector("body", config=CONFIG)).filter(words=words)
    return rows


def _hidden_from(viewer: Viewer) -> frozenset[int]:
    return frozenset() if viewer.is_moderator else viewer.apart_from


def _facts(viewer: Viewer, wanted: Search) -> Q:
    """What the operators ask for."""
    facts = Q()
    if wanted.authors:
        facts &= Q(author__in=_people(viewer, wanted.authors))
    if wanted.before:
        facts &= Q(sent_at__lt=_midnight(wanted.before))
    if wanted.after:
        facts &= Q(sent_at__gte=_midnight(wanted.after + dt.timedelta(days=1)))
    if wanted.has_link:
        facts &= Q(body_html__contains="<a href=")  # markdown.py escapes what people write
    return facts


def _people(viewer: Viewer, names: Sequence[str]) -> set[int]:
    lower = {name.lower() for name in names}
    named = Person.objects.alias(lower_name=Lower("name")).filter(lower_name__in=lower)
    # "me" is nobody's name: accounts/names.py.
    return {*named.values_list("pk", flat=True), *({viewer.person_id} if "me" in lower else ())}


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))


def _query(wanted: Search) -> SearchQuery | None:
    terms = [
        *map(_word, wanted.words),
        *map(_phrase, wanted.phrases),
        *(~_word(word) for word in wanted.without_words),
        *(~_phrase(phrase) for phrase in wanted.without_phrases),
    ]
    return reduce(and_, terms) if terms else None


def _word(word: str) -> SearchQuery:
    """As one lexeme or several in a row, quoted: nothing in it is an operator of PostgreSQL's."""
    quoted = word.replace("\\", "\\\\").replace("'", "''")
    ending = ":*" if finds_beginnings(word) else ""
    return SearchQuery(f"'{quoted}'{ending}", config=CONFIG, search_type="raw")


def _phrase(phrase: str) -> SearchQuery:
    return SearchQuery(phrase, config=CONFIG, search_type="phrase")


def _newest(rows: QuerySet[Message], wanted: Search, beginning: int | None) -> list[int]:
    """The ids of a page and one more, in bounded time: what is said often is found among the newest."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(PATIENCE_MS)])
            end = beginning or 1 + (Message.objects.aggregate(newest=Max("pk"))["newest"] or 0)
            ids = rows.filter(pk__lt=end).values_list("pk", flat=True)
            page = list(ids.filter(pk__gte=end - NEWEST).order_by("-pk")[: PAGE + 1])
            return page if len(page) > PAGE else list(ids.order_by(_order(wanted))[: PAGE + 1])
    except OperationalError as error:
        raise _refusal(error) from error


def _rows(viewer: Viewer, ids: Sequence[int]) -> list[Message]:
    """The messages of these ids, newest first, as they are by now: none of a room that was left meanwhile."""
    is_in = Membership.objects.filter(room=OuterRef("room"), person=viewer.person_id, left_at=None)
    rows = Message.objects.filter(Exists(is_in), pk__in=ids, visibility=Visibility.VISIBLE)
    rows = rows.exclude(author__in=_hidden_from(viewer)).filter(room__closed_at=None)
    return list(rows.select_related("room", "author").order_by("-pk"))


def _order(wanted: Search) -> OrderBy:
    """Newest first.

    Where words are looked for, so that PostgreSQL does not walk through the messages for it: it believes to
    be done soon, and reads all of them where the word is rare.
    """
    return (F("pk") + 0).desc() if _query(wanted) else F("pk").desc()


def _refusal(error: DatabaseError) -> Exception:
    return Refused(Code.SEARCH_TOO_WIDE) if isinstance(error.__cause__, QueryCanceled) else error


def _unsigned(older: str) -> int | None:
    try:
        return int(_signer.unsign_object(older)) if older else None
    except (BadSignature, ValueError) as error:
        raise Refused(Code.MALFORMED) from error


def _is_seen(viewer: Viewer, row: Message) -> bool:
    seen = sight(viewer, author_id=row.author_id, visibility=row.visibility, was_visible=row.was_visible)
    return seen is Sight.TEXT


def _hit(row: Message, wanted: Search) -> Hit:
    return Hit(
        message_id=row.public_id,
        room_slug=row.room.slug,
        room_name=row.room.name,
        author=author_of(row.author),
        sent_at=row.sent_at,
        parts=parts_around(plain(row.body), wanted),
    )
