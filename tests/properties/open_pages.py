"""A page that is open in a browser, at a real socket in this process: what it has been sent, and shows of it.

The sockets live on a loop of their own, with this process's hub; tests call from outside of it.
"""

import asyncio
import json
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from accounts.models import Person
from rooms import hub
from rooms.models import Room
from rooms.protocol import encode
from rooms.selectors.history import PAGE_MAX, page_of
from rooms.selectors.viewers import viewer_of
from tests.rooms.loopback import Loopback, with_cookie

T = TypeVar("T")
Frame = dict[str, Any]


class Loop:
    """An event loop in a thread."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="sockets")
        self._thread.start()

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        """Run it there, and wait for it."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=20)

    def close(self) -> None:
        """End what still runs there."""
        self.do(self._cancel_all())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _cancel_all(self) -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)


@contextmanager
def loop_of_sockets() -> Iterator[Loop]:
    """A loop until the end."""
    loop = Loop()
    try:
        yield loop
    finally:
        loop.close()


class OpenPage:
    """One person's page of a room.

    Attributes:
        seen: what stands on it, by the message's id.
        frames: everything that was ever sent to it.
        is_in: whether it receives the room.
    """

    def __init__(self, loop: Loop, person: Person, room: Room, session: str) -> None:
        self.person, self.room = person, room
        self.seen: dict[str, Frame] = {}
        self.frames: list[Frame] = []
        self.is_in = False
        self._loop, self._session = loop, session
        self._revision: int | None = None
        self._epoch: str | None = None
        self._socket: Loopback | None = None
        self._reading: asyncio.Task[None] | None = None
        self._answered = asyncio.Event()

    def load(self) -> None:
        """The page afresh, as the server renders it, then the socket from its revision on."""
        self.disconnect()
        self._revision = Room.objects.values_list("revision", flat=True).get(pk=self.room.pk)
        self.seen = fresh(self.room, self.person)
        self.connect()

    def connect(self) -> None:
        """Open the socket and enter with the last revision."""
        self._loop.do(self._connect())

    def disconnect(self) -> None:
        """The line is gone; what stands on the page stays."""
        self._loop.do(self._disconnect())

    def is_up_to(self, revision: int) -> bool:
        """Whether all up to this revision has been sent, and has come."""
        return self._loop.do(self._is_up_to(revision))

    async def _connect(self) -> None:
        await self._disconnect()
        self._socket = Loopback(with_cookie(self._session))
        assert await self._socket.handshake()
        self._reading = asyncio.ensure_future(self._read(self._socket))
        await self._ask({"type": "enter", "room": self.room.public_id, **self._known()}, {"entered", "error"})

    def _known(self) -> Frame:
        known = {"revision": self._revision, "epoch": self._epoch}
        return {name: value for name, value in known.items() if value is not None}

    async def _disconnect(self) -> None:
        self.is_in = False
        if self._socket is not None:
            await self._socket.close()
            self._socket = None
        if self._reading is not None:
            self._reading.cancel()

    async def _is_up_to(self, revision: int) -> bool:
        stream = hub.of_this_loop()._streams.get(self.room.pk)
        if stream is None or (stream.revision or 0) < revision:
            return False
        stream.flush()
        await self._ask({"type": "ping"}, {"pong"})
        return True

    async def _ask(self, frame: Frame, answers: set[str]) -> None:
        """Send, and wait for the answer: whatever was written before it has come by then."""
        assert self._socket is not None
        asked_at = len(self.frames)
        await self._socket.send(json.dumps(frame))
        while not any(one["type"] in answers for one in self.frames[asked_at:]):
            if self._socket.close_code is not None:
                return
            self._answered.clear()
            async with asyncio.timeout(10):
                await self._answered.wait()

    async def _read(self, socket: Loopback) -> None:
        async for text in socket:
            self._take(json.loads(text))
            self._answered.set()
        self.is_in = False
        self._answered.set()

    def _take(self, frame: Frame) -> None:
        self.frames.append(frame)
        match frame["type"]:
            case "entered":
                assert not frame.get("limited")
                self.is_in, self._epoch = True, frame["epoch"]
                for change in frame.get("changes", []):
                    self._take(change)
                self._revision = frame["revision"]
            case "message":
                self._show(frame)
            case "tombstone":
                self._bury(frame)
            case "error" if frame.get("room") == self.room.public_id:
                self.is_in = False

    def _show(self, frame: Frame) -> None:
        self.seen[frame["id"]] = frame
        self._revision = max(self._revision or 0, frame["revision"])

    def _bury(self, frame: Frame) -> None:
        """As protocol.md says, a tombstone takes the quotes of its message along."""
        self._show(frame)
        for one in self.seen.values():
            if one.get("quote", {}).get("id") == frame["id"]:
                del one["quote"]


def fresh(room: Room, person: Person) -> dict[str, Frame]:
    """What a page that is loaded now shows."""
    frames = page_of(room, viewer_of(person), limit=PAGE_MAX).messages
    return {frame.id: json.loads(encode(frame)) for frame in frames}
