"""How many messages a second does one worker decide, from rows that wait to rows that say what became?

    python benchmarks/judging.py [--messages 10000] [--rooms 20] [--found 10]

So many accepted messages wait, `found` of a hundred with an insult in them. Then the bell is rung, and the
time runs until none waits: the real classifier in the real worker, PostgreSQL durable, worker and PostgreSQL
on one core. First in rooms that show at once, where only what is found changes anything, then in rooms that
show what is cleared. Beat does not run: nothing is given to a human for having waited.
Raw: results/judging.json.
"""

import argparse
import os
import random
import sys
import time
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import psycopg

from benchmarks.harness.load import harmless
from benchmarks.harness.machine import (
    CLIENTS,
    busy_s,
    family,
    keep,
    memory_kib,
    processor_s,
    question,
    stay_on,
)
from benchmarks.harness.site import Servers, Wardroom, servers

if TYPE_CHECKING:
    from rooms.models import Room

TARGET = {"messages_per_s": 1000}
AUTHORS = 100
PATIENCE_S = 120
INSULTS = (
    "you are a stupid worthless idiot and I hate you",
    "shut up you disgusting moron",
    "what an ugly stupid bitch",
    "nobody likes you, you pathetic loser",
)


def main() -> None:
    """Measure, print, keep."""
    parser = question(__doc__)
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--rooms", type=int, default=20)
    parser.add_argument("--found", type=int, default=10, help="insults in a hundred messages")
    options = parser.parse_args()
    with servers() as ours:
        site = Wardroom(ours)
        site.migrate()
        os.environ.update(site.variables())
        import django

        django.setup()
        windows = {}
        for mode in ("after", "before"):
            slugs = [f"{mode}-{n}" for n in range(options.rooms)]
            site.members(AUTHORS, *slugs, screening=mode, prefix=mode)
            if mode == "after":
                site.add_worker()
                _judged(ours, mode, options, messages=500)  # every path is warm
            windows[mode] = _judged(ours, mode, options, messages=options.messages)
            print(f"{mode}: {windows[mode]['messages_per_s']}/s", flush=True)
    keep("judging", {"target": TARGET, "messages": options.messages, "rooms": options.rooms, **windows})


def _judged(ours: Servers, mode: str, options: argparse.Namespace, *, messages: int) -> dict[str, Any]:
    """Let so many wait, ring, and see how long it takes and what it costs."""
    stay_on(CLIENTS)
    newest = _let_wait(mode, messages, found=options.found)
    before, busy, began = _used(ours), busy_s(), time.perf_counter()
    _ring_until_none_waits(ours)
    took = time.perf_counter() - began
    used = {name: seconds - before[name] for name, seconds in _used(ours).items()}
    return {
        "messages_per_s": round(messages / took),
        "cpu_ms_per_message": {name: round(1000 * seconds / messages, 3) for name, seconds in used.items()},
        "seconds": round(took, 2),
        "outcomes": _outcomes(ours, newest),
        "worker_mib": round(memory_kib(family([ours.pids()["worker"]])) / 1024),
        "foreign_cores": round((busy_s() - busy - sum(used.values())) / took, 2),
    }


def _let_wait(mode: str, messages: int, *, found: int) -> int:
    """Store them as the rooms would; the greatest id among older ones."""
    from django.db import transaction
    from django.db.models import Max

    from moderation.models import Assessment
    from rooms.models import Message, Room, Visibility

    state = Visibility.VISIBLE if mode == "after" else Visibility.CHECKING
    newest: int = Message.objects.aggregate(newest=Max("pk", default=0))["newest"]
    rooms = list(Room.objects.filter(slug__startswith=f"{mode}-").order_by("pk"))
    authors = {room.pk: list(room.memberships.values_list("person_id", flat=True)) for room in rooms}
    rng, said = random.Random(newest), []
    with transaction.atomic():
        for n in range(messages):
            room = rooms[n % len(rooms)]
            _count(room)
            text = f"{INSULTS[n // 100 % len(INSULTS)]} {n}" if n % 100 < found else harmless(rng)
            said.append(
                Message(
                    room=room,
                    author_id=authors[room.pk][n // len(rooms) % len(authors[room.pk])],
                    client_key=uuid.uuid4(),
                    body=text,
                    body_html=f"<p>{text}</p>",
                    visibility=state,
                    was_visible=state == Visibility.VISIBLE,
                    position=room.last_position,
                    revision=room.revision,
                    shown_revision=room.revision if state == Visibility.VISIBLE else None,
                )
            )
        Message.objects.bulk_create(said, batch_size=1000)
        Assessment.objects.bulk_create(
            (Assessment(message=message, text_version=1) for message in said), batch_size=1000
        )
        Room.objects.bulk_update(rooms, ["last_position", "revision"])
    return newest


def _count(room: "Room") -> None:
    room.last_position += 1
    room.revision += 1


def _used(ours: Servers) -> dict[str, float]:
    """Processor seconds so far, by program."""
    return {name: processor_s(family([pid])) for name, pid in ours.pids().items()}


def _ring_until_none_waits(ours: Servers) -> None:
    """Ring as whoever posts would: a ring that a busy worker does not hear in time is dropped."""
    from common.jobs import ring
    from moderation import jobs

    deadline = time.monotonic() + PATIENCE_S
    with psycopg.connect(ours.owner_url, autocommit=True) as server:
        while server.execute(
            "SELECT 1 FROM moderation_assessment WHERE state = 'pending' LIMIT 1"
        ).fetchone():
            if time.monotonic() > deadline:
                raise SystemExit(f"Some still wait after {PATIENCE_S} s.")
            ring(jobs.ASSESS, queue=jobs.JUDGE)
            time.sleep(0.1)


def _outcomes(ours: Servers, newest: int) -> dict[str, int]:
    """What became of them: how many of each state of a message, and cases."""
    with psycopg.connect(ours.owner_url) as server:
        rows = server.execute(
            "SELECT visibility, count(*) FROM rooms_message WHERE id > %s GROUP BY 1 ORDER BY 1", [newest]
        ).fetchall()
        cases = server.execute(
            "SELECT count(*) FROM moderation_case WHERE message_id > %s", [newest]
        ).fetchone()
    return {**dict(rows), "cases": cases[0] if cases else 0}


if __name__ == "__main__":
    main()
