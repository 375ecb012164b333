"""How many deliveries a second into one room, how many messages a second into many, against others?

    python benchmarks/rooms.py [--only one_room|many_rooms|latency] [--peers tutorial,socketio,ejabberd]

One room of 200 members, then 200 rooms of 5: the highest rate at which 99 of 100 deliveries come within
250 ms and none is lost. Wardroom does all its work: tokens, rules, storing (fsync, synchronous_commit), a
worker that judges meanwhile. The peers: the Channels tutorial's consumer (without storing, and storing by the
ORM), socket.io that stores in PostgreSQL, ejabberd's rooms, which store nothing. Everybody on the same
servers, in one run, servers on one core and clients on another. Raw: results/rooms.json.

The flood rule lets a person say ten things in ten seconds, so in Wardroom's one room 1,200 further members
speak whose sockets do not listen; the peers' 200 members speak themselves, which is less work for them.

Then the time from send to seen in one room of 200 at ten messages a second, against socket.io.
"""

import asyncio
import sys
from collections.abc import Callable, Coroutine
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.harness.load import Crowd, Window, highest, on_the_clients_core
from benchmarks.harness.machine import SERVERS, keep, question, stay_on
from benchmarks.harness.site import Seat, Servers, Wardroom, servers
from benchmarks.harness.sockets import WardroomSocket
from benchmarks.peers.programs import MissingError, Peer, ejabberd, socketio, tutorial
from config.embedded.failure import StartError

MEMBERS, SPEAKERS = 200, 1200
ROOMS, IN_EACH = 200, 5
P99_MS = 250
ATTEMPTS = 9
LATENCY_RATE, LATENCY_S = 10, 10
# Where Wardroom's searches begin, in messages a second.
STARTS = {"one_room": 200, "many_rooms": 200, "latency": LATENCY_RATE}
# Where each search begins, in messages a second: near the answer, so that it is found soon.
Work = Callable[[Crowd, list[Seat], float], Coroutine[Any, Any, dict[str, Any]]]
Start = Callable[[Servers], AbstractContextManager[Peer]]
ONE_ROOM: dict[str, tuple[Start, float]] = {
    "tutorial": (partial(tutorial, storing=False), 8),
    "socketio": (socketio, 250),
    "ejabberd": (ejabberd, 100),
}
MANY_ROOMS: dict[str, tuple[Start, float]] = {
    "tutorial_storing": (partial(tutorial, storing=True), 30),
    "socketio": (socketio, 900),
    "ejabberd": (ejabberd, 1300),
}
LATENCY: dict[str, tuple[Start, float]] = {"socketio": (socketio, LATENCY_RATE)}
# What Wardroom must reach: so many times the peer.
TARGETS: dict[str, dict[str, float]] = {
    "one_room": {"tutorial": 50, "socketio": 2, "ejabberd": 4},
    "many_rooms": {"tutorial_storing": 20, "socketio": 1, "ejabberd": 0.8},
}


def main() -> None:
    """Measure, print, keep."""
    parser = question(__doc__)
    parser.add_argument("--only", choices=["one_room", "many_rooms", "latency"])
    parser.add_argument("--peers", default="tutorial,tutorial_storing,socketio,ejabberd")
    parser.add_argument("--attempts", type=int, default=ATTEMPTS, help="rates that a search tries at most")
    options = parser.parse_args()
    wanted = set(options.peers.split(","))
    figures: dict[str, Any] = {}
    with servers() as ours:
        for name, peers in (("one_room", ONE_ROOM), ("many_rooms", MANY_ROOMS), ("latency", LATENCY)):
            if options.only in {None, name}:
                chosen = {peer: how for peer, how in peers.items() if peer in wanted}
                figures[name] = {
                    peer: _measured(ours, name, *how, options.attempts) for peer, how in chosen.items()
                }
        site = Wardroom(ours)
        site.migrate()
        site.start()
        for name, measured in figures.items():
            measured["wardroom"] = _wardroom(site, name, options.attempts)
            if name in TARGETS:
                measured["times"] = _ratios(measured, TARGETS[name])
    keep("rooms" if options.only is None else f"rooms-{options.only}", figures)


def _measured(ours: Servers, name: str, start: Start, rate: float, attempts: int) -> dict[str, Any]:
    stay_on(SERVERS)
    try:
        with start(ours) as peer:
            print(f"{name}: {peer.client.__name__}", flush=True)
            seats = [Seat(f"r{n % _rooms(name)}") for n in range(_listeners(name))]
            crowd = Crowd(peer.client, [peer.port], peer.pids)
            return on_the_clients_core(_work(name, attempts)(crowd, seats, rate))
    except (MissingError, StartError, OSError) as missing:
        print(f"{name}: left out: {missing}", flush=True)
        return {"missing": str(missing)}


def _wardroom(site: Wardroom, name: str, attempts: int) -> dict[str, Any]:
    stay_on(SERVERS)
    slugs = [f"{name.replace('_', '-')}-{n}" for n in range(_rooms(name))]
    seats = site.members(_listeners(name), *slugs, screening="after", prefix=name)
    if name == "one_room":
        others = site.members(SPEAKERS, *slugs, screening="after", prefix=f"{name}-speaker")
        seats += [Seat(seat.room, seat.token, listens=False) for seat in others]
    print(f"{name}: Wardroom", flush=True)
    crowd = Crowd(WardroomSocket, site.ports, site.servers.pids())
    return on_the_clients_core(_work(name, attempts)(crowd, seats, STARTS[name]))


def _work(name: str, attempts: int) -> Work:
    return _steady if name == "latency" else partial(_search, attempts=attempts)


async def _steady(crowd: Crowd, seats: list[Seat], rate: float) -> dict[str, Any]:
    await crowd.take_seats(seats)
    await crowd.talk(rate, 3)
    window = await crowd.talk(rate, LATENCY_S)
    print(window.line, flush=True)
    crowd.leave()
    await asyncio.sleep(1)
    return window.figures()


async def _search(crowd: Crowd, seats: list[Seat], start: float, *, attempts: int) -> dict[str, Any]:
    await crowd.take_seats(seats)
    await crowd.talk(start / 2, 4)  # first words warm every path, and count everybody's unread messages up
    best, tried = await highest(crowd, start=start, p99_ms=P99_MS, attempts=attempts)
    crowd.leave()
    await asyncio.sleep(1)
    return {
        "messages_per_s": best.rate if best else 0,
        "deliveries_per_s": _deliveries_per_s(best) if best else 0,
        "best": best.figures() if best else None,
        "tried": [window.figures() for window in tried],
    }


def _deliveries_per_s(window: Window) -> float:
    return round(window.rate * window.delivered / window.said)


def _ratios(figures: dict[str, Any], targets: dict[str, float]) -> dict[str, Any]:
    """How many times each peer Wardroom is, and was to be."""
    unit = "deliveries_per_s" if "tutorial" in targets else "messages_per_s"
    ours = figures["wardroom"][unit]
    return {
        peer: {"times": round(ours / figures[peer][unit], 2), "target": target}
        for peer, target in targets.items()
        if figures.get(peer, {}).get(unit)
    }


def _rooms(name: str) -> int:
    return ROOMS if name == "many_rooms" else 1


def _listeners(name: str) -> int:
    return ROOMS * IN_EACH if name == "many_rooms" else MEMBERS


if __name__ == "__main__":
    main()
