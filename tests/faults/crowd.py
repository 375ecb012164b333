"""Who talks and listens while something breaks. Rooms screen before and after, in turn; people are adults.

Whoever talks is a moderator, whom the rules against floods leave alone: what is tried is loss, not pace.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from accounts.models import Person, SiteRole
from moderation.replay.ledger import Ledger
from moderation.replay.people import Player, prepare
from moderation.replay.player import Listener, Speaker
from rooms.models import Room, ScreeningMode

SPEAKERS_A_ROOM = 2
# One line in so many is one that the classifier hides.
AWFUL_EVERY = 10
ENTERED_S = 60


@dataclass(frozen=True)
class Load:
    """How many rooms, how many clients in each, how many messages a second in all, for how long."""

    rooms: int
    clients: int
    rate: float
    seconds: float

    def __str__(self) -> str:
        return f"{self.rooms} rooms × {self.clients} clients, {self.rate:g} messages/s"


@dataclass(frozen=True)
class Crowd:
    """The rooms and the people of a load, with what opens their sockets."""

    load: Load
    rooms: list[Room]
    speakers: list[Player]
    listeners: list[Player]

    @property
    def modes(self) -> dict[str, str]:
        """Each room's screening mode, by its public id."""
        return {room.public_id: str(room.screening_mode) for room in self.rooms}


def gather(load: Load) -> Crowd:
    """Make the rooms and the people."""
    rooms = [_room(number) for number in range(load.rooms)]
    speakers = prepare("speaker", load.rooms * SPEAKERS_A_ROOM, rooms)
    Person.objects.filter(pk__in=[one.person_id for one in speakers]).update(role=SiteRole.MODERATOR)
    listeners = prepare("listener", load.rooms * (load.clients - SPEAKERS_A_ROOM), rooms)
    return Crowd(load, rooms, speakers, listeners)


def _room(number: int) -> Room:
    mode = ScreeningMode.AFTER if number % 2 else ScreeningMode.BEFORE
    room, _ = Room.objects.get_or_create(
        slug=f"faults-{number}",
        defaults={"name": f"Faults {number}", "minimum_age": 18, "screening_mode": mode},
    )
    return room


@dataclass
class Talk:
    """The crowd at its sockets, and what it has said and had so far."""

    crowd: Crowd
    ledger: Ledger
    speakers: list[Speaker]
    listeners: list[Listener]
    marks: dict[str, float] = field(default_factory=dict)
    _said: int = 0

    async def goes_on(self, seconds: float, *, rate: float | None = None, words: str = "line") -> None:
        """Say lines at a steady rate, whatever breaks meanwhile."""
        rate = rate or self.crowd.load.rate
        begin = time.monotonic()
        for number in range(max(1, int(seconds * rate))):
            await asyncio.sleep(max(0.0, begin + number / rate - time.monotonic()))
            self.says(words)

    def says(self, words: str = "line") -> None:
        """One line more, from the next speaker."""
        self._said += 1
        ending = " awful" if self._said % AWFUL_EVERY == 0 else ""
        self.speakers[self._said % len(self.speakers)].say(f"{words} {self._said}{ending}")

    async def all_answered(self, *, within_s: float) -> None:
        """Wait until every line has its ack or its refusal."""
        deadline = time.monotonic() + within_s
        while self.ledger.unanswered and time.monotonic() < deadline:
            await asyncio.sleep(0.05)

    async def all_in(self, *, within_s: float = ENTERED_S) -> float:
        """Wait until every socket is open and receives its room again; gives how long that took."""
        began = time.monotonic()
        while any(
            one.cut_at is not None or not one.ready.is_set() for one in (*self.speakers, *self.listeners)
        ):
            assert time.monotonic() - began < within_s, "somebody has not come back"
            await asyncio.sleep(0.02)
        return time.monotonic() - began


@asynccontextmanager
async def talking(crowd: Crowd, urls: list[str]) -> AsyncIterator[Talk]:
    """The crowd connected, half of it to each address, until the end."""
    ledger = Ledger()
    speakers = [Speaker(_turned(urls, n), one, ledger) for n, one in enumerate(crowd.speakers)]
    listeners = [Listener(_turned(urls, n), one, ledger) for n, one in enumerate(crowd.listeners)]
    tasks = [asyncio.create_task(one.run()) for one in (*speakers, *listeners)]
    talk = Talk(crowd, ledger, speakers, listeners)
    try:
        await talk.all_in()
        yield talk
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _turned(urls: list[str], number: int) -> list[str]:
    """The addresses, beginning with another for every other person."""
    at = number // len(urls) % len(urls)
    return [*urls[at:], *urls[:at]]
