"""Daphne, the worker and beat are killed, stopped and replaced while people talk: rows 1 to 4, 21 and 23."""

import asyncio
import time
from itertools import pairwise
from typing import ClassVar

import pytest
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import connection, migrations, models
from django.db.migrations.loader import MigrationLoader

from common.database import in_database
from config.embedded.postgres import OWNER
from tests.faults.conftest import Keep, Settle, at_database
from tests.faults.crowd import Load, Talk
from tests.faults.site import WEBS, Site

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]


async def test_1_a_daphne_that_is_killed_again_and_again(
    site: Site, talk: Talk, load: Load, settle: Settle, keep_row: Keep, is_whole_load: bool
) -> None:
    kills = 20 if is_whole_load else 2
    talking = asyncio.create_task(talk.goes_on(load.seconds))
    for number in range(kills):
        await asyncio.sleep(load.seconds / (kills + 1))
        site.kill(WEBS[number % 2])
    await talking

    checked = await settle(talk)
    keep_row(1, f"Daphne killed × {kills}", f"resumed p95 {checked.return_p95_s} s", checked)


async def test_4_the_worker_and_beat_are_killed(
    site: Site, talk: Talk, load: Load, settle: Settle, keep_row: Keep
) -> None:
    talking = asyncio.create_task(talk.goes_on(load.seconds))
    await asyncio.sleep(load.seconds / 2)
    site.kill("worker", "beat")
    await talking

    checked = await settle(talk)
    keep_row(4, "worker and beat killed", f"verdict p99 {checked.verdict_p99_s} s", checked)


@pytest.mark.whole_load_only
async def test_2_a_daphne_that_hangs(
    site: Site, talk: Talk, load: Load, settle: Settle, keep_row: Keep
) -> None:
    talking = asyncio.create_task(talk.goes_on(load.seconds))
    await asyncio.sleep(1)
    with site.stopped("web"):
        noticed_s = await noticed(talk, within_s=30)
    await talking

    checked = await settle(talk)
    figure = (
        f"noticed after {min(noticed_s, default=0):.1f} to {max(noticed_s, default=0):.1f} s; back elsewhere"
        f" within {checked.return_p95_s} s (p95); slowest seen {checked.slowest_seen_s} s"
    )
    keep_row(2, "Daphne stopped for 30 s", figure, checked)
    assert noticed_s


async def noticed(talk: Talk, *, within_s: float) -> list[float]:
    """After how many seconds each client gave its silent socket up."""
    began, before, after_s = time.monotonic(), talk.ledger.reconnections, list[float]()
    while (elapsed := time.monotonic() - began) < within_s:
        after_s += [elapsed] * (talk.ledger.reconnections - before - len(after_s))
        await asyncio.sleep(0.1)
    return after_s


@pytest.mark.whole_load_only
async def test_21_a_deploy_while_people_talk(
    site: Site, talk: Talk, load: Load, settle: Settle, keep_row: Keep
) -> None:
    talking = asyncio.create_task(talk.goes_on(load.seconds))
    await asyncio.sleep(load.seconds / 5)
    took_s = await in_database(migrate_forwards, site)
    try:
        for name in (*WEBS, "worker"):
            await asyncio.to_thread(site.succeed, name)
        await talking
        checked = await settle(talk)
    finally:
        await in_database(migrate_backwards, site)
    figure = (
        f"migrated in {took_s:.1f} s; at most {longest_silence_s(talk):.1f} s without any ack;"
        f" ack p99 {checked.ack_ms.get('p99', 0):.0f} ms"
    )
    keep_row(21, "a migration, then a rolling restart", figure, checked)
    assert not checked.refused


class Migration(migrations.Migration):
    """What a release may do to the largest table while people talk: a column more, and an index on it."""

    atomic = False
    operations: ClassVar = [
        migrations.AddField("message", "deployed_at", models.DateTimeField(null=True)),
        AddIndexConcurrently("message", models.Index(fields=["deployed_at"], name="message_deployed_at")),
    ]


def migrate_forwards(site: Site) -> float:
    """Apply it as the owner, and give how long that took."""
    with at_database(site.postgres.url(OWNER)):
        began, state = time.monotonic(), MigrationLoader(connection).project_state()
        with connection.schema_editor(atomic=False) as editor:
            Migration("deployed", "rooms").apply(state, editor)
        return time.monotonic() - began


def migrate_backwards(site: Site) -> None:
    """Take it back, so that the site is as it was."""
    with at_database(site.postgres.url(OWNER)):
        state = MigrationLoader(connection).project_state()
        with connection.schema_editor(atomic=False) as editor:
            Migration("deployed", "rooms").unapply(state, editor)


def longest_silence_s(talk: Talk) -> float:
    """The longest time in which somebody waited for an ack and nobody got one."""
    acked = [(sent.acked_at, sent.sent_at) for sent in talk.ledger.sent.values() if sent.acked_at is not None]
    gaps = [
        later - max(earlier, min(sent_at for acked_at, sent_at in acked if acked_at >= later))
        for earlier, later in pairwise(sorted(acked_at for acked_at, _sent_at in acked))
    ]
    return max(gaps, default=0.0)


@pytest.mark.whole_load_only
async def test_23_everybody_is_cut_off_at_once(
    site: Site, talk: Talk, load: Load, settle: Settle, keep_row: Keep
) -> None:
    talking = asyncio.create_task(talk.goes_on(load.seconds))
    await asyncio.sleep(load.seconds / 3)
    site.kill(*WEBS)
    await asyncio.sleep(0.5)
    back_s = await talk.all_in()
    await talking

    checked = await settle(talk)
    keep_row(
        23, "all sockets dropped", f"all back after {back_s:.1f} s, p95 {checked.return_p95_s} s", checked
    )
    assert back_s <= 30
