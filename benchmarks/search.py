"""How long does a search take among a million messages, and does it go by the index?

    python benchmarks/search.py [--messages 1000000]

Messages of three to eighteen made-up words in 40 rooms, of which the searcher is in half. "boat" stands in a
tenth of them, "running" in a third, "zanzibar" in one. The selector is asked as pages ask it. Raw:
results/search.json; also how long the index takes that a migration builds beside the running site.
"""

import os
import random
import sys
import time
from itertools import accumulate
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import psycopg

from benchmarks.harness.machine import CLIENTS, keep, question, stay_on
from benchmarks.harness.site import Wardroom, wardroom

TARGET = {"p95_ms": 500, "index": "message_terms"}
ROOMS, WORDS, ASKED = 40, 20_000, 20
SEARCHES = {
    "a word in a tenth of all": ("boat", "newest"),
    "its other forms, in a third": ("runs", "newest"),
    "a word that stands once": ("zanzibar", "newest"),
    "two words": ("boat runs", "newest"),
    "a phrase": ('"boat running"', "newest"),
    "a word before a date": ("boat before:2026-06-01", "newest"),
    "the best of a tenth": ("boat", "best"),
    "the best of two words": ("boat runs", "best"),
    "a word nobody has said": ("xylophone", "newest"),
}
_INDEXES = """
SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
WHERE NOT indisunique AND indrelid = 'rooms_message'::regclass
"""
_ENDINGS = ("", "s", "ing", "ed", "ly", "er")


def main() -> None:
    """Measure, print, keep."""
    parser = question(__doc__)
    parser.add_argument("--messages", type=int, default=1_000_000)
    options = parser.parse_args()
    with wardroom() as site:
        rooms = [f"search-{number}" for number in range(ROOMS)]
        site.members(ROOMS, *rooms, screening="after", prefix="search")
        os.environ.update(site.variables())
        import django

        django.setup()
        stay_on(CLIENTS)
        _let_in()
        built = _fill(site, options.messages)
        found = {name: _asked(typed, order) for name, (typed, order) in SEARCHES.items()}
    keep("search", {"target": TARGET, "messages": options.messages, **built, "searches": found})


def _let_in() -> None:
    """The searcher into the first half of the rooms."""
    from accounts.models import Person
    from rooms.models import Membership, Room

    searcher = Person.objects.get(name="search-0")
    rooms = Room.objects.filter(slug__in=[f"search-{number}" for number in range(ROOMS // 2)])
    Membership.objects.bulk_create(
        [Membership(room=room, person=searcher) for room in rooms], ignore_conflicts=True
    )


def _fill(site: Wardroom, messages: int) -> dict[str, Any]:
    """The messages, and how long the index takes that a migration builds beside the running site."""
    with psycopg.connect(site.servers.owner_url, autocommit=True) as server:
        indexes: dict[str, str] = dict(server.execute(_INDEXES).fetchall())
        for name in indexes:
            server.execute(f"DROP INDEX {name}")
        _copy_in(server, messages)
        definition = indexes.pop("message_terms")
        for other in indexes.values():
            server.execute(other)
        server.execute("VACUUM ANALYZE rooms_message")
        began = time.perf_counter()
        server.execute(definition.replace("CREATE INDEX", "CREATE INDEX CONCURRENTLY", 1))
        took_s = round(time.perf_counter() - began, 1)
        [sizes] = server.execute(
            "SELECT pg_relation_size('message_terms') >> 20, pg_table_size('rooms_message') >> 20"
        ).fetchall()
    return {"index_built_in_s": took_s, "index_mb": sizes[0], "table_mb": sizes[1]}


def _copy_in(server: "psycopg.Connection[Any]", messages: int) -> None:
    [(author,)] = server.execute("SELECT id FROM accounts_person WHERE name = 'search-1'").fetchall()
    rooms = [room for (room,) in server.execute("SELECT id FROM rooms_room WHERE slug LIKE 'search-%'")]
    columns = (
        "public_id, room_id, author_id, client_key, sent_digest, body, body_html, text_version, visibility,"
        " was_visible, position, revision, shown_revision, sent_at"
    )
    texts = _texts(random.Random(4), messages)
    with server.cursor().copy(f"COPY rooms_message ({columns}) FROM STDIN") as rows:
        for number, text in enumerate(texts):
            room = rooms[number % len(rooms)]
            key = f"{number:032x}"
            rows.write_row(
                (f"m{number:015x}", room, author, key, "0" * 64, text, f"<p>{text}</p>", 1, "visible", True)
                + (number + 1,) * 3
                + (f"2026-{1 + number * 10 // messages:02}-15",)
            )


def _texts(chance: random.Random, count: int) -> Any:
    """Words as often as in speech: the n-th about 1/n times."""
    words = [
        "".join(
            chance.choice("bcdfghklmnprstvw") + chance.choice("aeiou") for _ in range(chance.randint(1, 4))
        )
        + chance.choice(_ENDINGS)
        for _ in range(WORDS)
    ]
    often = list(accumulate(1 / (10 + rank) for rank in range(WORDS)))
    for number in range(count):
        said = chance.choices(words, cum_weights=often, k=chance.randint(3, 18))
        said += ["boat"] * (number % 10 == 0) + ["running"] * (number % 3 == 0)
        said += ["zanzibar"] * (number == count // 8 * 2)
        yield " ".join(said)


def _asked(typed: str, order: str) -> dict[str, Any]:
    """One search, several times; and how PostgreSQL looks for its words."""
    from accounts.models import Person
    from rooms.models import Message
    from rooms.searching import Order, read
    from rooms.selectors import search
    from rooms.selectors.matching import matching
    from rooms.selectors.viewers import viewer_of

    search.RATE = "1000000/minute"
    person, wanted = Person.objects.get(name="search-0"), read(typed)
    took = []
    for _ in range(ASKED + 2):
        began = time.perf_counter()
        found = search.search(person, wanted, order=Order(order))
        took.append((time.perf_counter() - began) * 1000)
    ranked = sorted(took[2:])
    rows = matching(Message.objects.filter(visibility="visible"), viewer_of(person), wanted)
    plan = rows.values_list("pk").explain()
    return {
        "hits": len(found.hits),
        **{f"p{p}_ms": round(ranked[(len(ranked) - 1) * p // 100], 1) for p in (50, 95)},
        "by_the_index": "message_terms" in plan,
    }


if __name__ == "__main__":
    main()
