"""Whether the people at open sockets may still be there, and what they see as: all of them at once.

Asked when something about people or rooms changed, and every few seconds for everybody (hub.py).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from accounts.models import AgeBand, Person
from accounts.permissions import shows_presence
from accounts.selectors import age_bands
from accounts.services.sessions import Credentials, still_good
from common.clock import now
from common.errors import Code, Refused
from rooms.models import Membership, Room
from rooms.permissions import Viewer, refusal_to_enter
from rooms.protocol import RoomFrame
from rooms.selectors.entry import room_frame
from rooms.selectors.viewers import viewers_of


@dataclass(frozen=True, slots=True)
class Watched:
    """A socket as this module needs it: what it was opened with and which rooms it receives."""

    credentials: Credentials
    room_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """How a socket stands.

    Attributes:
        refusal: why the socket must close, or None; then the rest is empty.
        rooms: for each room its settings, or why the person may not be in it any more.
    """

    refusal: Refused | None = None
    viewer: Viewer | None = None
    is_shown: bool = False
    rooms: Mapping[int, RoomFrame | Refused] = field(default_factory=dict)


def standing_of(watched: Sequence[Watched]) -> list[Standing]:
    """How each of these sockets stands now. Six queries at most, however many they are."""
    asked = Person.objects.filter(pk__among={one.credentials.person_id for one in watched})
    people = {person.pk: person for person in asked}
    viewers, bands = viewers_of(people.values()), age_bands()
    refusals = still_good([one.credentials for one in watched], people, bands)
    rooms = _standing_in_rooms(watched, people, bands)
    return [
        Standing(refusal)
        if refusal
        else Standing(
            viewer=viewers[one.credentials.person_id],
            is_shown=shows_presence(people[one.credentials.person_id], bands),
            rooms={room_id: rooms[room_id, one.credentials.person_id] for room_id in one.room_ids},
        )
        for one, refusal in zip(watched, refusals, strict=True)
    ]


def _standing_in_rooms(
    watched: Sequence[Watched], people: Mapping[int, Person], bands: Sequence[AgeBand]
) -> dict[tuple[int, int], RoomFrame | Refused]:
    pairs = {(room_id, one.credentials.person_id) for one in watched for room_id in one.room_ids}
    if not pairs:
        return {}
    rooms = Room.objects.in_bulk({room_id for room_id, _ in pairs})
    person_ids = {person_id for _, person_id in pairs}
    rows = Membership.objects.filter(room_id__among=rooms, person_id__among=person_ids)
    memberships = {(row.room_id, row.person_id): row for row in rows}
    at = now()
    standing: dict[tuple[int, int], RoomFrame | Refused] = {}
    for room_id, person_id in pairs:
        room, person = rooms.get(room_id), people.get(person_id)
        membership = memberships.get((room_id, person_id))
        if room is None or person is None:
            standing[room_id, person_id] = Refused(Code.NOT_FOUND)
            continue
        refusal = refusal_to_enter(person, room, membership, at)
        standing[room_id, person_id] = refusal or room_frame(room, bands, membership)
    return standing
