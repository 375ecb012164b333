"""The last step out: bytes to one socket. Under Daphne straight to its transport, elsewhere by ASGI's send.

Daphne's and Twisted's insides are private: this module alone touches them, tests/rooms/test_wire.py pins
what it needs, and whatever does not look as expected is served by plain ASGI (docs/adr/).
"""

import asyncio
import functools
import sys
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol, cast

from rooms.protocol import FRAME_MAX_BYTES

Send = Callable[[Any], Awaitable[None]]

# A socket that has this much unread is told to come again: it reads slower than the room talks.
OUTGOING_MAX_BYTES = 1024 * 1024


# What a server that stops needs to send the close frames on their way.
FAREWELL_S = 0.1
# What DaphneWire uses of Twisted's transport.
NEEDED = ("connected", "dataBuffer", "disconnecting", "offset", "socket", "_tempDataBuffer", "_tempDataLen")


class Parcel:
    """Frames that go to one or many sockets: made into bytes once, however many those are."""

    __slots__ = ("_framed", "payloads")

    def __init__(self, payloads: Sequence[bytes]) -> None:
        self.payloads = payloads
        self._framed: bytes | None = None

    @property
    def framed(self) -> bytes:
        """The frames as they travel, one behind the other (RFC 6455, section 5.2)."""
        if self._framed is None:
            self._framed = b"".join(map(text_frame, self.payloads))
        return self._framed


def text_frame(payload: bytes) -> bytes:
    """An unmasked, final text frame."""
    size = len(payload)
    if size < 126:  # noqa: PLR2004 - the protocol's own limits
        head = bytes((0x81, size))
    elif size < 1 << 16:
        head = b"\x81\x7e" + size.to_bytes(2, "big")
    else:
        head = b"\x81\x7f" + size.to_bytes(8, "big")
    return head + payload


class Wire(Protocol):
    """One socket's way out. Never waits."""

    is_closed: bool

    def write(self, parcel: Parcel) -> bool:
        """Send; False: too much is unread already, and nothing was sent."""

    def close(self, code: int, *, last: Parcel | None = None) -> None:
        """Close after what was written, and `last`; nothing is written from now on."""


def wire_to(send: Send) -> Wire:
    """The best way to this socket. Call it after the socket is accepted."""
    protocol = _daphne_protocol(send)
    return AsgiWire(send) if protocol is None else DaphneWire(protocol)


def at_server_stop(say_goodbye: Callable[[], None]) -> None:
    """Have this called when Daphne stops, with a moment to send what it says.

    Daphne 4.2 ends its applications then, but trips over the first finished page that is still connected
    (KeyError in kill_all_applications): the sockets would be cut off. Elsewhere tasks are cancelled.
    """
    if "daphne.server" not in sys.modules:
        return
    from twisted.internet import reactor, task  # noqa: PLC0415 - installs a reactor where there is none

    def wait_after_goodbye() -> object:
        say_goodbye()
        return task.deferLater(running, FAREWELL_S, lambda: None)

    running = cast("Any", reactor)
    running.addSystemEventTrigger("before", "shutdown", wait_after_goodbye)


class AsgiWire:
    """By ASGI's send, one frame after the other, from a task that lives while there is something to send."""

    def __init__(self, send: Send) -> None:
        self.is_closed = False
        self._send = send
        self._waiting: deque[bytes | int] = deque()
        self._waiting_bytes = 0
        self._task: asyncio.Task[None] | None = None

    def write(self, parcel: Parcel) -> bool:
        """See Wire."""
        if self.is_closed:
            return True
        if self._waiting_bytes > OUTGOING_MAX_BYTES:
            return False
        self._waiting.extend(parcel.payloads)
        self._waiting_bytes += sum(map(len, parcel.payloads))
        self._wake()
        return True

    def close(self, code: int, *, last: Parcel | None = None) -> None:
        """See Wire."""
        if not self.is_closed:
            self.is_closed = True
            self._waiting.extend((*(last.payloads if last else ()), code))
            self._wake()

    def _wake(self) -> None:
        if self._task is None or self._task.done():
            self._task = asyncio.ensure_future(self._send_waiting())

    async def _send_waiting(self) -> None:
        try:
            while self._waiting:
                await self._send_one(self._waiting.popleft())
        except Exception:  # noqa: BLE001 - the socket is gone in whichever way its server says so
            self.is_closed = True
            self._waiting.clear()

    async def _send_one(self, item: bytes | int) -> None:
        if isinstance(item, int):
            await self._close(item)
            return
        self._waiting_bytes -= len(item)
        await self._send({"type": "websocket.send", "text": item.decode()})

    async def _close(self, code: int) -> None:
        """Some servers keep the codes below 3000 for themselves: then without one."""
        try:
            await self._send({"type": "websocket.close", "code": code})
        except Exception:
            if code >= 3000:  # noqa: PLR2004 - where RFC 6455 begins to leave them to applications
                raise
            await self._send({"type": "websocket.close"})


class DaphneWire:
    """To the operating system's socket while Twisted holds nothing back, else behind what it holds."""

    def __init__(self, protocol: Any) -> None:
        self.is_closed = False
        self._protocol = protocol
        self._transport = protocol.transport
        # Counted before a frame is buffered whole, so that memory stays flat; answered with 1009.
        protocol.maxFramePayloadSize = protocol.maxMessagePayloadSize = FRAME_MAX_BYTES
        protocol.failByDrop = False

    def write(self, parcel: Parcel) -> bool:
        """See Wire."""
        transport = self._transport
        if self.is_closed or self._protocol.state != self._protocol.STATE_OPEN:
            return True
        if transport.dataBuffer or transport._tempDataBuffer:  # noqa: SLF001 - the point of this module
            return self._write_behind(parcel)
        self._write_through(parcel.framed)
        return True

    def close(self, code: int, *, last: Parcel | None = None) -> None:
        """See Wire."""
        if not self.is_closed:
            self.is_closed = True
            self._transport.write(last.framed if last else b"")
            # Not sendClose: that refuses 1001, 1009 and 1011.
            self._protocol.sendCloseFrame(code=code)

    def _write_behind(self, parcel: Parcel) -> bool:
        transport = self._transport
        unread = len(transport.dataBuffer) - transport.offset + transport._tempDataLen  # noqa: SLF001
        if unread > OUTGOING_MAX_BYTES:
            return False
        transport.write(parcel.framed)
        return True

    def _write_through(self, data: bytes) -> None:
        transport = self._transport
        if transport.disconnecting or not transport.connected:
            return
        try:
            sent = transport.socket.send(data)
        except OSError:  # full, or broken: Twisted tries again and finds out which
            sent = 0
        if sent < len(data):
            transport.write(data[sent:])


def _daphne_protocol(send: Send) -> Any | None:
    """Daphne's protocol object behind its `send`, where it is one on plain TCP or a unix socket."""
    daphne, tcp = sys.modules.get("daphne.ws_protocol"), sys.modules.get("twisted.internet.tcp")
    if daphne is None or tcp is None or not isinstance(send, functools.partial) or not send.args:
        return None
    protocol = send.args[0]
    if not isinstance(protocol, daphne.WebSocketProtocol):
        return None
    transport = protocol.transport
    # Asked by class: a transport that encrypts passes on attributes of the one that does not.
    is_plain = isinstance(transport, tcp.Connection) and not transport.TLS
    return protocol if is_plain and all(hasattr(transport, name) for name in NEEDED) else None
