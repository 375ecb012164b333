"""PostgreSQL, Redis and the broker: reachable, as they should be set, and not behind."""

import datetime as dt
import time
from collections.abc import Iterator

import redis
from celery import current_app
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from accounts.models import AuditEntry
from accounts.services.erasures import waiting_since
from common import clock
from config.doctor.findings import Finding, check, look, well, wrong

OLDEST_POSTGRES = 150000
_TIMEOUT_S = 3
_WRITTEN_DOWN_WITHIN = dt.timedelta(minutes=10)


@check("database", do="Start PostgreSQL, or correct DATABASE_URL.")
def database() -> Iterator[Finding]:
    """It answers, and is new enough."""
    started = time.monotonic()
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, current_setting('server_version')")
        role, version = cursor.fetchone()
    took_ms = round((time.monotonic() - started) * 1000)
    name = f"PostgreSQL {version}, {connection.settings_dict['NAME']} as {role}, answers in {took_ms} ms"
    if connection.pg_version < OLDEST_POSTGRES:  # type: ignore[attr-defined]
        yield wrong("database", name, "Use PostgreSQL 15 or newer.")
    else:
        yield well("database", name)


@check("clock", do="Mend the database first.")
def time_of_day() -> Iterator[Finding]:
    """This machine's is the database's, which the site goes by."""
    connection.ensure_connection()
    if clock.is_wrong():
        by_s = (timezone.now() - clock.now()).total_seconds()
        advice = "Let NTP set this machine's clock, and the database's, which the site goes by."
        yield look("clock", f"{by_s:+.0f} s from the database's", advice)
    else:
        yield well("clock", "as the database's")


@check("migrations", do="Mend the database first.")
def migrations() -> Iterator[Finding]:
    """None is missing."""
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        names = ", ".join(f"{migration.app_label}.{migration.name}" for migration, _ in missing[:3])
        yield wrong("migrations", f"{len(missing)} not applied: {names}", "Run `manage.py migrate`.")
    else:
        yield well("migrations", "all applied")


@check("audit log", do="Mend the database first.")
def audit_log() -> Iterator[Finding]:
    """The role that the site runs as can only add to it; failing that, triggers stand before it."""
    may_add, may_rewrite, triggers = _rights()
    advice = "Give the site a role of its own: docs/operating.md, “Roles”."
    if not may_add:
        yield wrong("audit log", "the site's role cannot add to it: nothing can be decided", advice)
    elif may_rewrite and not triggers:
        yield wrong("audit log", "the site's role could change what is on record", advice)
    elif may_rewrite:
        yield look("audit log", "guarded by its triggers alone: the site's role may drop them", advice)
    else:
        yield well("audit log", "append-only for the site's role")


def _rights() -> tuple[bool, bool, int]:
    """Whether our role may add to the log, whether it may change it, and how many triggers refuse that."""
    table = AuditEntry._meta.db_table  # noqa: SLF001
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT has_table_privilege(%(table)s, 'INSERT'), has_table_privilege(%(table)s, 'UPDATE')"
            " OR has_table_privilege(%(table)s, 'DELETE') OR has_table_privilege(%(table)s, 'TRUNCATE'),"
            " (SELECT count(*) FROM pg_trigger WHERE tgrelid = %(table)s::regclass"
            " AND NOT tgisinternal AND tgenabled <> 'D')",
            {"table": table},
        )
        may_add, may_rewrite, triggers = cursor.fetchone()
    return may_add, may_rewrite, triggers


@check("ledger of erasures", do="Mend the database first.")
def ledger_of_erasures() -> Iterator[Finding]:
    """What was deleted and hidden is written down outside of the database, soon."""
    waits = waiting_since()
    if waits and waits > _WRITTEN_DOWN_WITHIN:
        is_so = f"nothing written for {waits.total_seconds() / 60:.0f} minutes ({settings.ERASURE_LEDGER})"
        advice = "A backup would bring back what was deleted since: look at the worker's log for why."
        yield wrong("ledger of erasures", is_so, advice)
    else:
        yield well("ledger of erasures", f"up to date ({settings.ERASURE_LEDGER})")


@check("Redis", do="Start Redis, or correct REDIS_URL. Until then judging waits for the sweep.")
def redis_server() -> Iterator[Finding]:
    """It answers, keeps what it is given, and throws nothing away when it is full."""
    server = redis.Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=_TIMEOUT_S,
        socket_connect_timeout=_TIMEOUT_S,
        decode_responses=True,
    )
    yield well("Redis", f"version {server.info('server')['redis_version']}")
    yield _keeps(server)
    yield _throws_nothing_away(server)


def _keeps(server: redis.Redis) -> Finding:
    persistence = server.info("persistence")
    if not persistence.get("aof_enabled"):
        advice = (
            "Set `appendonly yes`: nothing accepted is lost either way, but judging is late after a crash."
        )
        return look("Redis persistence", "no append-only file", advice)
    if persistence.get("aof_last_write_status") != "ok":
        return wrong("Redis persistence", "its last write failed", "Look for a full disk.")
    return well("Redis persistence", "append-only file")


def _throws_nothing_away(server: redis.Redis) -> Finding:
    policy = server.info("memory").get("maxmemory_policy", "unknown")
    if policy != "noeviction":
        return wrong("Redis eviction", policy, "Set `maxmemory-policy noeviction`: it holds the tasks.")
    return well("Redis eviction", policy)


@check("broker", do="Start the broker, or correct CELERY_BROKER_URL.")
def broker() -> Iterator[Finding]:
    """Tasks can be sent."""
    with current_app.connection_for_write() as sending:
        sending.ensure_connection(max_retries=1, timeout=_TIMEOUT_S)
        yield well("broker", f"{sending.transport_cls}, reachable")
