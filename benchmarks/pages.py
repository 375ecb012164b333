"""Does a room's page stay quick with a million messages in the room, and the queue with ten thousand cases?

    python benchmarks/pages.py [--messages 1000000] [--cases 10000]

Queries are counted and pages timed with few rows, then with many; a page comes from the real Daphne, for a
member who is signed in (the queue: for a moderator). Raw: results/pages.json.
"""

import http.client
import os
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import psycopg

from benchmarks.harness.machine import CLIENTS, keep, question, stay_on
from benchmarks.harness.site import Wardroom, wardroom

TARGET = {"p95_ms": 100, "queries": "the same"}
FEW, ASKED = 60, 60
ROOM, QUEUE = "/rooms/pages/", "/moderation/"
BIG_TABLES = ("rooms_message", "moderation_case")


def main() -> None:
    """Measure, print, keep."""
    parser = question(__doc__)
    parser.add_argument("--messages", type=int, default=1_000_000)
    parser.add_argument("--cases", type=int, default=10_000)
    options = parser.parse_args()
    with wardroom() as site:
        site.members(2, "pages", screening="after", prefix="pages")
        os.environ.update(site.variables())
        import django

        django.setup()
        stay_on(CLIENTS)
        _first_rows()
        _grow(site, messages=FEW, cases=FEW)
        few = _look(site)
        _grow(site, messages=options.messages, cases=options.cases)
        many = _look(site)
    sizes = {"messages": options.messages, "cases": options.cases}
    keep("pages", {"target": TARGET, **sizes, "with_few": few, "with_many": many})


def _first_rows() -> None:
    """One message and one case, made by the services; the rest are like them. A moderator."""
    import uuid

    from accounts.models import Person, SiteRole
    from moderation.models import ReportReason
    from moderation.services.reports import report_message
    from rooms.services.messages import Sending, post_message

    author, other = Person.objects.filter(name__in=["pages-0", "pages-1"]).order_by("name")
    Person.objects.filter(name="pages-keeper").update(role=SiteRole.MODERATOR)
    room = author.memberships.get().room.public_id
    said = post_message(Sending(author.pk, room, uuid.uuid4(), "The boat leaves at eight, bring water."))
    report_message(
        reporter=other,
        room_public_id=room,
        message_public_id=said.message_public_id,
        reason=ReportReason.OTHER,
        note="",
    )


def _grow(site: Wardroom, *, messages: int, cases: int) -> None:
    """So many rows like the first ones. Indexes are made again afterwards, which is quicker."""
    with psycopg.connect(site.servers.owner_url, autocommit=True) as server:
        indexes = server.execute(
            "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index"
            " WHERE NOT indisunique AND indrelid = ANY(%s::regclass[])",
            [list(BIG_TABLES)],
        ).fetchall()
        for name, _definition in indexes:
            server.execute(f"DROP INDEX {name}")
        _copy(
            server,
            "rooms_message",
            messages,
            unique={
                "public_id": "'m' || substr(md5(n::text), 1, 15)",
                "client_key": "gen_random_uuid()",
                "position": "n",
                "revision": "n",
                "shown_revision": "n",
                "visibility": "'visible'",
                "was_visible": "true",
            },
        )
        _copy(
            server,
            "moderation_case",
            cases,
            unique={
                "public_id": "'c' || substr(md5(n::text), 1, 15)",
                "message_id": "(SELECT m.id FROM rooms_message m"
                " WHERE m.room_id = t.room_id AND m.position = n)",
            },
        )
        server.execute(
            "UPDATE rooms_room SET last_position = %s, revision = %s WHERE slug = 'pages'", [messages] * 2
        )
        for _name, definition in indexes:
            server.execute(definition)
        for table in BIG_TABLES:
            server.execute(f"VACUUM ANALYZE {table}")


def _copy(server: "psycopg.Connection[Any]", table: str, upto: int, *, unique: dict[str, str]) -> None:
    """Rows like the table's first one, numbered on to `upto`; `unique` says what differs, by n."""
    have = server.execute(f"SELECT count(*), min(id) FROM {table}").fetchone() or (0, 0)
    rows = server.execute(
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_name = %s AND column_name <> 'id' AND is_generated = 'NEVER'",
        [table],
    )
    columns = [name for (name,) in rows]
    server.execute(
        f"INSERT INTO {table} ({', '.join(columns)})"
        f" SELECT {', '.join(unique.get(name, f't.{name}') for name in columns)}"
        f" FROM {table} t, generate_series(%s::int, %s::int) n WHERE t.id = %s",
        [have[0] + 1, upto, have[1]],
    )


def _look(site: Wardroom) -> dict[str, Any]:
    return {
        "room": _page(site, ROOM, "pages-0"),
        "queue": _page(site, QUEUE, "pages-keeper"),
    }


def _page(site: Wardroom, path: str, name: str) -> dict[str, Any]:
    """How many queries, and how long from asking until it is all there."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from accounts.models import Person

    client = Client(headers={"host": "localhost"})
    person = Person.objects.get(name=name)
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(path)
    if answer.status_code != 200:
        raise SystemExit(f"{path} answered {answer.status_code}")
    cookies = "; ".join(f"{key}={morsel.value}" for key, morsel in client.cookies.items())
    return {"queries": len(queries), "bytes": len(answer.content), **_timed(site.port, path, cookies)}


def _timed(port: int, path: str, cookies: str) -> dict[str, float]:
    took = []
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    for _ in range(ASKED + 5):
        began = time.perf_counter()
        connection.request("GET", path, headers={"Host": "localhost", "Cookie": cookies})
        answer = connection.getresponse()
        answer.read()
        took.append((time.perf_counter() - began) * 1000)
        if answer.status != 200:
            raise SystemExit(f"{path} answered {answer.status} at Daphne")
    ranked = sorted(took[5:])  # the first ones compile templates
    return {f"p{p}_ms": round(ranked[(len(ranked) - 1) * p // 100], 1) for p in (50, 95, 99)}


if __name__ == "__main__":
    main()
