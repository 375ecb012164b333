"""Who arrives at this process's sockets: all who come at the same time are looked up together.

One a process, on the sockets' loop, as the inbox is for drafts.
"""

import asyncio

from rooms.doorway import Guest, Scope, guests_of
from rooms.selectors.entering import Entering, Entrance, entrances_of
from rooms.together import Together


class Arrivals:
    """Those who open a socket, and those who enter a room."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.guests: Together[Scope, Guest] = Together(guests_of)
        self.entrances: Together[Entering, Entrance] = Together(entrances_of)


def of_this_loop() -> Arrivals:
    """This process's arrivals, made when its first socket opens."""
    if not _arrivals or _arrivals[0].loop is not asyncio.get_running_loop():
        _arrivals[:] = [Arrivals()]
    return _arrivals[0]


_arrivals: list[Arrivals] = []
