"""Every figure of docs/performance.md, one question after the other, in at most twelve minutes.

    python benchmarks/all.py [--long]

Each question runs by itself and within its time; one that fails is said and does not stop the others. Prints
the table at the end. `--long` also asks what needs data sets beside the checkout or half an hour: replay.py,
evasion.py, rules.py.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.harness.machine import question

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results"
# Seconds that each may take.
QUESTIONS = {"seen": 90, "rooms": 330, "joins": 90, "pages": 120, "scale": 90}
LONG = {"rules": 600, "evasion": 600, "replay": 1800}


def main() -> int:
    """Ask; 1 where a question could not be answered."""
    parser = question(__doc__)
    parser.add_argument("--long", action="store_true")
    questions = QUESTIONS | (LONG if parser.parse_args().long else {})
    began, failed = time.time(), [name for name, limit_s in questions.items() if not _ask(name, limit_s)]
    print(
        f"\n{time.time() - began:.0f} s. Load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores.\n"
    )
    for line in _table(set(questions) - set(failed)):
        print(line)
    if failed:
        print("Not answered:", ", ".join(failed))
    return 1 if failed else 0


def _ask(name: str, limit_s: float) -> bool:
    print(f"--- {name}", flush=True)
    asked = subprocess.Popen([sys.executable, HERE / f"{name}.py"], stdout=_log(name), start_new_session=True)
    try:
        return asked.wait(timeout=limit_s) == 0
    except subprocess.TimeoutExpired:
        print(f"{name} took more than {limit_s:.0f} s and was ended", flush=True)
        os.killpg(asked.pid, signal.SIGINT)  # its servers end with it
        try:
            asked.wait(timeout=20)
        except subprocess.TimeoutExpired:
            os.killpg(asked.pid, signal.SIGKILL)
        return False


def _log(name: str) -> Any:
    folder = HERE.parent / "build" / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    return (folder / f"{name}.log").open("w")


def _table(answered: set[str]) -> Iterator[str]:
    for name, rows in (
        ("seen", _seen),
        ("rooms", _rooms),
        ("joins", _joins),
        ("pages", _pages),
        ("scale", _scale),
    ):
        if name in answered:
            yield from rows(json.loads((RESULTS / f"{name}.json").read_text("utf-8")))


def _row(what: str, measured: object, target: str) -> str:
    return f"{what:<66} {measured!s:>12}   {target}"


def _seen(f: dict[str, Any]) -> Iterator[str]:
    yield _row("send to seen, room screened before, 20 members, 5/s: p50 ms", f["p50_ms"], "at most 60")
    yield _row("  p95 ms", f["p95_ms"], "at most 150")


def _rooms(f: dict[str, Any]) -> Iterator[str]:
    for name, unit in (("one_room", "deliveries_per_s"), ("many_rooms", "messages_per_s")):
        yield _row(f"{name}: Wardroom, {unit}", f[name]["wardroom"][unit], "")
        for peer, ratio in f[name]["times"].items():
            yield _row(
                f"  times {peer} ({f[name][peer][unit]})", ratio["times"], f"at least {ratio['target']}"
            )
    late = f["latency"]
    yield _row("one room of 200, 10/s: p99 ms", late["wardroom"]["p99_ms"], "no worse than the next")
    yield _row("  socket.io with PostgreSQL", late["socketio"].get("p99_ms", "left out"), "")


def _joins(f: dict[str, Any]) -> Iterator[str]:
    yield _row(f"{f['joined']} join one room at once: s", f["all_joined_s"], "at most 1.5, none refused")
    yield _row("an idle socket: KiB", f["idle_socket_kib"], "at most 40")


def _pages(f: dict[str, Any]) -> Iterator[str]:
    for page, rows in (("room", f["messages"]), ("queue", f["cases"])):
        few, many = f["with_few"][page], f["with_many"][page]
        yield _row(f"{page} page, {rows:,} rows: p95 ms", many["p95_ms"], "at most 100")
        yield _row(
            "  queries, with few rows and with many", f"{few['queries']}, {many['queries']}", "the same"
        )


def _scale(f: dict[str, Any]) -> Iterator[str]:
    yield _row("two Daphnes and two workers against one of each", f["factor"], "reported")


if __name__ == "__main__":
    raise SystemExit(main())
