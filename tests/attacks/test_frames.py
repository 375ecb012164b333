"""Frames and handshakes made to exhaust: too large, in pieces, nested, without end. Against a real Daphne."""

import contextlib
import socket
from urllib.parse import urlsplit

import pytest
from websockets.exceptions import ConnectionClosed

from rooms.protocol import FRAME_MAX_BYTES
from tests.cast import Cast
from tests.clients import Stack
from tests.conftest import Connect

pytestmark = pytest.mark.live


async def test_a_giant_frame_closes_its_socket_and_no_other(committed_cast: Cast, connect: Connect) -> None:
    whole, pieces, mara = [await connect(getattr(committed_cast, who)) for who in ("rex", "finn", "mara")]

    with contextlib.suppress(ConnectionClosed):
        await whole.socket.send("x" * (FRAME_MAX_BYTES + 1))
    with contextlib.suppress(ConnectionClosed):
        await pieces.socket.send("y" * 1024 for _ in range(200))

    assert await whole.is_shut_out() == 1009
    assert await pieces.is_shut_out() == 1009
    await mara.enters(committed_cast.lounge)
    assert (await mara.says(committed_cast.lounge, "All is well here."))["state"] == "visible"


@pytest.mark.parametrize("opening", ["[", '{"type":', '{"type":"post","body":['])
async def test_json_without_end_is_refused_and_the_socket_lives(
    committed_cast: Cast, connect: Connect, opening: str
) -> None:
    rex = await connect(committed_cast.rex)

    await rex.socket.send(opening * ((FRAME_MAX_BYTES - 1) // len(opening)))

    error = await rex.receives(lambda f: f["type"] == "error", what="a refusal")
    assert error["code"] == "malformed"
    await rex.sends("ping")
    await rex.receives(lambda f: f["type"] == "pong", what="a pong")


async def test_handshakes_that_never_end_keep_nobody_out(
    stack: Stack, committed_cast: Cast, connect: Connect
) -> None:
    address = urlsplit(stack.origin)
    with contextlib.ExitStack() as slow:
        for _ in range(300):
            half = slow.enter_context(socket.create_connection((address.hostname, address.port)))
            half.sendall(b"GET /ws/ HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n")

        mara = await connect(committed_cast.mara)
        await mara.enters(committed_cast.lounge)
        assert (await mara.says(committed_cast.lounge, "All is well here."))["state"] == "visible"
