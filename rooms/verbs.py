"""Which verb of services/ each frame about one message asks for. Called on a database thread."""

from typing import Any

from accounts.models import Person
from accounts.services.sessions import Credentials, still_good
from rooms.protocol import Delete, Edit, Pin, React, Unpin, Unreact
from rooms.services.messages import Posted, delete_message, edit_message
from rooms.services.pins import pin_message, unpin_message
from rooms.services.reactions import react, take_reaction_back

# Answered by an ack, once it is done.
ChangeFrame = Edit | Delete | React | Unreact | Pin | Unpin


def change(credentials: Credentials, frame: ChangeFrame) -> Posted:
    """Do it as whoever is behind the socket. Refuses: what the verb does, and what still_good says."""
    which: dict[str, Any] = {
        "person": person_behind(credentials),
        "room_public_id": frame.room,
        "message_public_id": frame.message,
        "credentials": credentials,
    }
    match frame:
        case Delete():
            return delete_message(**which)
        case Pin():
            return pin_message(**which)
        case Unpin():
            return unpin_message(**which)
        case React():
            return react(**which, emoji=frame.emoji)
        case Unreact():
            return take_reaction_back(**which, emoji=frame.emoji)
        case Edit():
            return edit_message(**which, body=frame.body, client_key=frame.client_key, nudged=frame.nudged)


def person_behind(credentials: Credentials) -> Person:
    """Who it is, while what they opened the socket with still holds. Refuses: what still_good says."""
    [refusal] = still_good([credentials])
    if refusal:
        raise refusal
    return Person.objects.get(pk=credentials.person_id)
