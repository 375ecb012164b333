"""The suite's own PostgreSQL and Redis, and real web and worker processes for the tests that need them.

A pytest plugin (`-p tests.servers` in pyproject.toml), because settings are read before any conftest:
it starts the servers first and names them in the environment. Where DATABASE_URL or REDIS_URL are
given, those are used. Everything is tethered: it ends with pytest, also when that is killed.
"""

import contextlib
import os
import shutil
import socket
import tempfile
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest

from config.embedded import databases, ports
from config.embedded.children import Tether
from config.embedded.datafolder import DataFolder, opened
from config.embedded.failure import StartError
from config.embedded.given import given, reach_postgres, reach_redis, read_dotenv
from config.embedded.postgres import APPLICATION, OWNER, Postgres
from config.embedded.privileges import unprivileged_account
from config.embedded.programs import Programs
from config.embedded.redis import Redis
from config.embedded.servers import launch_redis, start_postgres, wait_for_redis
from config.embedded.sockets import SocketFolders
from config.embedded.supervisor import Supervisor

PREFIX = "wardroom-tests-"
READY_S = 180.0
STOPPING = ((("web", "worker", "beat"), 5.0), (("redis",), 2.0), (("postgres",), 5.0))


@dataclass(frozen=True)
class Servers:
    """What runs for this session. The suite connects as the owner, who may make databases."""

    owner_url: str
    application_url: str
    redis_url: str
    folder: DataFolder
    tether: Tether


_session: list[Servers] = []


def servers() -> Servers:
    """This session's servers."""
    return _session[0]


@contextlib.contextmanager
def start_daphne(*, database: str, port: int | None = None, **variables: str) -> Iterator[str]:
    """Run the real site; the address to open, once it answers there."""
    with serving(database=database, port=port, **variables) as (origin, _pid):
        yield origin


@contextlib.contextmanager
def serving(*, database: str, port: int | None = None, **variables: str) -> Iterator[tuple[str, int]]:
    """As start_daphne; with its process id."""
    port = port or free_port()
    origin = f"http://127.0.0.1:{port}"
    origins = {"WARDROOM_ORIGINS": f"{origin},http://localhost:{port}"}
    with _supervisor() as supervisor:
        web = supervisor.start(_programs(database, {**origins, **variables}).web(port))
        supervisor.wait_for(web, lambda: ports.answers(port), within_s=READY_S)
        yield origin, web.process.pid


@contextlib.contextmanager
def start_worker(*, database: str, **variables: str) -> Iterator[int]:
    """Run a real Celery worker for every queue; its process id, once it takes tasks."""
    with _supervisor() as supervisor:
        worker = supervisor.start(_programs(database, variables).worker())
        supervisor.wait_for(
            worker, lambda: any(said.endswith(" ready.") for said in worker.said), within_s=READY_S
        )
        yield worker.process.pid


@contextlib.contextmanager
def start_beat(*, database: str, **variables: str) -> Iterator[int]:
    """Run Celery's beat; its process id."""
    with _supervisor() as supervisor, tempfile.TemporaryDirectory() as folder:
        yield supervisor.start(_programs(database, variables).beat(Path(folder) / "schedule")).process.pid


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((ports.HOST, 0))
        return int(probe.getsockname()[1])


def on_database(url: str, database: str) -> str:
    """The same server and role, another database."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))


def _programs(database: str, variables: dict[str, str]) -> Programs:
    """Programs on a database of this session, as the application's role: as in production."""
    grant_to_application(database)
    application_url = on_database(servers().application_url, database)
    named = {"DATABASE_URL": application_url, "DATABASE_OWNER_URL": application_url}
    return Programs(servers().folder.log, {**os.environ, **named, **variables})


def grant_to_application(database: str) -> None:
    """Let the application's role, as which the programs run, use a database's tables as they are now."""
    owner_url = on_database(servers().owner_url, database)
    application_url = on_database(servers().application_url, database)
    if application_url != owner_url:
        databases.grant_application_role(owner_url, role=databases.role_of(application_url))


@contextlib.contextmanager
def _supervisor() -> Iterator[Supervisor]:
    supervisor = Supervisor(servers().tether)
    try:
        yield supervisor
    finally:
        supervisor.stop(STOPPING)


# --- the plugin --------------------------------------------------------------------------------


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None]:
    """Start the servers before pytest-django reads the settings, which it does in this very hook."""
    os.environ.setdefault("WARDROOM_SECRET_KEY", "the suite's own, and nobody else's: 7f0b1c")
    os.environ.setdefault("WARDROOM_DEVELOPMENT", "1")
    read_dotenv()
    running = contextlib.ExitStack()
    try:
        _session.append(running.enter_context(_running_servers()))
    except StartError as failure:
        raise pytest.UsageError(str(failure)) from None
    early_config.add_cleanup(running.close)
    os.environ.update(
        DATABASE_URL=servers().owner_url,
        DATABASE_OWNER_URL=servers().owner_url,
        REDIS_URL=servers().redis_url,
    )
    os.environ.setdefault("WARDROOM_ERASURES", str(servers().folder.root / "erasures.ledger"))
    return (yield)


@contextlib.contextmanager
def _running_servers() -> Iterator[Servers]:
    _remove_left_behind()
    root = Path(tempfile.mkdtemp(prefix=PREFIX))
    with contextlib.ExitStack() as running:
        running.callback(shutil.rmtree, root, ignore_errors=True)
        folder = running.enter_context(opened(root))
        sockets = SocketFolders(folder.socket_folders)
        running.callback(sockets.remove_all)
        tether = running.enter_context(Tether(folder.lock))
        supervisor = Supervisor(tether)
        running.callback(supervisor.stop, STOPPING)
        redis_url = given().redis_url or _start_redis(folder, sockets, supervisor)
        owner_url, application_url = _given_postgres() or _start_postgres(folder, sockets, supervisor)
        reach_redis("REDIS_URL", redis_url)
        yield Servers(owner_url, application_url, redis_url, folder, tether)


def _given_postgres() -> tuple[str, str] | None:
    ours = given()
    if not ours.database_url:
        return None
    reach_postgres("DATABASE_URL", ours.database_url)
    return ours.owner_url, ours.database_url


def _start_redis(folder: DataFolder, sockets: SocketFolders, supervisor: Supervisor) -> str:
    redis = Redis(folder.redis, sockets.make(None), folder.log("redis"))
    wait_for_redis(supervisor, launch_redis(supervisor, redis), redis)
    return redis.url()


def _start_postgres(folder: DataFolder, sockets: SocketFolders, supervisor: Supervisor) -> tuple[str, str]:
    account = unprivileged_account(folder.postgres)
    postgres = Postgres(folder.postgres, sockets.make(account), folder.log("postgres"), account)
    postgres.create_files(supervisor.tether)
    start_postgres(supervisor, postgres)
    databases.create_role_and_database(postgres.url(OWNER, "postgres"))
    return postgres.url(OWNER), postgres.url(APPLICATION)


def _remove_left_behind() -> None:
    """Remove the folders of sessions that were killed: those that nobody holds the lock of."""
    for root in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with contextlib.suppress(StartError), opened(root):
            shutil.rmtree(root, ignore_errors=True)
