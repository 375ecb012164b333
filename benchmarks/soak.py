"""Does anything grow? Memory, connections and open files of a site in which people talk, come and go.

Starts a Wardroom of its own (`manage.py up --demo`, the real classifier), lets members talk, leave and join,
and samples its processes every few seconds. Keeps the samples in benchmarks/results/soak.json and draws
docs/pictures/soak.svg. "Flat" is said where the last third's median is within a tenth (or a few) of the
middle third's. What the supervisor had to start again is kept in its own words, and fails the soak.
"""

import argparse
import asyncio
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil

if TYPE_CHECKING:
    from collections.abc import Iterator

    from moderation.replay.player import AtSocket, Speaker

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "benchmarks" / "results" / "soak.json"
PICTURE = ROOT / "docs" / "pictures" / "soak.svg"
ROOMS = ("harbour", "lounge")
SAID = "supervisor.txt"
SAMPLE_S = 5
COMES_OR_GOES_S = 2
# What counts as flat: a tenth, or so many more.
SLACK = {"MiB": 8.0, "connections": 3.0, "files": 8.0}
SERIES = {
    "memory of Daphne": "MiB",
    "memory of the worker": "MiB",
    "connections to PostgreSQL": "connections",
    "connections to Redis": "connections",
    "files of Daphne": "files",
    "files of the worker": "files",
}
# The picture, in its own units.
LEFT, WIDE, HIGH, GAP = 60, 640, 80, 46

Samples = dict[str, list[float]]


