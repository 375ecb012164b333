"""Saying something in tests, with everything that does not matter filled in."""

import uuid
from typing import Any

from accounts.models import Person
from rooms.models import Room
from rooms.services.messages import Posted, Sending, post_message


def sending(person: Person, room: Room, body: str = "Hello there", **facts: Any) -> Sending:
    """What somebody wants to say."""
    facts.setdefault("client_key", uuid.uuid4())
    return Sending(person_id=person.pk, room_public_id=room.public_id, body=body, **facts)


def say(person: Person, room: Room, body: str = "Hello there", **facts: Any) -> Posted:
    """Somebody says it."""
    return post_message(sending(person, room, body, **facts))
