"""What is pinned in a room, and pinning."""

from typing import Any

from ninja import Router

from accounts.api.access import TokenRequest, asking, reads_rooms, writes_rooms
from accounts.api.problems import answers
from accounts.api.shapes import PublicId
from rooms.api.shapes import Ack, Message, ack, plain
from rooms.selectors.entry import enter_by_public_id
from rooms.selectors.history import pinned_in
from rooms.selectors.viewers import viewer_of
from rooms.services.pins import pin_message, unpin_message

router = Router()

_PIN = "/rooms/{room}/messages/{message}/pin"


@router.get("/rooms/{room}/pins", auth=reads_rooms, response=answers(200, list[Message]), operation_id="pins")
def list_pins(request: TokenRequest, room: PublicId) -> list[dict[str, Any]]:
    """What is pinned, the last one pinned first."""
    person = asking(request)
    entry = enter_by_public_id(person, room)
    return [plain(frame) for frame in pinned_in(entry.room, viewer_of(person))]


@router.put(_PIN, auth=writes_rooms, response=answers(200, Ack, also=[409]), operation_id="pin")
def pin(request: TokenRequest, room: PublicId, message: PublicId) -> dict[str, Any]:
    """Pin a message: hosts, owners, moderators. A second time changes nothing; 409 at fifty pins."""
    return ack(pin_message(person=asking(request), room_public_id=room, message_public_id=message))


@router.delete(_PIN, auth=writes_rooms, response=answers(200, Ack), operation_id="unpin")
def unpin(request: TokenRequest, room: PublicId, message: PublicId) -> dict[str, Any]:
    """Take the pin out of a message. A second time changes nothing."""
    return ack(unpin_message(person=asking(request), room_public_id=room, message_public_id=message))
