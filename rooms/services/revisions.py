"""A room's row lock and its two counters: what orders everything that happens in a room.

Joined by the other services of this app; never a service by itself.
"""

from collections.abc import Iterable, Sequence

from django.db.models import QuerySet

from common.database import update_each
from rooms import fanout
from rooms.models import Message, Room, Visibility
from rooms.selectors.frames import changes_of


def lock_rooms(rooms: QuerySet[Room]) -> list[Room]:
    """These rooms, locked in order of id, so that two transactions never wait for each other.

    What is read after this call holds until the transaction ends, for all that a room's lock guards:
    messages, memberships, settings. Must be called within a transaction.
    """
    # no_key: what refers to a room, and is checked as it commits, does not wait for whoever changes the room.
    # It may hold the audit log's head by then, which the other may want.
    return list(rooms.select_for_update(of=("self",), no_key=True).order_by("pk"))


def next_position(room: Room) -> int:
    """The place of a new message. The room is locked; `keep_counters` stores it."""
    room.last_position += 1
    return room.last_position


def next_revision(room: Room) -> int:
    """The number of a change. The room is locked; `keep_counters` stores it."""
    room.revision += 1
    return room.revision


def keep_counters(rooms: Iterable[Room]) -> None:
    """Store the counters of locked rooms. One query."""
    update_each(list(rooms), ["last_position", "revision"])


def stamp(messages: Iterable[Message], rooms: Iterable[Room]) -> None:
    """Give changed messages their rooms' next revisions, and the locked room itself.

    Those that others see for the first time remember it (`shown_revision`).
    """
    locked = {room.pk: room for room in rooms}
    for message in messages:
        message.room = locked[message.room_id]
        message.revision = next_revision(message.room)
        if message.visibility == Visibility.VISIBLE and message.shown_revision is None:
            message.shown_revision = message.revision


def tell_changed(messages: Sequence[Message], rooms: Iterable[Room]) -> None:
    """What stands beside these messages changed, not their texts: a new revision, and everybody is told.

    The rooms are locked; the messages were read by `with_all_that_shows`. Publishes on commit.
    """
    rooms = list(rooms)
    stamp(messages, rooms)
    update_each(messages, ["revision"])
    keep_counters(rooms)
    fanout.publish_on_commit(changes_of(messages))
