"""What do a second Daphne and a second worker add?

    python benchmarks/scale.py

The highest rate of messages in 100 rooms of 5 that screen before showing, with one Daphne and one worker,
then with two of each, servers on all cores of the machine. What bounds it follows from the processor time
that each program used: it is in the figures. Raw: results/scale.json.
"""

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.harness.load import Crowd, highest, on_the_clients_core
from benchmarks.harness.machine import CORES, keep, question, stay_on
from benchmarks.harness.site import Seat, Wardroom, wardroom
from benchmarks.harness.sockets import WardroomSocket

ROOMS, IN_EACH = 100, 5
P99_MS = 500
START = 150
# Short windows, few of them: the factor is wanted to a tenth, within the time that `all.py` gives.
WINDOW_S, ATTEMPTS = 2.5, 6
# The second crowd counts on from here: more than the first can have said.
SAID_BEFORE = 1_000_000


def main() -> None:
    """Measure, print, keep."""
    question(__doc__).parse_args()
    with wardroom(cores=CORES) as site:
        rooms = [f"scale-{n}" for n in range(ROOMS)]
        seats = site.members(ROOMS * IN_EACH, *rooms, screening="before", prefix="scale")
        one = _search(site, seats, START, first=0)
        stay_on(CORES)
        site.add_web()
        site.add_worker()
        two = _search(site, seats, one["messages_per_s"] or START, first=SAID_BEFORE)
    factor = round(two["messages_per_s"] / one["messages_per_s"], 2) if one["messages_per_s"] else None
    figures = {"factor": factor, "cores": os.cpu_count(), "bound_by": _bound_by(two["best"])}
    keep("scale", {**figures, "one_of_each": one, "two_of_each": two})


def _search(site: Wardroom, seats: list[Seat], start: float, *, first: int) -> dict[str, Any]:
    crowd = Crowd(WardroomSocket, site.ports, site.servers.pids(), first=first)
    return on_the_clients_core(_highest(crowd, seats, start))


def _bound_by(best: dict[str, Any] | None) -> str:
    """How many cores the servers, the clients and everything else used at the highest rate."""
    if best is None:
        return "no rate was held"
    return (
        f"servers {best['server_cores']}, clients {best['client_cores']}, others {best['foreign_cores']}"
        f" of {os.cpu_count()} cores"
    )


async def _highest(crowd: Crowd, seats: list[Seat], start: float) -> dict[str, Any]:
    await crowd.take_seats(seats)
    await crowd.talk(20, 2)
    best, tried = await highest(crowd, start=start, p99_ms=P99_MS, seconds=WINDOW_S, attempts=ATTEMPTS)
    crowd.leave()
    await asyncio.sleep(1)
    return {
        "messages_per_s": best.rate if best else 0,
        "best": best.figures() if best else None,
        "tried": [window.figures() for window in tried],
    }


if __name__ == "__main__":
    main()
