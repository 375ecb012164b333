"""One instance of Wardroom: which servers and programs it has, in which order they start and stop.

Used by up.py in the foreground. Each step says what it does; every failure is a StartError.
"""

import os
import time
from dataclasses import dataclass

from config.embedded import databases, leftovers, migrations
from config.embedded.children import Tether
from config.embedded.console import Console
from config.embedded.datafolder import DataFolder, write_environment
from config.embedded.demo import has_demo, seed_demo
from config.embedded.given import Given, reach_postgres, reach_redis
from config.embedded.heartbeat import Heartbeat, Pulse
from config.embedded.ports import answers
from config.embedded.postgres import APPLICATION, OWNER, Postgres
from config.embedded.privileges import unprivileged_account
from config.embedded.programs import Programs
from config.embedded.redis import Redis
from config.embedded.servers import launch_redis, start_postgres, wait_for_redis
from config.embedded.sockets import SocketFolders
from config.embedded.supervisor import Child, Supervisor

# All of it within five seconds of Ctrl-C.
STOPPING = ((("web", "worker", "beat"), 2.4), (("redis",), 0.7), (("postgres",), 1.5))
WEB_S = 60.0
TEND_S, HEARTBEAT_S = 0.2, 2.0


@dataclass(frozen=True)
class Addresses:
    """Where the servers are, whoever started them; `owner_url` is for migrations alone."""

    database_url: str
    owner_url: str
    redis_url: str


class Stack:
    """Everything that one `manage.py up` runs on one data folder."""

    def __init__(self, folder: DataFolder, port: int, given: Given, console: Console) -> None:
        self._folder, self._port, self._given, self._console = folder, port, given, console
        self._sockets = SocketFolders(folder.socket_folders)
        self._tether = Tether(folder.lock)
        self._supervisor = Supervisor(
            self._tether,
            note=console.note,
            changed=lambda running: leftovers.record_children(folder.children, running),
        )

    def start(self, *, demo: bool) -> None:
        """Start everything, in order; the site answers when this returns.

        Raises:
            StartError: a step failed. Call `stop` all the same.
        """
        leftovers.end_children(self._folder.children)
        self._sockets.remove_all()
        addresses = self._start_servers()
        programs = Programs(self._folder.log, self._environment(addresses))
        self._migrate(programs, addresses)
        write_environment(self._folder.environment, self._variables(addresses, addresses.owner_url))
        web = self._start_programs(programs)
        if demo and not has_demo(self._folder):
            with self._console.step("Seeding a demo community"):
                seed_demo(self._folder, self._tether, programs)
        with self._console.step("Starting the site, the worker and beat"):
            self._supervisor.wait_for(web, lambda: answers(self._port), within_s=WEB_S)
        self._heartbeat = Heartbeat(addresses.redis_url)

    def tend(self) -> None:
        """Keep it all running until a signal ends the process."""
        pulse, next_look = Pulse.AWAITED, 0.0
        while True:
            self._supervisor.tend()
            if time.monotonic() > next_look:
                next_look = time.monotonic() + HEARTBEAT_S
                pulse = self._look_after_worker(pulse)
            time.sleep(TEND_S)

    def stop(self) -> None:
        """Stop everything; nothing of ours runs when this returns."""
        self._folder.environment.unlink(missing_ok=True)
        self._supervisor.stop(STOPPING)
        self._tether.close()
        self._sockets.remove_all()

    def _start_servers(self) -> Addresses:
        if self._given.redis_url:
            redis_url = self._reach_given_redis()
            return Addresses(*self._postgres_urls(), redis_url)
        redis = Redis(self._folder.redis, self._sockets.make(None), self._folder.log("redis"))
        launched = launch_redis(self._supervisor, redis)
        urls = self._postgres_urls()
        with self._console.step("Starting Redis"):
            wait_for_redis(self._supervisor, launched, redis)
        return Addresses(*urls, redis.url())

    def _reach_given_redis(self) -> str:
        with self._console.step("Reaching the Redis of REDIS_URL"):
            reach_redis("REDIS_URL", self._given.redis_url)
        return self._given.redis_url

    def _postgres_urls(self) -> tuple[str, str]:
        """The application's URL and the owner's."""
        given = self._given
        if not given.database_url:
            return self._start_embedded_postgres()
        with self._console.step("Reaching the PostgreSQL of DATABASE_URL"):
            reach_postgres("DATABASE_URL", given.database_url)
            reach_postgres("DATABASE_OWNER_URL", given.owner_url)
        return given.database_url, given.owner_url

    def _start_embedded_postgres(self) -> tuple[str, str]:
        account = unprivileged_account(self._folder.postgres)
        postgres = Postgres(
            self._folder.postgres, self._sockets.make(account), self._folder.log("postgres"), account
        )
        if not postgres.data.exists():
            with self._console.step("Creating the database's files"):
                postgres.create_files(self._tether)
        with self._console.step("Starting PostgreSQL"):
            postgres.create_files(self._tether)
            start_postgres(self._supervisor, postgres)
            databases.create_role_and_database(postgres.url(OWNER, "postgres"))
        return postgres.url(APPLICATION), postgres.url(OWNER)

    def _migrate(self, programs: Programs, addresses: Addresses) -> None:
        owner_url = addresses.owner_url
        if migrations.are_applied(self._folder.migrated, owner_url):
            return
        with self._console.step("Migrating the database"):
            as_owner = programs.with_variables(DATABASE_URL=owner_url, DATABASE_OWNER_URL=owner_url)
            self._tether.run(as_owner.command("migrate", "--no-input"))
            if owner_url != addresses.database_url:
                databases.grant_application_role(owner_url, role=databases.role_of(addresses.database_url))
            migrations.keep_stamp(self._folder.migrated, owner_url)

    def _start_programs(self, programs: Programs) -> Child:
        """Start them without waiting, the worker first, since it loads longest; answer the site."""
        self._supervisor.start(programs.worker())
        web = self._supervisor.start(programs.web(self._port))
        self._supervisor.start(programs.beat(self._folder.beat_schedule))
        return web

    def _look_after_worker(self, before: Pulse) -> Pulse:
        """Say once that the worker works; restart it, and beat, once it no longer does."""
        now = self._heartbeat.pulse(running_s=self._supervisor.children["worker"].age_s)
        if now is Pulse.STEADY and before is not Pulse.STEADY:
            self._console.note("The worker judges messages.")
        if now is Pulse.LOST:
            for name in ("worker", "beat"):
                self._supervisor.restart(name, because="no heartbeat came from the worker")
        return now

    def _environment(self, addresses: Addresses) -> dict[str, str]:
        """What our programs see: everything that we see, and the servers. Not who owns the tables."""
        inherited = {name: value for name, value in os.environ.items() if name != "DATABASE_OWNER_URL"}
        return {**inherited, **self._variables(addresses, addresses.database_url), "PYTHONUNBUFFERED": "1"}

    def _variables(self, addresses: Addresses, owner_url: str) -> dict[str, str]:
        site = f"http://localhost:{self._port},http://127.0.0.1:{self._port}"
        return {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_URL": addresses.database_url,
            "DATABASE_OWNER_URL": owner_url,
            "REDIS_URL": addresses.redis_url,
            "WARDROOM_DATA": str(self._folder.root),
            "WARDROOM_DEVELOPMENT": os.environ.get("WARDROOM_DEVELOPMENT", "1"),
            "WARDROOM_ORIGINS": os.environ.get("WARDROOM_ORIGINS", site),
            "WARDROOM_SECRET_KEY": self._given.secret_key or self._folder.secret_key(),
        }
