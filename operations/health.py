"""Whether this process can do its work, asked by load balancers and supervisors every few seconds.

Answers in words without addresses, versions or secrets: these two pages are open to whoever reaches them.
Each question gives up after seconds, on a connection of its own: a full pool must not hang a probe.
"""

from dataclasses import dataclass

import psycopg
import redis
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from rooms import draining

_TIMEOUT_S = 2


@dataclass(frozen=True, slots=True)
class Readiness:
    """What a request sent to this process would meet.

    Attributes:
        redis: where it is unreachable, the process stays ready: Redis holds hints, and what is said arrives
            later (docs/adr/operations-app.md).
    """

    database: str
    migrations: str
    redis: str
    is_draining: bool

    @property
    def is_ready(self) -> bool:
        """Whether it should be sent requests and sockets."""
        return self.database == self.migrations == "ok" and not self.is_draining

    def facts(self) -> dict[str, str | bool]:
        """As the page answers it."""
        return {
            "ready": self.is_ready,
            "database": self.database,
            "migrations": self.migrations,
            "redis": self.redis,
            "draining": self.is_draining,
        }


def readiness() -> Readiness:
    """Ask everything. Never raises."""
    database = _database()
    migrations = _migrations() if database == "ok" else "unknown"
    return Readiness(database, migrations, _redis(), draining.is_draining())


def _database() -> str:
    parameters = {**connection.get_connection_params(), "connect_timeout": _TIMEOUT_S}
    try:
        with psycopg.connect(**parameters) as asked:
            asked.execute(f"SET LOCAL statement_timeout = '{_TIMEOUT_S}s'")
            asked.execute("SELECT 1")
    except psycopg.Error:
        return "unreachable"
    return "ok"


# Applied migrations stay applied while a process lives; looking costs a tenth of a second.
_seen_applied: list[bool] = []


def _migrations() -> str:
    if not _seen_applied:
        try:
            executor = MigrationExecutor(connection)
            missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
        except Exception:  # noqa: BLE001 - whatever the database says: it is not known that they are applied
            return "unknown"
        if missing:
            return "missing"
        _seen_applied.append(True)
    return "ok"


def _redis() -> str:
    server = redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=_TIMEOUT_S, socket_connect_timeout=_TIMEOUT_S
    )
    try:
        server.ping()
    except redis.RedisError:
        return "unreachable"
    finally:
        server.close()
    return "ok"
