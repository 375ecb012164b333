"""Fixtures of the whole suite: the database, the cast, and the stack of real processes."""

import contextlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import AsyncExitStack
from ipaddress import ip_address
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import OperationalError, connection, connections, transaction
from django.db.backends.postgresql.operations import DatabaseOperations

from accounts.models import Person
from common.database import in_database
from tests import cast as players
from tests.clients import Stack, Voice
from tests.servers import start_beat, start_daphne, start_worker

EMPTYING_TRIES = 100


def pytest_addoption(parser: pytest.Parser) -> None:
    """The whole load of tests/faults, which `make faults` asks for."""
    group = parser.getgroup("faults")
    group.addoption(
        "--faults", action="store_true", help="every fault, with the whole load; keep the figures"
    )
    group.addoption("--rooms", type=int, default=20, help="rooms of the load (20)")
    group.addoption("--clients", type=int, default=50, help="clients in each room (50)")
    group.addoption("--rate", type=float, default=50, help="messages a second in all (50)")
    group.addoption("--seconds", type=float, default=15, help="seconds of talk in each row (15)")


@pytest.fixture(scope="session", autouse=True)
def _emptying_may_pass_the_audit_triggers() -> Iterator[None]:
    """Between tests Django truncates every table; the audit log's triggers refuse that, as they should.

    Only this emptying switches them off; the tests of the audit log meet them armed. The real processes
    of a live test may hold locks in another order: whoever waits gives way at once, and tries again.
    """

    def patiently(self: DatabaseOperations, sql_list: Iterable[str]) -> None:
        for _ in range(EMPTYING_TRIES - 1):
            with contextlib.suppress(OperationalError):
                return _empty(self, sql_list)
        return _empty(self, sql_list)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "execute_sql_flush", patiently)
        yield


def _empty(operations: DatabaseOperations, sql_list: Iterable[str]) -> None:
    with transaction.atomic(), operations.connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '200ms'")
        cursor.execute("ALTER TABLE accounts_auditentry DISABLE TRIGGER USER")
        for sql in sql_list:
            cursor.execute(sql)
        cursor.execute("ALTER TABLE accounts_auditentry ENABLE TRIGGER USER")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """As pytest-django's; at the end, connections that threads kept do not hold up the removal."""
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.fixture(scope="session", autouse=True)
def _nobody_but_this_machine() -> Iterator[None]:
    """No test may reach another machine."""
    connect = socket.socket.connect

    def only_here(self: socket.socket, address: Any, /) -> None:
        if self.family in {socket.AF_INET, socket.AF_INET6}:
            assert ip_address(address[0]).is_loopback, f"a test tried to reach {address}"
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", only_here)
        yield


@pytest.fixture(autouse=True)
def _hashing_is_quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a second for each password is for attackers, not for tests."""
    monkeypatch.setattr("django.contrib.auth.hashers.PBKDF2PasswordHasher.iterations", 1_000)


@pytest.fixture
def cast(db: None) -> players.Cast:
    """The people and rooms of tests/cast.py, in a transaction that is rolled back."""
    return players.assemble()


@pytest.fixture
def committed_cast(transactional_db: None, django_db_serialized_rollback: None) -> players.Cast:
    """The same, committed: for several threads, and for other processes."""
    return players.assemble()


@pytest.fixture(scope="module")
def _processes(django_db_setup: None, django_db_blocker: Any) -> Iterator[Stack]:
    # For one module and no longer: a worker judges whatever other tests commit and mean to leave waiting.
    with django_db_blocker.unblock():
        database = connection.settings_dict["NAME"]
    with (
        start_worker(database=database),
        start_beat(database=database),
        start_daphne(database=database) as origin,
    ):
        yield Stack(origin)


@pytest.fixture
def stack(committed_cast: players.Cast, _processes: Stack) -> Stack:
    """Daphne, a Celery worker with the real classifier, PostgreSQL and Redis, holding the committed cast."""
    return _processes


Connect = Callable[[Person], Awaitable[Voice]]


@pytest.fixture
async def connect(stack: Stack) -> AsyncIterator[Connect]:
    """One socket for each person it is called with; all are closed at the end."""
    async with AsyncExitStack() as sockets:

        async def as_person(person: Person) -> Voice:
            cookie = await in_database(stack.sign_in, person)
            return await sockets.enter_async_context(Voice.connected(stack, person, cookie))

        yield as_person
    await sync_to_async(connections.close_all)()  # what a test read by Django's asynchronous methods
