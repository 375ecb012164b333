"""A socket without a network: the ASGI application driven in this process, by tests.clients.Voice."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from django.conf import settings

from rooms.routing import sockets

Headers = list[tuple[bytes, bytes]]


class Loopback:
    """What Voice needs of a client's socket: send, iterate, close_code."""

    def __init__(self, headers: Headers, path: str = "/ws/") -> None:
        self.close_code: int | None = None
        self.is_accepted = False
        self._to_server: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._to_client: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        scope = {"type": "websocket", "path": path, "headers": headers, "query_string": b""}
        self._to_server.put_nowait({"type": "websocket.connect"})
        self._running = asyncio.ensure_future(sockets(scope, self._to_server.get, self._deliver))

    async def handshake(self) -> bool:
        """Whether the server accepted the socket; False is an HTTP 403."""
        answer = await self._to_client.get()
        self.is_accepted = answer["type"] == "websocket.accept"
        return self.is_accepted

    async def send(self, text: str | None = None, data: bytes | None = None) -> None:
        """One frame to the server."""
        await self._to_server.put({"type": "websocket.receive", "text": text, "bytes": data})

    async def __aiter__(self) -> AsyncIterator[str]:
        while self.close_code is None:
            event = await self._to_client.get()
            if event["type"] == "websocket.close":
                self.close_code = event["code"]
            else:
                yield event["text"]

    async def _deliver(self, event: dict[str, Any]) -> None:
        await self._to_client.put(event)

    async def close(self) -> None:
        """Go away."""
        await self._to_server.put({"type": "websocket.disconnect", "code": 1000})
        await asyncio.wait([self._running])


def with_cookie(session_key: str, origin: str | None = None) -> Headers:
    """The headers of a browser that is signed in."""
    cookie = f"{settings.SESSION_COOKIE_NAME}={session_key}".encode()
    return [(b"cookie", cookie), (b"origin", (origin or settings.ORIGINS[0]).encode())]


def with_token(secret: str) -> Headers:
    """The headers of a bot."""
    return [(b"authorization", f"Bearer {secret}".encode())]


@asynccontextmanager
async def opened(headers: Headers) -> AsyncIterator[Loopback]:
    """An accepted socket."""
    loopback = Loopback(headers)
    assert await loopback.handshake()
    try:
        yield loopback
    finally:
        await loopback.close()
