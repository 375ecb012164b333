"""Daphne, the worker and beat are killed, stopped and replaced while people talk: rows 1 to 4, 21 and 23."""

import asyncio
import signal

import pytest

from tests.faults.conftest import Keep, Settle
from tests.faults.crowd import Load, Talk
from tests.faults.site import WEBS, Site

pytestmark = [pytest.mark.faults, pytest.mark.timeout(180)]


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
    before = talk.ledger.reconnections
    with site.stopped("web"):
        await asyncio.sleep(30)
        moved = talk.ledger.reconnections - before
    await talking

    checked = await settle(talk)
    keep_row(
        2,
        "Daphne stopped for 30 s",
        f"{moved} sockets moved; slowest seen {checked.slowest_seen_s} s",
        checked,
    )
    assert moved


@pytest.mark.whole_load_only
async def test_21_a_deploy_while_people_talk(
    site: Site, talk: Talk, load: Load, settle: Settle, keep_row: Keep
) -> None:
    talking = asyncio.create_task(talk.goes_on(load.seconds))
    for name in (*WEBS, "worker"):
        await asyncio.sleep(load.seconds / 4)
        site.kill(name, number=signal.SIGTERM)
    await talking

    checked = await settle(talk)
    keep_row(21, "rolling restart", f"slowest ack {checked.ack_ms.get('p99', 0):.0f} ms p99", checked)


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
