"""Who enters which room: all who ask at the same time, with as many statements as for one."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from accounts.models import AgeBand, Person
from accounts.selectors import age_bands
from accounts.services.sessions import Credentials, still_good
from common.errors import Refused
from rooms.models import Membership, Room
from rooms.protocol import RoomFrame
from rooms.selectors.entry import entry_or_refusal, room_frame


@dataclass(frozen=True, slots=True)
class Entering:
    """A socket that asks to be let into a room: what it was opened with, and the room's public id."""

    credentials: Credentials
    room: str


@dataclass(frozen=True, slots=True)
class Entrance:
    """A room into which somebody may come, and its settings as they get them."""

    room_id: int
    frame: RoomFrame


def entrances_of(entering: Sequence[Entering]) -> list[Entrance | Refused]:
    """For each of these, the room's settings or why not: what still_good and refusal_to_enter say.

    Seven statements at most, however many they are.
    """
    asked = Person.objects.filter(pk__among={one.credentials.person_id for one in entering})
    people = {person.pk: person for person in asked}
    bands = age_bands()
    refusals = still_good([one.credentials for one in entering], people, bands)
    rooms = {room.public_id: room for room in _rooms({one.room for one in entering})}
    places = _places(people, rooms.values())
    return [
        refusal or _entrance(people[one.credentials.person_id], rooms.get(one.room), places, bands)
        for one, refusal in zip(entering, refusals, strict=True)
    ]


def _rooms(public_ids: set[str]) -> list[Room]:
    return list(Room.objects.filter(public_id__among=public_ids))


def _places(people: Mapping[int, Person], rooms: Collection[Room]) -> dict[tuple[int, int], Membership]:
    rows = Membership.objects.filter(room_id__among={room.pk for room in rooms}, person_id__among=people)
    return {(row.room_id, row.person_id): row for row in rows}


def _entrance(
    person: Person,
    room: Room | None,
    places: Mapping[tuple[int, int], Membership],
    bands: Sequence[AgeBand],
) -> Entrance | Refused:
    entry = entry_or_refusal(person, room, places.get((room.pk, person.pk)) if room else None)
    if isinstance(entry, Refused):
        return entry
    return Entrance(entry.room.pk, room_frame(entry.room, bands, entry.membership))
