"""The way out under a real Daphne. Here breaks what a new release of Daphne or Twisted changes inside."""

import asyncio
import contextlib
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
from django.conf import settings
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from config.embedded import ports
from rooms.protocol import CLOSE_CODES, FRAME_MAX_BYTES
from rooms.wire import OUTGOING_MAX_BYTES, AsgiWire, Parcel
from tests.rooms.daphne_app import BIG, GIVES_UP_AFTER
from tests.servers import free_port


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Where a Daphne with tests/rooms/daphne_app.py listens."""
    port = free_port()
    command = [sys.executable, "-m", "daphne", "-p", str(port), "tests.rooms.daphne_app:application"]
    with subprocess.Popen(command, cwd=settings.BASE_DIR, stderr=subprocess.DEVNULL) as process:
        try:
            wait_until_it_answers(port)
            yield f"ws://127.0.0.1:{port}/"
        finally:
            process.terminate()


def wait_until_it_answers(port: int) -> None:
    """Daphne takes a moment to import itself."""
    for _ in range(200):
        if ports.answers(port):
            return
        subprocess.run(["sleep", "0.1"], check=True)
    raise AssertionError("Daphne does not answer")


@asynccontextmanager
async def asking(address: str, order: str, **options: int) -> AsyncIterator[ClientConnection]:
    """A socket on which something was asked for."""
    async with connect(address, max_size=None, **options) as socket:  # type: ignore[arg-type]
        await socket.send(order)
        yield socket


async def test_under_daphne_the_way_is_the_short_one(address: str) -> None:
    async with asking(address, "which") as socket:
        assert await socket.recv() == "DaphneWire"


async def test_frames_of_every_size_arrive_whole_and_in_order(address: str) -> None:
    async with asking(address, "sizes") as socket:
        sizes = [len(await socket.recv()) for _ in range(7)]

    assert sizes == [0, 1, 125, 126, 65_535, 65_536, BIG]


async def test_whoever_does_not_read_is_refused_more_and_told_to_come_again(address: str) -> None:
    async with asking(address, "flood", max_queue=1) as socket:
        frames = [frame async for frame in closing(socket)]

    *taken, last = frames
    assert 0 < len(taken) == int(last) < GIVES_UP_AFTER
    assert socket.close_code == 4408


async def closing(socket: ClientConnection) -> AsyncIterator[str | bytes]:
    """Every frame until the close, whatever its code."""
    try:
        while True:
            yield await socket.recv()
    except ConnectionClosed:
        return


@pytest.mark.parametrize("code", sorted(CLOSE_CODES))
async def test_every_close_code_comes_after_what_was_written(address: str, code: int) -> None:
    async with asking(address, str(code)) as socket:
        frames = [frame async for frame in closing(socket)]

    assert frames == ['{"type": "resync"}']
    assert socket.close_code == code


async def test_a_frame_that_is_too_large_closes_with_1009_before_it_is_read(address: str) -> None:
    async with asking(address, "x" * (FRAME_MAX_BYTES + 1)) as socket:
        assert [frame async for frame in closing(socket)] == []

    assert socket.close_code == 1009


async def test_a_frame_of_many_small_pieces_is_too_large_as_well(address: str) -> None:
    async with connect(address) as socket:
        with contextlib.suppress(ConnectionClosed):
            await socket.send("y" * 1024 for _ in range(200))
        await socket.wait_closed()

    assert socket.close_code == 1009


# --- the fallback ---


async def test_elsewhere_frames_go_by_asgi_one_after_the_other() -> None:
    sent: asyncio.Queue[dict[str, object]] = asyncio.Queue()
    wire = AsgiWire(sent.put)

    wire.write(Parcel([b"one", b"two"]))
    wire.write(Parcel([b"three"]))
    wire.close(4408, last=Parcel([b"last"]))
    wire.write(Parcel([b"too late"]))

    events = [await sent.get() for _ in range(5)]
    assert [event.get("text", event.get("code")) for event in events] == ["one", "two", "three", "last", 4408]
    assert sent.empty()


async def test_elsewhere_too_whoever_does_not_read_is_refused_more() -> None:
    never = asyncio.Event()

    async def send(_: object) -> None:
        await never.wait()

    wire, parcel = AsgiWire(send), Parcel([b"x" * 65_536])
    taken = 0
    while wire.write(parcel):
        taken += 1

    assert OUTGOING_MAX_BYTES < taken * 65_536 < 2 * OUTGOING_MAX_BYTES


async def test_elsewhere_a_broken_socket_is_left_alone() -> None:
    async def send(_: object) -> None:
        raise OSError("gone")

    wire = AsgiWire(send)
    wire.write(Parcel([b"one"]))
    await asyncio.sleep(0)
    await asyncio.sleep(0)

    assert wire.is_closed
    assert wire.write(Parcel([b"two"]))
