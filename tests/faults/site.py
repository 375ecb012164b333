"""A Wardroom to break: PostgreSQL, Redis, two Daphnes, a worker and beat of its own, under the supervisor.

What is killed is started again half a second later, as an operator's supervisor would.
"""

import contextlib
import os
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import psutil
import psycopg
import redis

from config.embedded import databases, heartbeat, ports
from config.embedded.children import Tether
from config.embedded.datafolder import DataFolder, opened
from config.embedded.postgres import APPLICATION, OWNER, Postgres
from config.embedded.privileges import unprivileged_account
from config.embedded.programs import Programs
from config.embedded.redis import Redis
from config.embedded.servers import launch_redis, start_postgres, wait_for_redis
from config.embedded.sockets import SocketFolders
from config.embedded.supervisor import Supervisor
from tests.servers import STOPPING, free_port

WEBS = ("web", "web-2")
READY_S = 120.0
TEND_S = 0.05
# Answers from the words of a text, and breaks at some: what is tried is everything round it.
CLASSIFIER = "tests.moderation.keyword_classifier.load"
# Below what row 8 waits for; a batch of the keyword classifier takes a millisecond.
CLASSIFIER_TIMEOUT_S = 3


@dataclass
class Site:
    """Everything that runs, by name: web, web-2, worker, beat, redis, postgres."""

    supervisor: Supervisor
    postgres: Postgres
    redis_server: Redis
    programs: Programs
    ports: tuple[int, ...]
    schedule: Path
    _ending: threading.Event = field(default_factory=threading.Event)

    @property
    def urls(self) -> list[str]:
        """The sockets' addresses, one for each Daphne."""
        return [f"ws://{ports.HOST}:{port}/ws/" for port in self.ports]

    @property
    def database_url(self) -> str:
        """As the application connects."""
        return self.postgres.url(APPLICATION)

    def pid(self, name: str) -> int:
        """The present process of a program."""
        return self.supervisor.children[name].process.pid

    def kill(self, *names: str, number: signal.Signals = signal.SIGKILL) -> None:
        """End programs by a signal to their whole groups; each is back after half a second."""
        for name in names:
            child = self.supervisor.children[name]
            child.failures = 0
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.process.pid, number)

    @contextlib.contextmanager
    def stopped(self, *names: str) -> Iterator[None]:
        """Programs that hold their breath: they run, and do nothing."""
        for name in names:
            os.killpg(self.pid(name), signal.SIGSTOP)
        try:
            yield
        finally:
            for name in names:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(self.pid(name), signal.SIGCONT)

    def restart(self, name: str, **variables: str) -> None:
        """A program again, with these variables in its environment from now on."""
        child = self.supervisor.children[name]
        child.program = replace(child.program, environment={**self.programs.environment, **variables})
        self.succeed(name, number=signal.SIGKILL)

    def succeed(self, name: str, *, number: signal.Signals = signal.SIGTERM) -> None:
        """A program's successor, once the one before has ended as a deploy asks it to; ready for work."""
        before = self.pid(name)
        self.kill(name, number=number)
        wait_until(lambda: self.pid(name) != before, within_s=READY_S)
        self.wait_until_whole()

    def wait_until_whole(self) -> None:
        """Wait until every program works again."""
        deadline = time.monotonic() + READY_S
        while missing := self.missing():
            assert time.monotonic() < deadline, f"{missing} does not work after {READY_S:.0f} s"
            time.sleep(0.02)

    def missing(self) -> str | None:
        """The first thing that does not work; None where everything does."""
        for child in self.supervisor.children.values():
            if child.has_ended or child.restart_at is not None:
                return child.name
        for name, port in zip(WEBS, self.ports, strict=True):
            if not ports.answers(port):
                return name
        if not self.redis_server.is_ready():
            return "redis"
        if not self.accepts_connections():
            return "postgres"
        return None if self.worker_beats() else "a heartbeat of the worker"

    def accepts_connections(self) -> bool:
        """Whether PostgreSQL lets the application in."""
        try:
            psycopg.connect(self.database_url, connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def worker_beats(self) -> bool:
        """Whether the present worker takes tasks, by its own word: it says so when it has loaded."""
        with contextlib.suppress(redis.RedisError):
            age_s = heartbeat.age_s(self.ask_redis())
            return age_s is not None and age_s < self.supervisor.children["worker"].age_s
        return False

    def ask_redis(self) -> redis.Redis:
        """A connection of the test's own."""
        return redis.Redis(unix_socket_path=str(self.redis_server.socket), socket_timeout=5)

    def memory_mib(self, name: str) -> float:
        """What a program holds of the machine's memory."""
        return float(psutil.Process(self.pid(name)).memory_info().rss) / 2**20

    def tend(self) -> None:
        """Start again what has ended, until the site is closed."""
        while not self._ending.wait(TEND_S):
            self.supervisor.tend()

    def close(self) -> None:
        """From now on what ends stays so."""
        self._ending.set()


@contextlib.contextmanager
def running(parent: Path | None = None, **variables: str) -> Iterator[Site]:
    """A site that works; everything of it is gone at the end."""
    with contextlib.ExitStack() as ending:
        root = Path(ending.enter_context(tempfile.TemporaryDirectory(prefix="wardroom-faults-", dir=parent)))
        root.chmod(0o711)
        folder = ending.enter_context(opened(root / "data"))
        sockets = SocketFolders(folder.socket_folders)
        ending.callback(sockets.remove_all)
        tether = ending.enter_context(Tether(folder.lock))
        supervisor = Supervisor(tether)
        ending.callback(supervisor.stop, (((*WEBS, "worker", "beat"), 3.0), *STOPPING[1:]))
        site = _start(folder, sockets, supervisor, tether, variables)
        tending = threading.Thread(target=site.tend, name="tending")
        tending.start()
        ending.callback(tending.join)
        ending.callback(site.close)
        site.wait_until_whole()
        yield site


def wait_until(condition: Callable[[], object], *, within_s: float) -> float:
    """Wait for a condition, and give how long that took; fail when it has not come true in time."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < within_s, f"still not so after {within_s:.0f} s"
        time.sleep(0.02)
    return time.monotonic() - began


def _start(
    folder: DataFolder,
    sockets: SocketFolders,
    supervisor: Supervisor,
    tether: Tether,
    variables: dict[str, str],
) -> Site:
    server = Redis(folder.redis, sockets.make(None), folder.log("redis"))
    launched = launch_redis(supervisor, server)
    account = unprivileged_account(folder.postgres)
    postgres = Postgres(folder.postgres, sockets.make(account), folder.log("postgres"), account)
    postgres.create_files(tether)
    start_postgres(supervisor, postgres)
    databases.create_role_and_database(postgres.url(OWNER, "postgres"))
    wait_for_redis(supervisor, launched, server)
    site = Site(
        supervisor,
        postgres,
        server,
        Programs(folder.log, _environment(folder, postgres, server, variables)),
        (free_port(), free_port()),
        folder.beat_schedule,
    )
    _migrate(site, tether)
    _launch(site)
    return site


def _environment(
    folder: DataFolder, postgres: Postgres, server: Redis, variables: dict[str, str]
) -> dict[str, str]:
    return {
        **os.environ,
        "DATABASE_URL": postgres.url(APPLICATION),
        "DATABASE_OWNER_URL": postgres.url(APPLICATION),
        "REDIS_URL": server.url(),
        "WARDROOM_DATA": str(folder.root),
        "WARDROOM_DEVELOPMENT": "1",
        "WARDROOM_CLASSIFIER": CLASSIFIER,
        "WARDROOM_CLASSIFIER_TIMEOUT_S": str(CLASSIFIER_TIMEOUT_S),
        **variables,
    }


def _migrate(site: Site, tether: Tether) -> None:
    owner_url = site.postgres.url(OWNER)
    as_owner = site.programs.with_variables(DATABASE_URL=owner_url, DATABASE_OWNER_URL=owner_url)
    tether.run(as_owner.command("migrate", "--no-input"))
    databases.grant_application_role(owner_url)


def _launch(site: Site) -> None:
    site.supervisor.start(site.programs.worker())
    site.supervisor.start(site.programs.beat(site.schedule))
    for name, port in zip(WEBS, site.ports, strict=True):
        program = site.programs.web(port)
        site.supervisor.start(replace(program, name=name, log=site.programs.log(name)))
