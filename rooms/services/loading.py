"""The queries behind a batch: as many for a hundred sendings as for one. Called by messages.py.

Rooms are locked first, then people are (shared): whoever is put out of a room or suspended while this
runs waits, or is seen.
"""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from django.db.models import F, Max, QuerySet, Window
from django.db.models.functions import Lower, RowNumber

from accounts.models import AgeBand, Person
from accounts.selectors import age_bands, people_apart
from accounts.services.sessions import Credentials, still_good
from common.clock import now
from common.errors import Code, Refused
from rooms.markdown import names_called
from rooms.models import Membership, Message, Room
from rooms.permissions import Sight, sight
from rooms.seams import RecentMessage
from rooms.selectors.frames import with_all_that_shows
from rooms.selectors.viewers import viewer_of
from rooms.services.batch import RECENT_MAX, Batch, Sending
from rooms.services.revisions import lock_rooms

# How far back the gate looks at an author's own messages.
_RECENT = dt.timedelta(minutes=2)


def load_batch(sendings: Sequence[Sending]) -> Batch:
    """Lock the rooms and their writers, and load the rest. Must be called within a transaction."""
    author_ids = {sending.person_id for sending in sendings}
    rooms = {room.public_id: room for room in _lock({sending.room_public_id for sending in sendings})}
    people = {person.pk: person for person in _people_as_they_stay(author_ids)}
    at, room_ids, bands = now(), {room.pk for room in rooms.values()}, age_bands()
    called = _called(sendings, rooms)
    parents = _parents(sendings, room_ids)
    return Batch(
        at=at,
        rooms=rooms,
        bands=bands,
        people=people,
        ended=_ended({sending.credentials for sending in sendings if sending.credentials}, people, bands),
        memberships=_memberships(room_ids, author_ids),
        apart=people_apart(author_ids) if called or parents else {},
        earlier=_earlier(sendings),
        parents=parents,
        called=called,
        last_sent=_last_sent(rooms.values(), author_ids, at),
        recent=_recent(author_ids, at),
    )


def load_with_message(sending: Sending, message_public_id: str) -> tuple[Batch, Message]:
    """The same for one message that its author changes. Refuses: NOT_FOUND (also another's), and standing."""
    batch, message = load_with_any_message(sending, message_public_id)
    if message.author_id != sending.person_id:
        raise Refused(Code.NOT_FOUND)
    return batch, message


def load_with_any_message(sending: Sending, message_public_id: str) -> tuple[Batch, Message]:
    """The same for a message by anybody: the caller asks whether it may be seen. Refuses: as above."""
    batch = load_batch([sending])
    refusal = batch.refusal_of_sender(sending)
    if refusal:
        raise refusal
    room = batch.rooms[sending.room_public_id]
    found = Message.objects.filter(public_id=message_public_id, room=room)
    message = with_all_that_shows(found).first()
    if message is None:
        raise Refused(Code.NOT_FOUND)
    return batch, message


def load_for_anybody(
    person: Person, room_public_id: str, message_public_id: str, credentials: Credentials | None
) -> tuple[Batch, Sending, Message]:
    """What a person does to a message by whomever: nothing is said, nothing screened. Refuses: as above."""
    sending = Sending(person.pk, room_public_id, uuid.uuid4(), body="", credentials=credentials)
    batch, message = load_with_any_message(sending, message_public_id)
    return batch, sending, message


def require_seen(person: Person, message: Message) -> None:
    """Only what one reads as everybody does; moderators read across a block, and do no more there."""
    viewer = viewer_of(person)
    seen = sight(
        viewer,
        author_id=message.author_id,
        visibility=message.visibility,
        was_visible=message.was_visible,
    )
    if seen is not Sight.TEXT:
        raise Refused(Code.NOT_FOUND)
    if message.author_id in viewer.apart_from:
        raise Refused(Code.NOT_ALLOWED)


def _lock(public_ids: set[str]) -> Iterable[Room]:
    return lock_rooms(Room.objects.filter(public_id__in=public_ids))


def _people_as_they_stay(person_ids: set[int]) -> Iterable[Person]:
    """Locked against change, not against each other: a suspension waits until we are done, or is seen."""
    return Person.objects.raw(
        "SELECT * FROM accounts_person WHERE id = ANY(%s) ORDER BY id FOR SHARE", [sorted(person_ids)]
    )


def _ended(
    credentials: set[Credentials], people: Mapping[int, Person], bands: Sequence[AgeBand]
) -> dict[Credentials, Refused]:
    many = list(credentials)
    refusals = still_good(many, people, bands)
    return {one: refusal for one, refusal in zip(many, refusals, strict=True) if refusal}


def _memberships(room_ids: set[int], person_ids: set[int]) -> dict[tuple[int, int], Membership]:
    rows = Membership.objects.filter(room_id__among=room_ids, person_id__among=person_ids)
    return {(row.room_id, row.person_id): row for row in rows}


def _earlier(sendings: Sequence[Sending]) -> dict[tuple[int, uuid.UUID], Message]:
    keys = {sending.key for sending in sendings}
    rows = Message.objects.filter(
        author_id__among={author for author, _ in keys}, client_key__among={key for _, key in keys}
    )
    return {(row.author_id, row.client_key): row for row in rows.select_related("room")}


def _parents(sendings: Sequence[Sending], room_ids: set[int]) -> dict[tuple[int, str], Message]:
    wanted = {sending.reply_to for sending in sendings if sending.reply_to}
    if not wanted:
        return {}
    rows = Message.objects.filter(public_id__in=wanted, room_id__in=room_ids)
    rows = rows.select_related("author", "thread_root")
    return {(row.room_id, row.public_id): row for row in rows}


def _called(sendings: Sequence[Sending], rooms: dict[str, Room]) -> dict[tuple[int, str], Membership]:
    names = {name for sending in sendings for name in names_called(sending.body)}
    if not names:
        return {}
    rows: QuerySet[Membership] = Membership.objects.filter(room__in=rooms.values(), left_at=None)
    rows = rows.annotate(called=Lower("person__name")).filter(called__in=names).select_related("person")
    return {(row.room_id, row.person.name.lower()): row for row in rows}


def _last_sent(
    rooms: Iterable[Room], author_ids: set[int], at: dt.datetime
) -> dict[tuple[int, int], dt.datetime]:
    slow = [room for room in rooms if room.slow_mode_s]
    if not slow:
        return {}
    since = at - dt.timedelta(seconds=max(room.slow_mode_s for room in slow))
    rows = Message.objects.filter(room__in=slow, author_id__in=author_ids, sent_at__gt=since)
    last = rows.values_list("room_id", "author_id").annotate(last=Max("sent_at")).order_by()
    return {(room_id, author_id): sent_at for room_id, author_id, sent_at in last}


def _recent(author_ids: set[int], at: dt.datetime) -> defaultdict[int, list[RecentMessage]]:
    newest_first = Window(RowNumber(), partition_by=F("author_id"), order_by=F("sent_at").desc())
    rows = Message.objects.filter(author_id__among=author_ids, sent_at__gt=at - _RECENT)
    rows = rows.annotate(rank=newest_first).filter(rank__lte=RECENT_MAX).order_by("sent_at")
    recent: defaultdict[int, list[RecentMessage]] = defaultdict(list)
    for author_id, body, sent_at, room_id in rows.values_list("author_id", "body", "sent_at", "room_id"):
        recent[author_id].append(RecentMessage(body, sent_at, room_id))
    return recent
