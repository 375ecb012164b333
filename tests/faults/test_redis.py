"""Redis is emptied, killed, stopped, filled up, and forgets who listens: rows 9 to 12 and 14."""

import asyncio

import pytest

from common.database import in_database
from tests.faults.conftest import Keep, Settle
from tests.faults.crowd import Load, Talk
from tests.faults.site import Site

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]


async def test_9_redis_is_emptied(site: Site, talk: Talk, load: Load, settle: Settle, keep_row: Keep) -> None:
    talking = asyncio.create_task(talk.goes_on(load.seconds))
    await asyncio.sleep(load.seconds / 2)
    await in_database(site.ask_redis().flushall)
    await talking

    checked = await settle(talk)
    keep_row(9, "Redis emptied (FLUSHALL)", f"slowest seen {checked.slowest_seen_s} s", checked)


async def test_10_redis_is_killed_again_and_again(
    site: Site, talk: Talk, load: Load, settle: Settle, keep_row: Keep, is_whole_load: bool
) -> None:
    flaps = 5 if is_whole_load else 2
    talking = asyncio.create_task(talk.goes_on(load.seconds))
    for _ in range(flaps):
        await asyncio.sleep(load.seconds / (flaps + 1))
        site.kill("redis")
    await talking

    checked = await settle(talk)
    figure = f"slowest verdict {checked.slowest_verdict_s} s, slowest seen {checked.slowest_seen_s} s"
    keep_row(10, f"Redis killed × {flaps}", figure, checked)


async def test_11_redis_stops_answering(
    site: Site, talk: Talk, load: Load, settle: Settle, keep_row: Keep, is_whole_load: bool
) -> None:
    stall_s = 20 if is_whole_load else 2
    talking = asyncio.create_task(talk.goes_on(stall_s + 1))
    await asyncio.sleep(0.5)
    with site.stopped("redis"):
        await asyncio.sleep(stall_s)
    await talking

    checked = await settle(talk)
    figure = f"ack p99 {checked.ack_ms.get('p99', 0):.0f} ms, slowest seen {checked.slowest_seen_s} s"
    keep_row(11, f"Redis stopped for {stall_s} s", figure, checked)


@pytest.mark.whole_load_only
async def test_12_redis_has_no_memory_left(
    site: Site, talk: Talk, load: Load, settle: Settle, keep_row: Keep
) -> None:
    talking = asyncio.create_task(talk.goes_on(load.seconds))
    await in_database(site.ask_redis().config_set, "maxmemory", 1)
    try:
        await talking
    finally:
        await in_database(site.ask_redis().config_set, "maxmemory", 0)

    checked = await settle(talk)
    evicted = (await in_database(site.ask_redis().info, "stats"))["evicted_keys"]
    keep_row(12, "Redis out of memory", f"{evicted} evicted; verdict p99 {checked.verdict_p99_s} s", checked)
    assert evicted == 0


async def test_14_subscriptions_die_while_nobody_talks(
    site: Site, talk: Talk, load: Load, settle: Settle, keep_row: Keep, is_whole_load: bool
) -> None:
    idle_s = 15 if is_whole_load else 1
    closed = await in_database(site.ask_redis().execute_command, "CLIENT", "KILL", "TYPE", "pubsub")
    await asyncio.sleep(idle_s)
    await talk.goes_on(load.seconds)

    checked = await settle(talk)
    figure = f"{closed} cut, {checked.zeros.acked_lost} missed; slowest seen {checked.slowest_seen_s} s"
    keep_row(14, f"subscriptions cut, then {idle_s} s of silence", figure, checked)
    assert closed
