"""How long until 500 people are in one room who all come at once, and what does an idle socket cost?

    python benchmarks/joins.py [--members 500] [--idle 1000]

Every join is a handshake, a token that is looked up, the right to enter, `entered`. Memory is the growth of
all server processes over so many further sockets that are in a room and say nothing, on a fresh server;
shared pages count by their share. Raw: results/joins.json.
"""

import asyncio
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.harness.load import Crowd, on_the_clients_core
from benchmarks.harness.machine import family, keep, memory_kib, question
from benchmarks.harness.site import Seat, Wardroom, wardroom
from benchmarks.harness.sockets import WardroomSocket

TARGET = {"all_joined_s": 1.5, "idle_socket_kib": 40}
WARMING = 20


def main() -> None:
    """Measure, print, keep."""
    parser = question(__doc__)
    parser.add_argument("--members", type=int, default=500)
    parser.add_argument("--idle", type=int, default=1000)
    options = parser.parse_args()
    with wardroom() as site:
        rooms = [f"idle-{n}" for n in range(options.idle // 10)]
        idle = site.members(options.idle, *rooms, screening="before", prefix="idle")
        storm = site.members(options.members + WARMING, "storm", screening="before", prefix="storm")
        figures = on_the_clients_core(_measure(site, idle, storm))
    keep("joins", {"target": TARGET, **figures})


async def _measure(site: Wardroom, idle: list[Seat], storm: list[Seat]) -> dict[str, Any]:
    pids = site.servers.pids()
    crowd = Crowd(WardroomSocket, site.ports, pids)
    await crowd.take_seats(storm[:WARMING])  # every path is warm, as on a server that runs
    await asyncio.sleep(1)
    before = memory_kib(family(pids.values()))
    await crowd.take_seats(idle)
    await asyncio.sleep(3)
    after = memory_kib(family(pids.values()))
    joined_s = await crowd.take_seats(storm[WARMING:], at_once=len(storm))
    figures = {
        "joined": len(storm) - WARMING,
        "refused": 0,  # a refusal ends the run
        "all_joined_s": round(joined_s, 3),
        "idle_sockets": len(idle),
        "idle_socket_kib": round((after - before) / len(idle), 1),
    }
    crowd.leave()
    return figures


if __name__ == "__main__":
    main()
