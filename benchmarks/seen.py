"""How long from Enter to everybody's screen, in a room where nothing is shown before it is judged?

    python benchmarks/seen.py [--members 20] [--rate 5] [--seconds 20]

Everybody has a token, every message is screened by the rules, stored (fsync, synchronous_commit), judged by
the real classifier in the real worker, and only then shown. Raw: results/seen.json.
"""

import argparse
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.harness.load import Crowd, on_the_clients_core
from benchmarks.harness.machine import keep, question
from benchmarks.harness.site import Seat, Wardroom, wardroom
from benchmarks.harness.sockets import WardroomSocket

TARGET = {"p50_ms": 60, "p95_ms": 150}


def main() -> None:
    """Measure, print, keep."""
    parser = question(__doc__)
    parser.add_argument("--members", type=int, default=20)
    parser.add_argument("--rate", type=float, default=5.0)
    parser.add_argument("--seconds", type=float, default=20.0)
    options = parser.parse_args()
    with wardroom() as site:
        seats = site.members(options.members, "before", screening="before")
        window = on_the_clients_core(_measure(site, seats, options))
    keep("seen", {"target": TARGET, **window})


async def _measure(site: Wardroom, seats: list[Seat], options: argparse.Namespace) -> dict[str, Any]:
    crowd = Crowd(WardroomSocket, site.ports, site.servers.pids())
    await crowd.take_seats(seats)
    await crowd.talk(options.rate, 3)  # first words warm every path
    window = await crowd.talk(options.rate, options.seconds)
    crowd.leave()
    return window.figures()


if __name__ == "__main__":
    main()
