"""How long does a socket live on whose access has ended, and what does it still hear?

    python benchmarks/revocation.py [--count 200]

In one room that is shown at once, somebody says ten messages a second. One after the other, people's access
ends: a suspension, signing out, a new password, a closed account, in turn, by the services that pages call,
in another process than the one that holds the sockets. Measured from the service's return (it is committed)
to the closing frame at the client. "Later frames" are messages that were begun after that return and still
arrived. Raw: results/revocation.json.
"""

import asyncio
import json
import os
import re
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.harness.load import on_the_clients_core
from benchmarks.harness.machine import keep, question
from benchmarks.harness.site import Wardroom, wardroom

TARGET = {"p99_ms": 1000, "later_frames": 0}
SAID_PER_S = 10
LIVES_S = 30.0
SAID = re.compile(r"number (\d+) of the harbour")


@dataclass
class Listener:
    """One person's socket: when it closed, and what it heard until then."""

    person: Any
    cookie: str
    closed_at: float | None = None
    code: int | None = None
    heard: list[tuple[float, int]] = field(default_factory=list)
    is_in: asyncio.Event = field(default_factory=asyncio.Event)
    is_out: asyncio.Event = field(default_factory=asyncio.Event)

    async def listen(self, url: str, room: str) -> None:
        """Until the server closes it."""
        from websockets.asyncio.client import connect
        from websockets.exceptions import ConnectionClosed

        headers = {"Cookie": f"sessionid={self.cookie}"}
        async with connect(url, origin="http://localhost", additional_headers=headers) as socket:  # type: ignore[arg-type]
            await socket.send(json.dumps({"type": "enter", "room": room}))
            try:
                while True:
                    self._note(json.loads(await socket.recv()))
            except ConnectionClosed:
                self.closed_at, self.code = time.perf_counter(), socket.close_code
                self.is_out.set()

    def _note(self, frame: dict[str, Any]) -> None:
        at = time.perf_counter()
        if frame["type"] == "entered":
            self.is_in.set()
        elif frame["type"] == "message" and (said := SAID.search(frame["html"])):
            self.heard.append((at, int(said[1])))


def main() -> None:
    """Measure, print, keep."""
    parser = question(__doc__)
    parser.add_argument("--count", type=int, default=200)
    options = parser.parse_args()
    with wardroom() as site:
        os.environ.update(site.variables())
        import django

        django.setup()
        people, talker, admin, room = _community(site, options.count)
        figures = on_the_clients_core(_measure(site, people, talker, admin, room))
    keep("revocation", {"target": TARGET, **figures})


def _community(site: Wardroom, count: int) -> tuple[list[Listener], Any, Any, Any]:
    """Members with browsers, and who says something."""
    from accounts.models import Person, SiteRole
    from rooms.models import Room

    site.members(count + 2, "revocation", screening="after", prefix="revoked")
    people = list(Person.objects.filter(name__startswith="revoked").order_by("pk"))
    *members, talker, admin = people
    Person.objects.filter(pk=admin.pk).update(role=SiteRole.ADMINISTRATOR)
    Person.objects.filter(pk=talker.pk).update(
        role=SiteRole.MODERATOR
    )  # whom the rule against floods leaves alone
    admin.refresh_from_db()
    return (
        [Listener(one, _session_of(one)) for one in members],
        talker,
        admin,
        Room.objects.get(slug="revocation"),
    )


def _session_of(person: Any) -> str:
    from django.test import Client

    browser = Client()
    browser.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return str(browser.cookies["sessionid"].value)


def _endings(admin: Any) -> list[tuple[str, Callable[[Listener], None]]]:
    import datetime as dt

    from accounts.services import leaving, sessions
    from common.clock import now

    day = dt.timedelta(days=1)
    return [
        ("suspension", lambda one: leaving.suspend(person=one.person, until=now() + day)),
        ("sign-out", lambda one: sessions.note_sign_out(person=one.person, session_key=one.cookie)),
        ("password", lambda one: sessions.note_password_change(person=one.person, kept_key=None)),
        ("closed account", lambda one: leaving.deactivate_person(person=one.person, by=admin)),
    ]


async def _measure(
    site: Wardroom, people: list[Listener], talker: Any, admin: Any, room: Any
) -> dict[str, Any]:
    url = f"ws://127.0.0.1:{site.port}/ws/"
    listening = [asyncio.create_task(one.listen(url, room.public_id)) for one in people]
    await asyncio.gather(*(asyncio.wait_for(one.is_in.wait(), LIVES_S) for one in people))
    begun: list[float] = []
    talking = asyncio.create_task(_talk(talker, room, begun))
    endings, ended = _endings(admin), []
    for number, one in enumerate(people):
        name, end = endings[number % len(endings)]
        await asyncio.to_thread(_in_own_connection, end, one)
        at = time.perf_counter()
        ended.append((name, at, one))
        await asyncio.wait_for(one.is_out.wait(), LIVES_S)
    talking.cancel()
    await asyncio.gather(*listening, talking, return_exceptions=True)
    return _figures(ended, begun)


def _in_own_connection(end: Callable[[Listener], None], one: Listener) -> None:
    from django.db import connections

    try:
        end(one)
    finally:
        connections.close_all()


async def _talk(talker: Any, room: Any, begun: list[float]) -> None:
    import uuid

    from common.database import in_database
    from rooms.services.messages import Sending, post_message

    while True:
        begun.append(time.perf_counter())
        body = f"number {len(begun) - 1} of the harbour"
        await in_database(post_message, Sending(talker.pk, room.public_id, uuid.uuid4(), body, None))
        await asyncio.sleep(1 / SAID_PER_S)


def _figures(ended: list[tuple[str, float, Listener]], begun: list[float]) -> dict[str, Any]:
    took = {id(one): max(0.0, (one.closed_at or 0.0) - at) * 1000 for _name, at, one in ended}
    by_kind = {name: [took[id(one)] for kind, _at, one in ended if kind == name] for name, _a, _o in ended}
    return {
        "count": len(ended),
        "heard_before": sum(len(one.heard) for _name, _at, one in ended),
        **_percentiles(list(took.values())),
        "by_kind": {name: _percentiles(those) for name, those in by_kind.items()},
        "later_frames": sum(begun[number] > at for _name, at, one in ended for _heard, number in one.heard),
        "codes": sorted({one.code for _name, _at, one in ended if one.code}),
    }


def _percentiles(milliseconds: list[float]) -> dict[str, float]:
    ordered = sorted(milliseconds)
    at = {"p50_ms": 0.5, "p99_ms": 0.99}
    found = {name: ordered[min(len(ordered) - 1, int(len(ordered) * share))] for name, share in at.items()}
    return {name: round(value, 1) for name, value in {**found, "max_ms": ordered[-1]}.items()}


if __name__ == "__main__":
    main()
