"""PostgreSQL is killed, restarted, and gives no connection, while people talk: rows 15, 16 and 19."""

import asyncio
import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connections

from common.database import in_database
from tests.faults.checking import settled
from tests.faults.conftest import Keep, Settle, at_database
from tests.faults.crowd import Crowd, Load, Talk, gather, talking
from tests.faults.site import Site, running, wait_until

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]


async def test_15_postgres_is_killed_again_and_again(
    site: Site, talk: Talk, load: Load, settle: Settle, keep_row: Keep, is_whole_load: bool
) -> None:
    kills = 10 if is_whole_load else 1
    talking = asyncio.create_task(talk.goes_on(load.seconds))
    back_s = []
    for _ in range(kills):
        await asyncio.sleep(load.seconds / (kills + 1))
        site.kill("postgres")
        back_s.append(await asyncio.to_thread(wait_until, site.accepts_connections, within_s=60))
    await talking

    checked = await settle(talk)
    keep_row(15, f"PostgreSQL killed × {kills}", f"back after {max(back_s):.1f} s at the latest", checked)


async def test_16_postgres_is_restarted_then_gives_no_connection(
    site: Site, talk: Talk, load: Load, settle: Settle, keep_row: Keep
) -> None:
    talking = asyncio.create_task(talk.goes_on(load.seconds + 1))
    site.kill("postgres", number=signal.SIGINT)
    await asyncio.to_thread(wait_until, site.accepts_connections, within_s=60)
    with ExitStack() as taken:
        held = await asyncio.to_thread(take_all_connections, site, taken)
        await asyncio.sleep(load.seconds / 2)
    await talking

    checked = await settle(talk)
    figure = f"{held} connections taken; {talk.ledger.repeated} of {checked.acked} asked to send again"
    keep_row(16, "PostgreSQL restarted, then no connection left", figure, checked)


def take_all_connections(site: Site, taken: ExitStack) -> int:
    """Hold connections until the server has none to give."""
    for held in range(200):
        try:
            taken.enter_context(psycopg.connect(site.database_url))
        except psycopg.OperationalError:
            return held
    raise AssertionError("the server always has one more")


@pytest.mark.whole_load_only
async def test_19_the_disk_is_full(small: tuple[Path, Crowd, Site], keep_row: Keep) -> None:
    disk, crowd, site = small
    async with talking(crowd, site.urls) as talk:
        full = asyncio.create_task(talk.goes_on(crowd.load.seconds))
        ballast = await asyncio.to_thread(fill, disk)
        await full
        refused = talk.ledger.repeated
        ballast.unlink()
        checked = await settled(talk)
    await in_database(connections.close_all)
    keep_row(
        19, f"disk full ({crowd.load})", f"{refused} asked to send again; back by itself with room", checked
    )
    assert refused


@pytest.fixture
def small(load: Load, django_db_blocker: Any) -> Iterator[tuple[Path, Crowd, Site]]:
    """A site on a small disk of its own; without root there is none."""
    if os.geteuid() != 0:
        pytest.skip("needs root, for a small disk of its own")
    with (
        small_disk() as disk,
        running(disk) as site,
        django_db_blocker.unblock(),
        at_database(site.database_url),
    ):
        yield disk, gather(Load(2, 4, 20, load.seconds)), site


@contextmanager
def small_disk() -> Iterator[Path]:
    """A file system of its own, which PostgreSQL's user may enter."""
    folder = Path(tempfile.mkdtemp(prefix="wardroom-disk-"))
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=300m", "tmpfs", folder], check=True)
    try:
        folder.chmod(0o711)
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)
        folder.rmdir()


def fill(disk: Path) -> Path:
    """Leave no room at all."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(65536))
    return ballast
