"""PostgreSQL's own programs, of the server's version.

An older pg_dump refuses a newer server, and a newer pg_restore says what an older server does not understand.
From the embedded wheel, from the system's packages, or from the PATH. dump.py and restoring.py run them.
"""

import contextlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.db import connection
from psycopg.conninfo import make_conninfo

from config.embedded.failure import StartError
from config.embedded.postgres import binaries

_PACKAGED = Path("/usr/lib/postgresql")
_TOO_LONG = 400
# Of a connection's parameters those that programs of every version take; newer ones have newer names as well.
_KNOWN_TO_ALL = frozenset(
    {"host", "hostaddr", "port", "dbname", "user", "passfile", "connect_timeout"}
    | {"sslmode", "sslrootcert", "sslcert", "sslkey", "sslcrl"}
)


class BackupError(Exception):
    """What kept a backup or a restore from being made, in a sentence for whoever runs it."""


@dataclass(frozen=True)
class Database:
    """The database that Django is connected to, as the programs are told of it.

    Attributes:
        dsn: without the password, which others on the machine could read in a list of processes.
    """

    dsn: str
    environment: Mapping[str, str]
    major: int
    programs: Path

    def command(self, program: str, *arguments: str) -> Sequence[str]:
        """A command line for this database."""
        return [str(self.programs / program), f"--dbname={self.dsn}", *arguments]


def database() -> Database:
    """Raises BackupError where no programs of the server's version are installed."""
    connection.ensure_connection()
    info = connection.connection.info
    major = info.server_version // 10_000
    environment = {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "PGPASSWORD": info.password}
    told = {name: value for name, value in info.get_parameters().items() if name in _KNOWN_TO_ALL}
    return Database(make_conninfo(**told), environment, major, _folder(major))


def reason(said: str, program: str) -> str:
    """The last thing that a program wrote, as one line."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return (lines or [f"{program} failed and said nothing"])[-1][:_TOO_LONG]


def _folder(major: int) -> Path:
    for folder in _candidates(major):
        if _major_of(folder / "pg_dump") == major:
            return folder
    raise BackupError(
        f"The server is PostgreSQL {major}, and its programs (pg_dump, pg_restore, psql) are not here:"
        f" install them (Debian: postgresql-client-{major}) or put their folder on the PATH."
    )


def _candidates(major: int) -> Iterator[Path]:
    with contextlib.suppress(StartError):  # a site with servers of its own may do without the wheel
        yield binaries()
    yield _PACKAGED / str(major) / "bin"
    if found := shutil.which("pg_dump"):
        yield Path(found).parent


def _major_of(program: Path) -> int | None:
    if not program.exists():
        return None
    said = subprocess.run([str(program), "--version"], capture_output=True, text=True, check=False)  # noqa: S603
    found = re.search(r"\(PostgreSQL\) (\d+)", said.stdout)
    return int(found[1]) if found else None
