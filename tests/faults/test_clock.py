"""Daphnes whose clocks are an hour apart, and then change: row 20. Needs libfaketime."""

import asyncio
from pathlib import Path

import pytest

from tests.faults.conftest import Keep, Settle
from tests.faults.crowd import Load, Talk
from tests.faults.site import WEBS, Site

pytestmark = [pytest.mark.faults, pytest.mark.timeout(180)]

LIBRARY = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)


def at(hours: int) -> dict[str, str]:
    """The environment of a program whose clock is wrong by so much; how long things take stays true."""
    wrong = {"LD_PRELOAD": str(LIBRARY), "FAKETIME": f"{hours:+d}h", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    return wrong if hours else {}


@pytest.mark.whole_load_only
@pytest.mark.skipif(LIBRARY is None, reason="needs libfaketime (Debian: faketime)")
async def test_20_clocks_are_wrong_and_jump_back(
    site: Site, talk: Talk, load: Load, settle: Settle, keep_row: Keep
) -> None:
    talking = asyncio.create_task(talk.goes_on(load.seconds + 20))
    try:
        for first, second in ((1, -1), (-1, 1)):
            await asyncio.to_thread(site.restart, WEBS[0], **at(first))
            await asyncio.to_thread(site.restart, WEBS[1], **at(second))
        await talking
    finally:
        for name in WEBS:
            await asyncio.to_thread(site.restart, name)

    checked = await settle(talk)
    figure = f"{talk.ledger.repeated} sent again, refused: {checked.refused or 'none'}"
    keep_row(20, "Daphnes' clocks at +1 h and -1 h, then changed over", figure, checked)
