"""Finding a room by what people hold of it (an address, a public id) and asking to enter.

The one question is permissions.refusal_to_enter; here it gets its rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from accounts.models import AgeBand, Person
from common.clock import now
from common.errors import Code, Refused
from rooms.models import Membership, Room
from rooms.permissions import refusal_to_enter, screens_before
from rooms.protocol import RoomFrame


@dataclass(frozen=True, slots=True)
class Entry:
    """A person's place in a room that they may be in."""

    room: Room
    membership: Membership


def enter_by_slug(person: Person, slug: str) -> Entry:
    """The page's way in. Refuses: as refusal_to_enter; NOT_FOUND for an address nobody has. Two queries."""
    return _enter(person, Room.objects.filter(slug__iexact=slug).first())


def enter_by_public_id(person: Person, public_id: str) -> Entry:
    """The socket's way in. Refuses: the same. Two queries."""
    return _enter(person, Room.objects.filter(public_id=public_id).first())


def room_by_slug(slug: str) -> Room:
    """An open room of that address, whoever asks: show a stranger only what refusal_to_join allows.

    Refuses: NOT_FOUND.
    """
    room = Room.objects.filter(slug__iexact=slug, closed_at=None).first()
    if room is None:
        raise Refused(Code.NOT_FOUND)
    return room


def room_by_public_id(public_id: str) -> Room:
    """The same by its public id."""
    room = Room.objects.filter(public_id=public_id, closed_at=None).first()
    if room is None:
        raise Refused(Code.NOT_FOUND)
    return room


def membership_in(room: Room, person: Person) -> Membership | None:
    """The person's place in the room, also one they have left."""
    return Membership.objects.filter(room=room, person=person).first()


def room_frame(room: Room, bands: Sequence[AgeBand], membership: Membership | None) -> RoomFrame:
    """The room's settings as one of its members gets them."""
    is_muted = membership is not None and membership.is_muted(now())
    return RoomFrame(
        room=room.public_id,
        name=room.name,
        topic=room.topic,
        screens_before=screens_before(room, bands),
        minimum_age=room.minimum_age,
        slow_mode_s=room.slow_mode_s,
        read_only=room.is_read_only,
        muted_until=membership.muted_until if membership and is_muted else None,
    )


def entry_or_refusal(person: Person, room: Room | None, membership: Membership | None) -> Entry | Refused:
    """The person's place in the room, or why they may not be there. The rows are the caller's."""
    if room is None:
        return Refused(Code.NOT_FOUND)
    refusal = refusal_to_enter(person, room, membership, now())
    if refusal or membership is None:
        return refusal or Refused(Code.NOT_A_MEMBER)
    return Entry(room, membership)


def _enter(person: Person, room: Room | None) -> Entry:
    entry = entry_or_refusal(person, room, membership_in(room, person) if room else None)
    if isinstance(entry, Refused):
        raise entry
    return entry
