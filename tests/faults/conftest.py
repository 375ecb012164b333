"""The site to break, the crowd in it, and the rows that are kept. `--faults` asks for the whole load."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from typing import Any

import pytest
from django.db import connections
from psycopg.conninfo import conninfo_to_dict

from common.database import in_database
from tests.faults import site as sites
from tests.faults.checking import Checked, close_pool, settled
from tests.faults.crowd import Crowd, Load, Talk, gather, talking
from tests.faults.rows import Row, keep
from tests.faults.site import Site

SHORT = Load(rooms=2, clients=4, rate=20, seconds=2)

_rows = pytest.StashKey[list[Row]]()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What has no short form runs with the whole load only."""
    if config.getoption("--faults"):
        return
    for item in items:
        if item.get_closest_marker("whole_load_only"):
            item.add_marker(pytest.mark.skip(reason="make faults"))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Keep what the whole load has shown."""
    rows = session.config.stash.get(_rows, [])
    if rows and session.config.getoption("--faults"):
        keep(rows)


@pytest.fixture(scope="session")
def load(pytestconfig: pytest.Config) -> Load:
    """How much is said while something breaks."""
    option = pytestconfig.getoption
    if not option("--faults"):
        return SHORT
    return Load(option("--rooms"), option("--clients"), option("--rate"), option("--seconds"))


@pytest.fixture(scope="session")
def is_whole_load(pytestconfig: pytest.Config) -> bool:
    """Whether this is `make faults`."""
    return bool(pytestconfig.getoption("--faults"))


@pytest.fixture(scope="session")
def _site() -> Iterator[Site]:
    with sites.running() as site:
        yield site


@pytest.fixture
def site(_site: Site, django_db_blocker: Any) -> Iterator[Site]:
    """The site, whole; this process's models read and write its database."""
    with django_db_blocker.unblock(), at_database(_site.database_url):
        _site.wait_until_whole()
        yield _site


class at_database:  # noqa: N801 - reads as `with at_database(url):`
    """Django's default connection, to another server for a while."""

    def __init__(self, url: str) -> None:
        parts = conninfo_to_dict(url)
        self._theirs = {
            "NAME": parts.pop("dbname"),
            "USER": parts.pop("user"),
            "HOST": parts.pop("host"),
            "PORT": "",
        }

    def __enter__(self) -> None:
        self._swap()

    def __exit__(self, *failure: object) -> None:
        self._swap()

    def _swap(self) -> None:
        connections.close_all()
        close_pool()
        ours = connections.settings["default"]
        self._theirs, before = {name: ours[name] for name in self._theirs}, self._theirs
        ours.update(before)


_gathered: dict[int, Crowd] = {}


@pytest.fixture
def crowd(site: Site, load: Load) -> Crowd:
    """The people of the load, made once."""
    if id(site) not in _gathered:
        _gathered[id(site)] = gather(load)
    return _gathered[id(site)]


@pytest.fixture
async def talk(site: Site, crowd: Crowd) -> AsyncIterator[Talk]:
    """The crowd at its sockets, until the end of the test."""
    async with AsyncExitStack() as sockets:
        yield await sockets.enter_async_context(talking(crowd, site.urls))
    await in_database(connections.close_all)


Settle = Callable[[Talk], Awaitable[Checked]]


@pytest.fixture
def settle(is_whole_load: bool) -> Settle:
    """Wait until everything is answered, judged and seen, and count; a short form waits out no lease."""

    async def count(talk: Talk) -> Checked:
        return await settled(talk, within_s=90 if is_whole_load else 60, hurried=not is_whole_load)

    return count


Keep = Callable[[int, str, str, Checked], None]


@pytest.fixture
def keep_row(request: pytest.FixtureRequest, load: Load) -> Keep:
    """Note a row's figure, then fail where a zero is not one."""
    began, kept = time.monotonic(), request.config.stash.setdefault(_rows, [])

    def note(number: int, fault: str, figure: str, checked: Checked) -> None:
        took_s = round(time.monotonic() - began, 1)
        kept.append(Row(number, fault, str(load), figure, took_s, checked))
        checked.zeros.assert_all(missed=checked.missed)

    return note
