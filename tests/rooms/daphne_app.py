"""A small application for a Daphne of its own: it does with rooms.wire what a test asks over the socket."""

import json
from typing import Any

from rooms.wire import Parcel, Wire, wire_to

BIG = 200_000
GIVES_UP_AFTER = 2_000


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Accept, then obey."""
    await receive()
    await send({"type": "websocket.accept"})
    wire = wire_to(send)
    while (event := await receive())["type"] != "websocket.disconnect":
        obey(wire, event.get("text", ""))


def obey(wire: Wire, order: str) -> None:
    """What a test may ask for."""
    match order:
        case "which":
            wire.write(Parcel([type(wire).__name__.encode()]))
        case "sizes":
            wire.write(Parcel([b"x" * size for size in (0, 1, 125, 126, 65_535, 65_536, BIG)]))
        case "flood":
            flood(wire)
        case _:
            wire.close(int(order), last=Parcel([json.dumps({"type": "resync"}).encode()]))


def flood(wire: Wire) -> None:
    """Write until the wire refuses, then say how often it took it, and close."""
    parcel = Parcel([b"y" * 65_536])
    taken = next((number for number in range(GIVES_UP_AFTER) if not wire.write(parcel)), GIVES_UP_AFTER)
    wire.close(4408, last=Parcel([str(taken).encode()]))
