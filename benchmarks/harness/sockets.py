"""A client's end of a chat server, by protocol: as little Python a delivery as can be.

Every text ends with a mark, a space, `#` and eight digits, which says which message it is. A delivery is
counted where the mark comes back: frames are walked, never decoded.
"""

import asyncio
import base64
import socket
import time
from array import array
from typing import Any

from benchmarks.harness.site import Seat

MARK = b" #"
DIGITS = 8
JOIN_TIMEOUT_S = 90
_HOSTS = 8  # source addresses, so that thousands of sockets do not share one range of ports


class Tally:
    """What one measured window saw.

    Attributes:
        first: the number of the window's first message.
        due_at: when each message of the window was to be sent.
        by: who sent it: one's own words coming back are no delivery.
        late_s: from due to delivered, one figure a delivery.
    """

    def __init__(self, first: int = 0) -> None:
        self.first = first
        self.due_at: list[float] = []
        self.by: list[Any] = []
        self.late_s = array("d")
        self.refusals: list[bytes] = []
        self.cut = 0
        self.last_at = 0.0

    def begin(self) -> None:
        """A new window: what comes late from an earlier one does not count."""
        self.first += len(self.due_at)
        self.due_at, self.by, self.late_s, self.refusals = [], [], array("d"), []

    def note(self, client: "Client", data: bytes, start: int, end: int, at: float) -> None:
        """Count every mark in this part of what came in; `start` is the first."""
        while start >= 0:
            number = int(data[start + 2 : start + 2 + DIGITS]) - self.first
            if 0 <= number < len(self.due_at) and self.by[number] is not client:
                self.late_s.append(at - self.due_at[number])
                self.last_at = at
            start = data.find(MARK, start + 2 + DIGITS, end)


class Client(asyncio.Protocol):
    """One connection. Subclasses know the protocol: `join`, `say`, `hear`."""

    def __init__(self, seat: Seat, number: int, port: int, tally: Tally) -> None:
        self.seat, self.number, self.port, self.tally = seat, number, port, tally
        self.is_in = self.is_leaving = self.is_cut = False
        self.buffer = b""
        self._awaited: tuple[bytes, asyncio.Future[None]] | None = None

    async def enter(self) -> None:
        """Connect and join; raises where the server does not let us."""
        own_address = (f"127.0.0.{2 + self.number % _HOSTS}", 0)
        loop = asyncio.get_running_loop()
        await loop.create_connection(lambda: self, "127.0.0.1", self.port, local_addr=own_address)
        await self.join()
        self.is_in = True

    async def join(self) -> None:
        """Say who we are; return once we are in the room."""
        raise NotImplementedError

    def say(self, text: bytes, number: int) -> None:
        """Send one message."""
        raise NotImplementedError

    def leave(self) -> None:
        """Close, without waiting."""
        self.is_leaving = True
        self.transport.close()

    async def until(self, said: bytes) -> None:
        """Wait until the server has said this; what came before it is forgotten."""
        if said not in self.buffer:
            self._awaited = said, asyncio.get_running_loop().create_future()
            await asyncio.wait_for(self._awaited[1], JOIN_TIMEOUT_S)
            self._awaited = None
        self.buffer = b""

    def connection_made(self, transport: Any) -> None:
        """See asyncio.Protocol."""
        self.transport = transport
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def connection_lost(self, error: Exception | None) -> None:
        """See asyncio.Protocol."""
        self.is_cut = not self.is_leaving
        self.tally.cut += self.is_cut
        if self._awaited and not self._awaited[1].done():
            self._awaited[1].set_exception(ConnectionError(f"closed: {error} {self.buffer[-300:]!r}"))

    def data_received(self, data: bytes) -> None:
        """See asyncio.Protocol."""
        if self.is_in:
            self.hear(data, time.perf_counter())
            return
        self.buffer += data
        if self._awaited and self._awaited[0] in self.buffer and not self._awaited[1].done():
            self._awaited[1].set_result(None)

    def hear(self, data: bytes, at: float) -> None:
        """Count what came in."""
        raise NotImplementedError


