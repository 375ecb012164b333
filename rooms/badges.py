"""What people are told of rooms that they are in and do not look at: how much is unread there.

Owned by hub.py; on the hub's loop only. What moved is collected and counted for everybody at once, every
few seconds at most: never for one message, nor for one viewer.
"""

import asyncio
import logging
from collections.abc import Iterable, Mapping

from common.database import in_database
from rooms.protocol import Unread
from rooms.selectors.unread import UNREAD_MAX, Told, places_of, told
from rooms.sockets import Socket

log = logging.getLogger(__name__)

# The first count comes soon, the next ones together.
SOON_S = 0.3
EVERY_S = 2


class Badges:
    """Which rooms moved on, and whom of this process's sockets that concerns."""

    def __init__(self, sockets_of: Mapping[int, set[Socket]]) -> None:
        self._sockets_of = sockets_of
        self._rooms: set[int] = set()
        self._pairs: set[tuple[int, int]] = set()
        self._people: set[int] = set()
        self._telling: asyncio.Task[None] | None = None

    def look(
        self,
        *,
        rooms: Iterable[int] = (),
        pairs: Iterable[tuple[int, int]] = (),
        people: Iterable[int] = (),
    ) -> None:
        """Count soon: rooms for all who wait, pairs of room and person, all rooms of people."""
        self._rooms.update(rooms)
        self._pairs.update(pair for pair in pairs if pair[1] in self._sockets_of)
        self._people.update(person for person in people if person in self._sockets_of)
        if self._telling is None or self._telling.done():
            self._telling = asyncio.ensure_future(self._tell_all())

    async def _tell_all(self) -> None:
        await asyncio.sleep(SOON_S)
        while self._rooms or self._pairs or self._people:
            try:
                await self._tell()
            except Exception:  # a count is a convenience: the next one is right again
                log.exception("badges.not_counted")
            await asyncio.sleep(EVERY_S)

    async def _tell(self) -> None:
        rooms, self._rooms = self._rooms, set()
        pairs, self._pairs = self._pairs, set()
        people, self._people = self._people, set()
        places = await in_database(
            _places, rooms | {room for room, _ in pairs}, people, list(self._sockets_of)
        )
        asked = [pk for pk, room, person in places if self._is_asked(room, person, pairs, people)]
        if asked:
            for one in await in_database(told, asked):
                self._tell_sockets(one)

    def _is_asked(self, room: int, person: int, pairs: set[tuple[int, int]], people: set[int]) -> bool:
        """Whether somebody waits for this count, and may not have it already."""
        is_certain = person in people or (room, person) in pairs
        return any(is_certain or _may_rise(socket, room) for socket in self._waiting(room, person))

    def _waiting(self, room: int, person: int) -> list[Socket]:
        return [socket for socket in self._sockets_of.get(person, ()) if room not in socket.rooms]

    def _tell_sockets(self, one: Told) -> None:
        for socket in self._waiting(one.room_id, one.person_id):
            if socket.told.get(one.room_id) != one.count:
                socket.told[one.room_id] = one.count
                socket.tell(Unread(room=one.room, unread=one.count.unread, mentions=one.count.mentions))


def _places(rooms: set[int], people: set[int], all_people: list[int]) -> set[tuple[int, int, int]]:
    """The memberships of those rooms among everybody, and all of those people. Two queries at most."""
    found = set(places_of(all_people, room_ids=rooms)) if rooms else set()
    return found | set(places_of(people)) if people else found


def _may_rise(socket: Socket, room: int) -> bool:
    """More than UNREAD_MAX is not counted, so nothing more is to be said."""
    known = socket.told.get(room)
    return known is None or known.unread < UNREAD_MAX
