"""Lines that are cut, slow or silent, and a client that does not read: rows 13, 17 and 18."""

import asyncio
import time
import uuid
from collections import Counter
from contextlib import AsyncExitStack

import msgspec
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidHandshake, WebSocketException

from common.database import in_database
from moderation.replay.ledger import Ledger
from moderation.replay.people import Player
from moderation.replay.player import Listener
from rooms.models import Message
from tests.faults.conftest import Keep, Settle
from tests.faults.crowd import Crowd, Load, Talk, talking
from tests.faults.proxy import line_to
from tests.faults.site import Site

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]

LONG = "x" * 3_900
ANSWERED_S = 5


class Sleeper(Listener):
    """Enters, and reads nothing more until it wakes."""

    read_ahead = 1

    def __init__(self, urls: list[str], player: Player, ledger: Ledger) -> None:
        super().__init__(urls, player, ledger)
        self.awake = asyncio.Event()

    async def _live(self, socket: ClientConnection) -> None:
        while not self.ready.is_set():
            self.heard(msgspec.json.decode(await socket.recv()), time.monotonic())
        await self.awake.wait()
        await super()._live(socket)


async def test_13_a_client_that_does_not_read(
    site: Site, crowd: Crowd, talk: Talk, load: Load, settle: Settle, keep_row: Keep, is_whole_load: bool
) -> None:
    lines = 450 if is_whole_load else 150
    sleeper = Sleeper(site.urls[:1], crowd.listeners[0], talk.ledger)
    running = asyncio.create_task(sleeper.run())
    await sleeper.ready.wait()
    before = site.memory_mib("web")
    in_the_room = [one for one in talk.speakers if one.room == sleeper.room]
    for number in range(lines):
        in_the_room[number % len(in_the_room)].say(f"{number} {LONG}")
        await asyncio.sleep(0.005)
    await talk.all_answered(within_s=60)
    grown = site.memory_mib("web") - before
    sleeper.awake.set()

    checked = await settle(talk)
    running.cancel()
    had = len(sleeper.reader.sightings)
    keep_row(
        13, f"a socket unread for {lines} messages", f"Daphne grew by {grown:.0f} MiB; {had} had", checked
    )


async def test_17_the_line_is_cut_at_each_byte(
    site: Site, crowd: Crowd, talk: Talk, load: Load, settle: Settle, keep_row: Keep, is_whole_load: bool
) -> None:
    up, down = await whole_exchange(site, crowd)
    step = 1 if is_whole_load else 80
    cuts = [{"up_max": n} for n in range(1, up + 1, step)] + [
        {"down_max": n} for n in range(1, down + 1, step)
    ]
    keys = [await post_across(site, crowd, cut) for cut in cuts]
    await talk.goes_on(load.seconds / 2)

    checked = await settle(talk)
    rows = await in_database(rows_of, keys)
    doubled, missing = sum(count - 1 for count in rows.values()), len(set(keys) - rows.keys())
    figure = f"{len(cuts)} cuts: {doubled} doubled, {missing} missing"
    keep_row(17, "line cut after each byte, then sent again", figure, checked)
    assert (doubled, missing) == (0, 0)


async def whole_exchange(site: Site, crowd: Crowd) -> tuple[int, int]:
    """How many bytes go up and down for one line with its ack."""
    async with line_to(site.ports[0]) as line:
        assert await post(line.url, crowd, uuid.uuid4())
        return line.up_bytes, line.down_bytes


async def post_across(site: Site, crowd: Crowd, cut: dict[str, int]) -> uuid.UUID:
    """Say one line over a line that breaks, and again with the same key over one that does not."""
    key = uuid.uuid4()
    async with line_to(site.ports[0], **cut) as line:
        await post(line.url, crowd, key)
    assert await post(site.urls[1], crowd, key)
    return key


async def post(url: str, crowd: Crowd, key: uuid.UUID) -> bool:
    """Send it, and say whether the ack came."""
    player = crowd.speakers[0]
    frame = {"type": "post", "room": player.room.public_id, "client_key": key, "body": f"cut {key}"}
    headers = {"Authorization": f"Bearer {player.secret}"}
    try:
        async with (
            asyncio.timeout(ANSWERED_S),
            connect(url, additional_headers=headers, close_timeout=1) as socket,
        ):
            await socket.send(msgspec.json.encode(frame).decode())
            async for text in socket:
                if msgspec.json.decode(text)["type"] == "ack":
                    return True
    except (OSError, EOFError, TimeoutError, WebSocketException, InvalidHandshake):
        return False
    return False


def rows_of(keys: list[uuid.UUID]) -> Counter[uuid.UUID]:
    """How often each key is stored."""
    return Counter(Message.objects.filter(client_key__in=keys).values_list("client_key", flat=True))


@pytest.mark.whole_load_only
async def test_18_a_slow_line_then_a_silent_one(
    site: Site, crowd: Crowd, load: Load, settle: Settle, keep_row: Keep
) -> None:
    async with AsyncExitStack() as lines:
        slow = [await lines.enter_async_context(line_to(port, delay_s=(0.2, 2.0))) for port in site.ports]
        talk = await lines.enter_async_context(talking(crowd, [line.url for line in slow]))
        await talk.goes_on(load.seconds)
        before, slow[0].is_silent = talk.ledger.reconnections, True
        moved_s = await moves(talk, before)
        checked = await settle(talk)
    keep_row(18, "0.2 to 2 s of latency, then half-open", f"noticed after {moved_s:.0f} s", checked)


async def moves(talk: Talk, before: int) -> float:
    """Wait until whoever was on the silent line has noticed and is back; gives how long that took."""
    began = asyncio.get_running_loop().time()
    async with asyncio.timeout(90):
        while talk.ledger.reconnections == before:
            await asyncio.sleep(0.2)
    noticed = asyncio.get_running_loop().time() - began
    await talk.all_in(within_s=90)
    return noticed