class WebSocket(Client):
    """JSON over a WebSocket."""

    path = "/"
    headers = ""

    async def open(self) -> None:
        """The handshake."""
        key = base64.b64encode(b"%016d" % self.number).decode()
        lines = (
            f"GET {self.path.format(room=self.seat.room)} HTTP/1.1",
            f"Host: 127.0.0.1:{self.port}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Key: {key}",
            "Sec-WebSocket-Version: 13",
            *([self.headers.format(token=self.seat.token)] if self.headers else []),
            "",
            "",
        )
        self.transport.write("\r\n".join(lines).encode())
        if b" 101 " not in await self._head():
            raise ConnectionError(self.buffer[:200].decode("latin1"))

    async def _head(self) -> bytes:
        """The answer's first line; frames that came right behind it are kept."""
        self._awaited = b"\r\n\r\n", asyncio.get_running_loop().create_future()
        await asyncio.wait_for(self._awaited[1], JOIN_TIMEOUT_S)
        self._awaited = None
        head, _, rest = self.buffer.partition(b"\r\n\r\n")
        if b" 101 " in head:
            self.buffer = rest
        return head.split(b"\r\n")[0] + b" "

    def send(self, payload: bytes, opcode: int = 0x81) -> None:
        """One frame, masked by zeros: legal, and it costs nothing."""
        size = len(payload)
        length = bytes((0x80 | size,)) if size < 126 else b"\xfe" + size.to_bytes(2, "big")
        self.transport.write(bytes((opcode,)) + length + b"\0\0\0\0" + payload)

    def hear(self, data: bytes, at: float) -> None:
        """Walk the frames; count the marks; answer pings."""
        if self.buffer:
            data, self.buffer = self.buffer + data, b""
        size, begin = len(data), 0
        while size - begin >= 2:
            start, end = _payload(data, begin, size)
            if end > size:
                break
            mark = data.find(MARK, start, end)
            if mark >= 0:
                self.tally.note(self, data, mark, end, at)
            else:
                self.heard_else(data[begin], data[start:end])
            begin = end
        if begin < size:
            self.buffer = data[begin:]

    def heard_else(self, opcode: int, payload: bytes) -> None:
        """A frame without a message of ours in it."""
        if opcode == 0x89:
            self.send(payload, 0x8A)


def _payload(data: bytes, begin: int, size: int) -> tuple[int, int]:
    """Where the payload of the frame at `begin` starts and ends; beyond `size` where it has not come yet."""
    length, start = data[begin + 1], begin + 2
    if length == 126:
        start = begin + 4
        length = int.from_bytes(data[begin + 2 : start], "big") if start <= size else size
    elif length == 127:
        start = begin + 10
        length = int.from_bytes(data[begin + 2 : start], "big") if start <= size else size
    return start, start + length


class WardroomSocket(WebSocket):
    """Ours: a personal access token, `enter`, `post`."""

    path = "/ws/"
    headers = "Authorization: Bearer {token}"

    async def join(self) -> None:
        """Who only speaks has no need to enter."""
        await self.open()
        await self.until(b'"type":"welcome"')
        if self.seat.listens:
            self.send(b'{"type":"enter","room":"%s"}' % self.seat.room.encode())
            await self.until(b'"type":"entered"')

    def say(self, text: bytes, number: int) -> None:
        """See Client."""
        key = b"00000000-0000-4000-8000-%012d" % number
        post = b'{"type":"post","room":"%s","client_key":"%s","body":"%s"}'
        self.send(post % (self.seat.room.encode(), key, text))

    def heard_else(self, opcode: int, payload: bytes) -> None:
        """Refusals are counted: whoever is refused was not heard."""
        if b'"type":"error"' in payload:
            self.tally.refusals.append(payload)
        else:
            super().heard_else(opcode, payload)
