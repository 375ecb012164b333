"""Every figure of docs/performance.md, one question after the other, in at most a quarter of an hour.

    python benchmarks/all.py [--long]

Each question runs by itself and within its time; one that fails is said and does not stop the others. Prints
the table at the end, and writes it into docs/performance.md where every question was answered. `--long` also
asks what needs data sets beside the checkout or half an hour: replay.py, evasion.py, rules.py.
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
PAGE = HERE.parent / "docs" / "performance.md"
BEGIN, END = "<!-- made by benchmarks/all.py -->", "<!-- end of what is made -->"
Row = tuple[str, str, str]
# Seconds that each may take.
QUESTIONS = {"seen": 60, "rooms": 480, "judging": 120, "joins": 70, "pages": 130, "scale": 90}
LONG = {"rules": 600, "evasion": 600, "replay": 1800, "serving": 600}


def main() -> int:
    """Ask; 1 where a question could not be answered."""
    parser = question(__doc__)
    parser.add_argument("--long", action="store_true")
    questions = QUESTIONS | (LONG if parser.parse_args().long else {})
    began, failed = time.time(), [name for name, limit_s in questions.items() if not _ask(name, limit_s)]
    rows = list(_table(set(questions) - set(failed)))
    took = f"{time.time() - began:.0f} s, load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    print(f"\n{took}\n")
    for what, measured, target in rows:
        print(f"{what:<72} {measured:>14}   {target}")
    if failed:
        print("Not answered:", ", ".join(failed))
        return 1
    _write(rows, took)
    return 0


def _write(rows: list[Row], took: str) -> None:
    """The table between the marks of docs/performance.md."""
    text = PAGE.read_text("utf-8")
    before, after = text.partition(BEGIN)[0], text.partition(END)[2]
    conditions = json.loads((RESULTS / "rooms.json").read_text("utf-8"))["measured"]
    said = f"Measured {conditions['at'][:10]} on {conditions['machine']}; all of it in {took}."
    lines = [f"| {what} | {measured} | {target} |" for what, measured, target in rows]
    table = "\n".join([said, "", "| what | measured | must show |", "|---|---|---|", *lines])
    PAGE.write_text(f"{before}{BEGIN}\n\n{table}\n\n{END}{after}", "utf-8")


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


def _table(answered: set[str]) -> Iterator[Row]:
    makers = {
        "seen": _seen,
        "rooms": _rooms,
        "judging": _judging,
        "joins": _joins,
        "pages": _pages,
        "scale": _scale,
    }
    for name in (name for name in makers if name in answered):
        yield from makers[name](json.loads((RESULTS / f"{name}.json").read_text("utf-8")))


def _seen(f: dict[str, Any]) -> Iterator[Row]:
    what = "send to seen, room screened before, 20 members, 5 messages/s"
    yield what, f"p50 {f['p50_ms']} ms, p95 {f['p95_ms']} ms", "p50 ≤ 60 ms, p95 ≤ 150 ms"


def _rooms(f: dict[str, Any]) -> Iterator[Row]:
    units = {
        "one_room": ("one room, 200 members", "deliveries_per_s"),
        "many_rooms": ("200 rooms of 5 members", "messages_per_s"),
    }
    for name, (what, unit) in units.items():
        yield f"{what}: {unit.replace('_per_s', '/s')}", f"{f[name]['wardroom'][unit]:,}", ""
        for peer, ratio in f[name]["times"].items():
            theirs = f"{f[name][peer][unit]:,}"
            yield f"… against {peer} ({theirs}/s)", f"{ratio['times']} times", f"≥ {ratio['target']} times"
    ours, theirs = f["latency"]["wardroom"], f["latency"]["socketio"]
    target = f"≤ socket.io's {theirs['p99_ms']} ms" if "p99_ms" in theirs else "socket.io left out"
    yield "one room, 200 members, 10 messages/s: send to seen", f"p99 {ours['p99_ms']} ms", target


def _judging(f: dict[str, Any]) -> Iterator[Row]:
    for mode in ("after", "before"):
        cost = f[mode]["cpu_ms_per_message"]
        took = f"{cost['worker'] + cost['postgres']:.2f} ms of processor each"
        what = f"one worker, rooms screened {mode}: rows to decisions"
        yield what, f"{f[mode]['messages_per_s']:,}/s, {took}", "≥ 1,000/s"


def _joins(f: dict[str, Any]) -> Iterator[Row]:
    yield f"{f['joined']} join one room at once, none refused", f"{f['all_joined_s']} s", "≤ 1.5 s"
    yield "memory of an idle socket", f"{f['idle_socket_kib']} KiB", "≤ 40 KiB"


def _pages(f: dict[str, Any]) -> Iterator[Row]:
    for page, rows in (("room", f["messages"]), ("queue", f["cases"])):
        few, many = f["with_few"][page], f["with_many"][page]
        queries = f"{few['queries']} and {many['queries']} queries"
        yield f"{page} page: 60 and {rows:,} rows", f"{queries}, p95 {many['p95_ms']} ms", "same, ≤ 100 ms"


def _scale(f: dict[str, Any]) -> Iterator[Row]:
    what = f"two Daphnes and two workers against one of each; used: {f['bound_by']}"
    yield what, f"{f['factor']} times", "reported"


if __name__ == "__main__":
    raise SystemExit(main())
