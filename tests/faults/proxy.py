"""A line between client and site that can be slow, cut after so many bytes, or silent."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from config.embedded.ports import HOST

CHUNK = 65536


@dataclass
class Line:
    """One address that leads to another.

    Attributes:
        delay_s: how long bytes travel, from and to; each chunk a random time between.
        up_max, down_max: after so many bytes from (to) the client its connection is reset.
        is_silent: nothing passes, in neither direction, and nobody is told.
    """

    port: int
    delay_s: tuple[float, float] = (0.0, 0.0)
    up_max: int | None = None
    down_max: int | None = None
    is_silent: bool = False
    up_bytes: int = 0
    down_bytes: int = 0
    own_port: int = 0
    _open: set[asyncio.StreamWriter] = field(default_factory=set)

    @property
    def url(self) -> str:
        """The socket's address through this line."""
        return f"ws://{HOST}:{self.own_port}/ws/"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, until either side ends it or it is cut."""
        there_reader, there_writer = await asyncio.open_connection(HOST, self.port)
        both = {writer, there_writer}
        self._open |= both
        try:
            async with asyncio.TaskGroup() as ways:
                ways.create_task(self._carry(reader, there_writer, is_up=True))
                ways.create_task(self._carry(there_reader, writer, is_up=False))
        except* (OSError, EOFError):
            pass
        finally:
            self._open -= both
            for one in both:
                one.transport.abort()
                with contextlib.suppress(OSError):
                    await one.wait_closed()

    def cut(self) -> None:
        """Reset every connection."""
        for one in list(self._open):
            one.transport.abort()

    async def _carry(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, is_up: bool
    ) -> None:
        while chunk := await reader.read(CHUNK):
            while self.is_silent:
                await asyncio.sleep(0.1)
            await asyncio.sleep(random.uniform(*self.delay_s))
            writer.write(chunk[: self._left(len(chunk), is_up=is_up)])
            await writer.drain()
            if self._is_spent(is_up=is_up):
                break
        raise EOFError

    def _is_spent(self, *, is_up: bool) -> bool:
        passed, most = (self.up_bytes, self.up_max) if is_up else (self.down_bytes, self.down_max)
        return most is not None and passed >= most

    def _left(self, wanted: int, *, is_up: bool) -> int:
        """How many of these bytes may pass; counts them."""
        passed, most = (self.up_bytes, self.up_max) if is_up else (self.down_bytes, self.down_max)
        count = wanted if most is None else max(0, min(wanted, most - passed))
        if is_up:
            self.up_bytes += count
        else:
            self.down_bytes += count
        return count


@asynccontextmanager
async def line_to(port: int, **facts: object) -> AsyncIterator[Line]:
    """A line to a port of this machine, with an address of its own."""
    line = Line(port, **facts)  # type: ignore[arg-type]
    server = await asyncio.start_server(line.serve, HOST, 0)
    line.own_port = int(server.sockets[0].getsockname()[1])
    try:
        yield line
    finally:
        server.close()
        line.cut()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(1):
                await server.wait_closed()
