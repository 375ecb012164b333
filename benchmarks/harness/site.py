"""Servers for a benchmark: PostgreSQL (durable) and Redis of its own, and Wardroom's real programs on them.

Everything runs on the servers' core and ends with the benchmark. Nothing of the product is switched off.
"""

import contextlib
import json
import os
import shutil
import socket
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from benchmarks.harness.machine import SERVERS, stay_on
from config.embedded import databases
from config.embedded.children import Program, Tether
from config.embedded.datafolder import DataFolder, opened
from config.embedded.postgres import APPLICATION, OWNER, Postgres
from config.embedded.privileges import unprivileged_account
from config.embedded.programs import Programs
from config.embedded.redis import Redis
from config.embedded.servers import launch_redis, start_postgres, wait_for_redis
from config.embedded.sockets import SocketFolders
from config.embedded.supervisor import Child, Supervisor

READY_S = 90.0
STOPPING = (
    (("peer",), 3.0),
    (("web", "web2", "worker", "worker2", "beat"), 5.0),
    (("redis",), 2.0),
    (("postgres",), 5.0),
)


@dataclass(frozen=True)
class Seat:
    """A place in a room: whoever has the token may take it."""

    room: str
    token: str = ""
    listens: bool = True


class Servers:
    """PostgreSQL and Redis, and what is started on them."""

    def __init__(self, folder: DataFolder, supervisor: Supervisor, postgres: Postgres, redis: Redis) -> None:
        self.folder, self.supervisor = folder, supervisor
        self.owner_url, self.database_url = postgres.url(OWNER), postgres.url(APPLICATION)
        self.postgres, self.redis_url = postgres, redis.url()

    def start(self, program: Program, port: int = 0, *, says: str = "") -> Child:
        """Start it; wait until its port answers, or it says so."""
        child = self.supervisor.start(program)
        is_ready = partial(_listens, port) if port else lambda: any(says in line for line in child.said)
        self.supervisor.wait_for(child, is_ready, within_s=READY_S)
        return child

    def stop(self, name: str) -> None:
        """End one program."""
        child = self.supervisor.children.pop(name)
        child.process.terminate()
        child.process.wait(timeout=20)

    def pids(self) -> dict[str, int]:
        """Everything that serves, by name."""
        return {name: child.process.pid for name, child in self.supervisor.children.items()}


class Wardroom:
    """The product: as many Daphnes and workers as asked for, and beat."""

    def __init__(self, servers: Servers) -> None:
        self.servers = servers
        self._ports: list[int] = []
        self._programs = Programs(servers.folder.log, {**os.environ, **self.variables()})

    @property
    def port(self) -> int:
        """The first Daphne's."""
        return self._ports[0]

    @property
    def ports(self) -> list[int]:
        """Every Daphne's."""
        return list(self._ports)

    def migrate(self) -> None:
        """Make the tables, as their owner."""
        url = self.servers.owner_url
        as_owner = self._programs.with_variables(DATABASE_URL=url, DATABASE_OWNER_URL=url)
        self.servers.supervisor.tether.run(as_owner.command("migrate", "--no-input"))
        databases.grant_application_role(url, role=databases.role_of(self.servers.database_url))

    def start(self) -> None:
        """One Daphne, one worker, beat."""
        self.add_web()
        self.add_worker()
        self.servers.supervisor.start(self._programs.beat(self.servers.folder.beat_schedule))

    def add_web(self) -> int:
        """One more Daphne; its port."""
        self._ports.append(free_port())
        self.servers.start(self._numbered(self._programs.web(self._ports[-1]), "web"), self._ports[-1])
        return self._ports[-1]

    def add_worker(self) -> None:
        """One more worker with the real classifier loaded."""
        self.servers.start(self._numbered(self._programs.worker(), "worker"), says=" ready.")

    def members(self, count: int, *rooms: str, screening: str, prefix: str = "load") -> list[Seat]:
        """Make members by `manage.py load_members`, spread over the rooms."""
        named = [word for room in rooms for word in ("--room", room)]
        said = self.command(
            "load_members", "--count", str(count), "--screening", screening, "--prefix", prefix, *named
        )
        rows = [json.loads(line) for line in said.splitlines()]
        return [Seat(row["room"], row["token"]) for row in rows]

    def command(self, name: str, *arguments: str) -> str:
        """Run a command of manage.py and give what it says."""
        log = self.servers.folder.root / f"{name}.out"
        log.unlink(missing_ok=True)
        self.servers.supervisor.tether.run(self._programs.command(name, *arguments, log=log))
        return log.read_text("utf-8")

    def _numbered(self, program: Program, name: str) -> Program:
        number = sum(child.startswith(name) for child in self.servers.supervisor.children) + 1
        name = name if number == 1 else f"{name}{number}"
        return replace(program, name=name, log=self.servers.folder.log(name))

    def variables(self) -> dict[str, str]:
        """What its programs find in their environment."""
        return {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_URL": self.servers.database_url,
            "DATABASE_OWNER_URL": self.servers.database_url,
            "REDIS_URL": self.servers.redis_url,
            "WARDROOM_DATA": str(self.servers.folder.root),
            "WARDROOM_DEVELOPMENT": "1",
            "WARDROOM_ORIGINS": "http://localhost",
            "WARDROOM_SECRET_KEY": "of a benchmark, and nobody else's: 3b9d20",
            "WARDROOM_LOG_LEVEL": os.environ.get("WARDROOM_LOG_LEVEL", "WARNING"),
            "PYTHONUNBUFFERED": "1",
        }


@contextlib.contextmanager
def servers(cores: Iterable[int] = SERVERS) -> Iterator[Servers]:
    """PostgreSQL and Redis on the servers' core, in a folder that is removed afterwards."""
    stay_on(cores)
    root = Path(tempfile.mkdtemp(prefix="wardroom-bench-"))
    with contextlib.ExitStack() as running:
        running.callback(shutil.rmtree, root, ignore_errors=True)
        folder = running.enter_context(opened(root))
        sockets = SocketFolders(folder.socket_folders)
        running.callback(sockets.remove_all)
        tether = running.enter_context(Tether(folder.lock))
        supervisor = Supervisor(tether)
        running.callback(supervisor.stop, STOPPING)
        redis = Redis(folder.redis, sockets.make(None), folder.log("redis"))
        wait_for_redis(supervisor, launch_redis(supervisor, redis), redis)
        account = unprivileged_account(folder.postgres)
        postgres = Postgres(folder.postgres, sockets.make(account), folder.log("postgres"), account)
        postgres.create_files(tether)
        start_postgres(supervisor, postgres)
        databases.create_role_and_database(postgres.url(OWNER, "postgres"))
        yield Servers(folder, supervisor, postgres, redis)


@contextlib.contextmanager
def wardroom(cores: Iterable[int] = SERVERS) -> Iterator[Wardroom]:
    """The product on servers of its own, running."""
    with servers(cores) as ours:
        site = Wardroom(ours)
        site.migrate()
        site.start()
        yield site


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _listens(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5):
        return True
    return False
