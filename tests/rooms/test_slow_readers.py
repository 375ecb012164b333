"""A socket that does not read what its room says is told to come again; the others notice nothing."""

import asyncio

import pytest

from common.database import in_database
from rooms import wire
from tests.cast import Cast
from tests.rooms.conftest import Join, sign_in
from tests.rooms.loopback import Loopback, with_cookie
from tests.rooms.saying import say


class Reluctant(Loopback):
    """A client that stops reading."""

    def stops_reading(self) -> None:
        """From now on the server's sends wait."""
        self._to_client = asyncio.Queue(maxsize=1)


async def test_whoever_does_not_read_is_told_to_come_again(
    committed_cast: Cast, join: Join, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "OUTGOING_MAX_BYTES", 2_000)
    room, rex = committed_cast.lounge, await join(committed_cast.rex)
    await rex.enters(room)
    slow = Reluctant(with_cookie(await in_database(sign_in, committed_cast.mara)))
    await slow.handshake()
    await slow.send(f'{{"type": "enter", "room": "{room.public_id}"}}')
    reading = slow.__aiter__()
    while '"entered"' not in await anext(reading):
        pass
    slow.stops_reading()

    for number in range(20):
        await in_database(say, committed_cast.nora, room, f"line {number} {'x' * 200}")
    late = [frame async for frame in reading]

    assert slow.close_code == 4408
    assert '"resync"' in late[-1]
    assert len(late) < 20
    await rex.receives(lambda frame: "line 19" in frame.get("html", ""), what="the last line")
    await slow.close()
