"""The people and rooms that the tests are about, introduced once.

Mara is an adult member; Finn is 14; Rex is the one who abuses people; Sam is a stranger whom nobody has
met. Nora and Otis moderate, Ada administers. The harbour is for everybody and screened before messages are
shown; the lounge is for adults and screened after; the attic is by invitation.
"""

from dataclasses import dataclass

from accounts.models import Person
from rooms.models import Room
from tests.factories import MembershipFactory, PersonFactory, RoomFactory


@dataclass(frozen=True)
class Cast:
    """Everybody, and where they meet."""

    mara: Person
    finn: Person
    rex: Person
    sam: Person
    nora: Person
    otis: Person
    ada: Person
    harbour: Room
    lounge: Room
    attic: Room


def assemble() -> Cast:
    """Create the cast in the database: Mara, Finn and Rex are in the harbour, adults in the lounge."""
    mara, finn = PersonFactory.create(name="Mara"), PersonFactory.create(name="Finn", minor=True)
    rex, sam = PersonFactory.create(name="Rex"), PersonFactory.create(name="Sam")
    nora, otis = (
        PersonFactory.create(name="Nora", moderator=True),
        PersonFactory.create(name="Otis", moderator=True),
    )
    ada = PersonFactory.create(name="Ada", administrator=True)
    harbour = RoomFactory.create(slug="harbour", name="Harbour", topic="Boats, weather, everyday things")
    lounge = RoomFactory.create(slug="lounge", name="Lounge", screened_after=True)
    attic = RoomFactory.create(slug="attic", name="Attic", invite_only=True)
    for room, people in {harbour: [finn, rex, nora], lounge: [rex, nora], attic: []}.items():
        MembershipFactory.create(room=room, person=mara, owner=True)
        for person in people:
            MembershipFactory.create(room=room, person=person)
    return Cast(mara, finn, rex, sam, nora, otis, ada, harbour, lounge, attic)
