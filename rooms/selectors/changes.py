"""What changed in a room since a revision: its messages' current state, never what they were meanwhile."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from rooms.models import Message, Room
from rooms.selectors.frames import Change, changes_of, with_all_that_shows

# More than this is not told: a fresh page is less to send.
CHANGES_MAX = 500


@dataclass(frozen=True, slots=True)
class Changed:
    """The changes up to `revision`, oldest first; `is_limited` where they are too many to tell."""

    revision: int
    epoch: uuid.UUID
    changes: tuple[Change, ...]
    is_limited: bool = False


def changes_since(room_id: int, revision: int | None) -> Changed:
    """All messages of the room that changed after `revision`, as they are now. Six queries at most.

    None asks only where the room stands. The room's revision is read first: a change that commits
    meanwhile is left to the next call.
    """
    newest, epoch = Room.objects.values_list("revision", "epoch").get(pk=room_id)
    if revision is None or revision == newest:
        return Changed(newest, epoch, ())
    since = Message.objects.filter(room_id=room_id, revision__gt=revision, revision__lte=newest)
    rows = list(with_all_that_shows(since).order_by("revision")[: CHANGES_MAX + 1])
    if revision > newest or len(rows) > CHANGES_MAX:
        return Changed(newest, epoch, (), is_limited=True)
    return Changed(newest, epoch, tuple(changes_of(rows)))


def where_rooms_stand(room_ids: Sequence[int]) -> list[Changed]:
    """For each of these rooms its newest revision, and no changes: for who knows none. One query."""
    newest = revisions_of(set(room_ids))
    return [Changed(*newest[room_id], ()) for room_id in room_ids]


def revisions_of(room_ids: Collection[int]) -> dict[int, tuple[int, uuid.UUID]]:
    """The newest revision of each of these rooms, and its epoch. One query, none for no rooms."""
    if not room_ids:
        return {}
    rows = Room.objects.filter(pk__among=room_ids).values_list("pk", "revision", "epoch")
    return {room_id: (revision, epoch) for room_id, revision, epoch in rows}
