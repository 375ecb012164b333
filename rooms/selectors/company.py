"""Whether others may see that somebody is writing."""

import datetime as dt

from accounts.models import Person
from accounts.permissions import shows_presence
from accounts.selectors import age_bands
from common.clock import now
from rooms.models import Membership, Message, Visibility
from rooms.permissions import refusal_to_post
from rooms.protocol import Author
from rooms.selectors.frames import author_of

# Somebody whose words wait for a moderator is not announced either.
_HELD_FOR = dt.timedelta(days=1)


def typist(person_id: int, room_id: int) -> Author | None:
    """This person as one who writes in the room; None where nobody may be told. Four queries at most."""
    places = Membership.objects.filter(person=person_id, room=room_id).select_related("person", "room")
    place, at = places.first(), now()
    if place is None or refusal_to_post(place.person, place.room, place, at):
        return None
    held = Message.objects.filter(
        room=room_id, author=person_id, visibility=Visibility.HELD, sent_at__gt=at - _HELD_FOR
    )
    return author_of(place.person) if is_shown(place.person) and not held.exists() else None


def is_shown(person: Person) -> bool:
    """Whether others see that this person is here. One query where they have not chosen themselves."""
    return shows_presence(person, age_bands() if person.shows_presence is None else ())
