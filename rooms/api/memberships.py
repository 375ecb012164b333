"""Into a room and out of it."""

from typing import Any

from ninja import Router, Status

from accounts.api.access import TokenRequest, asking, joins_rooms
from accounts.api.problems import answers
from accounts.api.shapes import PublicId
from accounts.models import Person
from common.errors import Code, Refused
from rooms.api import listing
from rooms.api.bodies import InvitationLink
from rooms.models import Room
from rooms.selectors.entry import enter_by_public_id, membership_in, room_by_public_id
from rooms.selectors.invitations import room_invited_to
from rooms.services.memberships import join_room, leave_room

router = Router()


@router.put(
    "/rooms/{room}/membership", auth=joins_rooms, response=answers(200, listing.Room), operation_id="join"
)
def join(request: TokenRequest, room: PublicId) -> dict[str, Any]:
    """Become a member of a public room. Whoever is one stays as they are."""
    return _come_in(asking(request), room_by_public_id(room))


@router.post(
    "/invitations/accept",
    auth=joins_rooms,
    response=answers(200, listing.Room),
    operation_id="accept_invitation",
)
def accept_invitation(request: TokenRequest, sent: InvitationLink) -> dict[str, Any]:
    """Become a member of the room that an invitation leads to. Whoever is one uses up nothing."""
    return _come_in(asking(request), room_invited_to(sent.secret), invitation=sent.secret)


@router.delete(
    "/rooms/{room}/membership", auth=joins_rooms, response=answers(204, None), operation_id="leave"
)
def leave(request: TokenRequest, room: PublicId) -> Status[None]:
    """Give up one's place; what one said stays. A second time changes nothing."""
    person, found = asking(request), room_by_public_id(room)
    if membership_in(found, person) is None:
        raise Refused(Code.NOT_FOUND)
    leave_room(person=person, room=found)
    return Status(204, None)


def _come_in(person: Person, room: Room, *, invitation: str | None = None) -> dict[str, Any]:
    join_room(person=person, room=room, invitation=invitation)
    return listing.room(enter_by_public_id(person, room.public_id))
