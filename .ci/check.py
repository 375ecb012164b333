"""`make check`: every check that needs no server, two at a time, each with its verdict and its seconds.

All of them run, whatever fails; the output of those that failed comes after the list.
"""

import os
import secrets
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
SCRIPTS = Path(sys.executable).parent
TIMEOUT_S = 600

# Settings as in production; none of these variables names anything that is there.
PRODUCTION = {
    "WARDROOM_SECRET_KEY": secrets.token_urlsafe(50),
    "WARDROOM_DEVELOPMENT": "0",
    "WARDROOM_ORIGINS": "https://chat.example.org",
    "DATABASE_URL": "postgresql:///none",
    "REDIS_URL": "redis://127.0.0.1:1/0",
}
# makemigrations asks a database about its history unless the settings have none.
NO_DATABASE = {"DJANGO_SETTINGS_MODULE": "settings_without_database", "PYTHONPATH": str(ROOT / ".ci")}


class Check(NamedTuple):
    """A command that succeeds when all is well."""

    name: str
    command: Sequence[str]
    environment: dict[str, str] = {}


class Outcome(NamedTuple):
    """How a check went."""

    check: Check
    passed: bool
    took_s: float
    said: str


def module(*arguments: str) -> list[str]:
    return [sys.executable, "-m", *arguments]


def command(*arguments: str) -> list[str]:
    return [sys.executable, "manage.py", *arguments]


# The longest first: the others run beside it.
CHECKS = [
    Check("types (mypy, strict)", module("mypy", ".", ".ci"), PRODUCTION),
    Check("lint (ruff)", module("ruff", "check", ".")),
    Check("format (ruff)", module("ruff", "format", "--check", ".")),
    Check("who imports whom (import-linter)", [sys.executable, str(SCRIPTS / "lint-imports")], PRODUCTION),
    Check(
        "no migration is missing", command("makemigrations", "--check", "--dry-run"), PRODUCTION | NO_DATABASE
    ),
    Check("production settings", command("check", "--deploy", "--fail-level", "WARNING"), PRODUCTION),
    Check("template format (djlint)", module("djlint", "--check", "templates")),
    Check("template lint (djlint)", module("djlint", "--lint", "templates")),
    Check("spelling (codespell)", module("codespell_lib")),
]


def run(check: Check) -> Outcome:
    began = time.monotonic()
    ended = subprocess.run(  # noqa: S603 - the commands above
        check.command,
        cwd=ROOT,
        env=os.environ | check.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=TIMEOUT_S,
    )
    return Outcome(check, ended.returncode == 0, time.monotonic() - began, ended.stdout)


def tell(outcome: Outcome) -> Outcome:
    sys.stdout.write(
        f"  {'ok    ' if outcome.passed else 'FAILED'} {outcome.took_s:6.1f} s  {outcome.check.name}\n"
    )
    sys.stdout.flush()
    return outcome


def main() -> int:
    with ThreadPoolExecutor(max_workers=2) as pool:
        outcomes = list(pool.map(lambda check: tell(run(check)), CHECKS))
    failed = [outcome for outcome in outcomes if not outcome.passed]
    for outcome in failed:
        sys.stdout.write(f"\n--- {outcome.check.name}: {' '.join(outcome.check.command)}\n{outcome.said}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