def main() -> int:
    """Soak, sample, draw; 0 where everything is flat."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--members", type=int, default=100)
    parser.add_argument("--rate", type=float, default=10, help="messages a second in all")
    parser.add_argument("--port", type=int, default=8767)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="wardroom-soak-") as data, site(Path(data), options.port) as up:
        use_database_of(Path(data))
        samples, counts = asyncio.run(soak(up, options))
        again = started_again(Path(data) / SAID)
    verdicts = {name: verdict(samples[name], unit) for name, unit in SERIES.items()}
    setting = {key: getattr(options, key) for key in ("minutes", "members", "rate")}
    found = {"setting": setting, "counts": counts, "started again": again, "flat": verdicts}
    RESULTS.write_text(json.dumps({**found, "samples": samples}) + "\n", encoding="utf-8")
    draw(samples, setting)
    print(json.dumps(found, indent=2))
    return 0 if all(verdicts.values()) and not again else 1


@contextmanager
def site(data: Path, port: int) -> "Iterator[psutil.Process]":
    """The one command, ready."""
    command = [sys.executable, "manage.py", "up", "--demo", "--data", str(data), "--port", str(port)]
    with (data / SAID).open("wb") as said:
        up = subprocess.Popen(command, cwd=ROOT, stdout=said)
    try:
        deadline = time.monotonic() + 180
        while not ((data / "demo.txt").exists() and (data / "environment").exists()):
            if up.poll() is not None or time.monotonic() > deadline:
                raise SystemExit("The site did not start: run `make run` to see why.")
            time.sleep(0.5)
        yield psutil.Process(up.pid)
    finally:
        up.send_signal(signal.SIGINT)
        up.wait(timeout=30)


def started_again(said: Path) -> list[str]:
    """What the supervisor said about programs that ended, or that it ended, since the site was ready."""
    lines = said.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if "is being restarted" in line or "starting it again" in line]


def use_database_of(data: Path) -> None:
    """This process's models read and write the site's database."""
    lines = (data / "environment").read_text(encoding="utf-8").splitlines()
    os.environ.update(dict(line.split("=", 1) for line in lines), WARDROOM_LOG_LEVEL="ERROR")
    sys.path.insert(0, str(ROOT))
    import django

    django.setup()


async def soak(up: psutil.Process, options: argparse.Namespace) -> tuple[Samples, dict[str, int]]:
    """People talk, come and go; gives what was sampled and how much happened."""
    from common.database import in_database
    from moderation.replay.ledger import Ledger
    from moderation.replay.people import prepare
    from moderation.replay.player import Listener, Speaker
    from rooms.models import Room

    url, ledger = [f"ws://127.0.0.1:{options.port}/ws/"], Ledger()
    rooms = await in_database(list, Room.objects.filter(slug__in=ROOMS))
    talkers = await in_database(prepare, "soak-talker-", max(4, options.members // 2), rooms)
    others = await in_database(prepare, "soak-listener-", options.members - len(talkers), rooms)
    speakers = [Speaker(url, one, ledger) for one in talkers]
    listeners: list[AtSocket] = [Listener(url, one, ledger) for one in others]
    living = {one: asyncio.create_task(one.run()) for one in (*speakers, *listeners)}
    samples: Samples = {"minute": [], **{name: [] for name in SERIES}}
    end = time.monotonic() + options.minutes * 60
    comings = asyncio.create_task(come_and_go(living, end))
    sampling = asyncio.create_task(sample(up, samples, end))
    await talk(speakers, options.rate, end, ledger)
    await sampling
    coming_count = await comings
    for task in living.values():
        task.cancel()
    await asyncio.gather(*living.values(), return_exceptions=True)
    acked = sum(1 for sent in ledger.sent.values() if sent.acked_at is not None)
    return samples, {"sent": len(ledger.sent), "acked": acked, "left and joined": coming_count}


async def talk(speakers: "list[Speaker]", rate: float, end: float, ledger: Any) -> None:
    """Lines at a steady rate. What readers note is forgotten now and then."""
    number, begin = 0, time.monotonic()
    while time.monotonic() < end:
        await asyncio.sleep(max(0.0, begin + number / rate - time.monotonic()))
        speakers[number % len(speakers)].say(f"line {number} of a long conversation")
        number += 1
        if number % 1000 == 0:
            for reader in ledger.readers:
                reader.sightings.clear()


async def come_and_go(living: "dict[AtSocket, asyncio.Task[None]]", end: float) -> int:
    """Every few seconds the next member leaves the room and joins again, on a new socket."""
    from accounts.models import Person
    from common.database import in_database
    from rooms.services.memberships import join_room, leave_room

    def again(player: Any) -> None:
        person = Person.objects.get(pk=player.person_id)
        leave_room(person=person, room=player.room)
        join_room(person=person, room=player.room)

    everybody, count = list(living), 0
    while time.monotonic() < end:
        await asyncio.sleep(COMES_OR_GOES_S)
        one = everybody[count % len(everybody)]
        living[one].cancel()
        with suppress(asyncio.CancelledError):
            await living[one]
        await in_database(again, one.player)
        living[one] = asyncio.create_task(one.run())
        count += 1
    return count


async def sample(up: psutil.Process, samples: Samples, end: float) -> None:
    """Look at the processes every few seconds."""
    from common.database import in_database

    began = time.monotonic()
    while time.monotonic() < end:
        await asyncio.sleep(SAMPLE_S)
        try:
            found = await in_database(look, up)
        except psutil.NoSuchProcess:  # one of them is being started again
            continue
        samples["minute"].append(round((time.monotonic() - began) / 60, 3))
        for name in SERIES:
            samples[name].append(round(found[name], 1))


def look(up: psutil.Process) -> dict[str, float]:
    """One sample."""
    import redis
    from django.conf import settings
    from django.db import connection

    web, worker = child(up, "daphne"), child(up, "config worker")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'")
        [backends] = cursor.fetchone()
    with redis.Redis.from_url(settings.REDIS_URL) as server:
        clients = server.info("clients")["connected_clients"]
    return {
        "memory of Daphne": web.memory_info().rss / 2**20,
        "memory of the worker": worker.memory_info().rss / 2**20,
        "connections to PostgreSQL": backends,
        "connections to Redis": clients,
        "files of Daphne": web.num_fds(),
        "files of the worker": worker.num_fds(),
    }


def child(up: psutil.Process, words: str) -> psutil.Process:
    """The program whose command line has these words."""
    for one in up.children(recursive=True):
        if words in " ".join(one.cmdline()):
            return one
    raise psutil.NoSuchProcess(up.pid, msg=f"no {words} now")


def verdict(values: list[float], unit: str) -> bool:
    """Whether it stopped growing: the last third against the middle one."""
    third = len(values) // 3
    middle, last = statistics.median(values[third : 2 * third]), statistics.median(values[2 * third :])
    return last <= middle + max(middle / 10, SLACK[unit])


def draw(samples: Samples, setting: dict[str, float]) -> None:
    """The samples as small charts, one above the other, each from zero."""
    words = "{members:g} members, {rate:g} messages/s, {minutes:g} minutes".format(**setting)
    box = f"0 0 760 {(HIGH + GAP) * len(SERIES) + 40}"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" font-family="sans-serif" font-size="13">',
        f"<title>Memory, connections and files: {words}</title>",
        '<rect width="100%" height="100%" fill="#fff"/>',
        text(20, 22, words),
    ]
    for row, (name, unit) in enumerate(SERIES.items()):
        parts += chart(60 + row * (HIGH + GAP), f"{name}, {unit}", samples["minute"], samples[name])
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_text("\n".join([*parts, "</svg>"]) + "\n", encoding="utf-8")


def chart(top: int, name: str, minutes: list[float], values: list[float]) -> list[str]:
    """One line, with its first, last and highest value in words."""
    most, end = max(values) * 1.15 or 1, minutes[-1]
    points = " ".join(
        f"{LEFT + minute / end * WIDE:.1f},{top + HIGH - value / most * HIGH:.1f}"
        for minute, value in zip(minutes, values, strict=True)
    )
    return [
        text(LEFT, top - 8, f"{name}: {values[0]:g} first, {values[-1]:g} last, {max(values):g} at most"),
        f'<path d="M{LEFT} {top}V{top + HIGH}H{LEFT + WIDE}" fill="none" stroke="#999"/>',
        text(12, top + 10, f"{most:.0f}"),
        text(12, top + HIGH, "0"),
        f'<polyline points="{points}" fill="none" stroke="#1f5f8b" stroke-width="2"/>',
    ]


def text(x: int, y: int, words: str) -> str:
    """Words at a place."""
    return f'<text x="{x}" y="{y}" fill="#333">{words}</text>'


if __name__ == "__main__":
    raise SystemExit(main())
