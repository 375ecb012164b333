"""Whether a database already has every migration, answered without starting Django.

A migration run costs two seconds even when there is nothing to do; a start has five. After each
run a stamp keeps what the code and the database said; while both still say so, nothing is due.
"""

import hashlib
import json
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def are_applied(stamp: Path, owner_url: str) -> bool:
    try:
        kept = json.loads(stamp.read_text())
    except (FileNotFoundError, ValueError):
        return False
    return bool(kept == _state(owner_url))


def keep_stamp(stamp: Path, owner_url: str) -> None:
    stamp.write_text(json.dumps(_state(owner_url)))


def _state(owner_url: str) -> dict[str, str]:
    return {"code": _code(), "database": _database(owner_url)}


def _code() -> str:
    """Our migrations by their text, other people's by their pinned versions."""
    digest = hashlib.sha256((ROOT / "constraints.txt").read_bytes())
    for file in sorted(ROOT.glob("*/migrations/*.py")):
        digest.update(file.relative_to(ROOT).as_posix().encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def _database(owner_url: str) -> str:
    """What the database itself says was applied, so that a restored or emptied one is seen."""
    import psycopg

    with psycopg.connect(owner_url) as server:
        try:
            rows = server.execute("SELECT app, name FROM django_migrations ORDER BY app, name").fetchall()
        except psycopg.errors.UndefinedTable:
            rows = []
    return hashlib.sha256(repr(rows).encode()).hexdigest()
