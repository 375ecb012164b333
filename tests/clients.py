"""People at real sockets: they say things and see things. Waits are on conditions, with one deadline."""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import connections
from django.test import Client
from websockets.asyncio.client import ClientConnection
from websockets.asyncio.client import connect as open_socket
from websockets.exceptions import ConnectionClosed

from accounts.models import Person
from rooms.models import Room

DEADLINE_S = 20

Frame = dict[str, Any]


@dataclass(frozen=True)
class Stack:
    """Where the real processes answer: the origin that pages come from and sockets must name."""

    origin: str

    @property
    def socket_url(self) -> str:
        """The socket's address."""
        return f"{self.origin.replace('http', 'ws', 1)}/ws/"

    def sign_in(self, person: Person) -> str:
        """A session's cookie for `person`, as after signing in."""
        client = Client()
        try:
            client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        finally:
            connections.close_all()  # of this thread: in the end the test database is dropped
        return client.cookies[settings.SESSION_COOKIE_NAME].value


@dataclass
class Voice:
    """One person at one socket, and every frame that has reached it."""

    person: Person
    socket: ClientConnection
    frames: list[Frame] = field(default_factory=list)
    close_code: int | None = None
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)

    @classmethod
    @asynccontextmanager
    async def connected(cls, stack: Stack, person: Person, cookie: str) -> AsyncIterator["Voice"]:
        """Open the socket with a session cookie and keep reading until the end."""
        headers = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={cookie}"}
        async with open_socket(stack.socket_url, origin=stack.origin, additional_headers=headers) as socket:  # type: ignore[arg-type]
            voice = cls(person, socket)
            reading = asyncio.create_task(voice._read())
            try:
                yield voice
            finally:
                reading.cancel()

    async def _read(self) -> None:
        try:
            async for text in self.socket:
                await self._note(json.loads(text))
        except ConnectionClosed:
            pass
        self.close_code = self.socket.close_code
        await self._note(None)

    async def _note(self, frame: Frame | None) -> None:
        async with self._news:
            if frame is not None:
                self.frames.append(frame)
            self._news.notify_all()

    async def sends(self, kind: str, **fields: Any) -> None:
        """Any frame, well formed or not."""
        await self.socket.send(json.dumps({"type": kind, **fields}, default=str))

    async def receives(self, test: Callable[[Frame], bool], *, what: str, after: int = 0) -> Frame:
        """The first frame from number `after` on that passes `test`; fails at the deadline, saying `what`."""

        def found() -> Frame | None:
            return next((frame for frame in self.frames[after:] if test(frame)), None)

        try:
            async with asyncio.timeout(DEADLINE_S), self._news:
                await self._news.wait_for(lambda: found() or self.close_code)
        except TimeoutError:
            pass
        frame = found()
        assert frame, (
            f"{self.person} never received {what}; last frames: {self.frames[-5:]}; {self.close_code=}"
        )
        return frame

    async def enters(self, room: Room, **known: Any) -> Frame:
        """Start receiving a room; gives the `entered` frame."""
        before = len(self.frames)
        await self.sends("enter", room=room.public_id, **known)
        return await self.receives(
            lambda f: f["type"] in {"entered", "error"} and f.get("room") == room.public_id,
            what="an answer to enter",
            after=before,
        )

    async def tries_to_say(
        self, room: Room, body: str, *, key: uuid.UUID | None = None, **more: Any
    ) -> Frame:
        """Post, and give the ack or the error that answers it."""
        key = key or uuid.uuid4()
        before = len(self.frames)
        await self.sends("post", room=room.public_id, client_key=key, body=body, **more)
        return await self.receives(
            lambda f: f["type"] in {"ack", "error"} and f.get("client_key") == str(key),
            what=f"an ack of {body!r}",
            after=before,
        )

    async def says(self, room: Room, body: str, **more: Any) -> Frame:
        """Post, and give the ack."""
        answer = await self.tries_to_say(room, body, **more)
        assert answer["type"] == "ack", answer
        return answer

    async def sees(self, message: str, *, state: str = "visible") -> Frame:
        """The frame that shows a message (by its public id) in a state."""
        return await self.receives(
            lambda f: f["type"] == "message" and f["id"] == message and f["state"] == state,
            what=f"message {message} as {state}",
        )

    async def sees_tombstone(self, message: str) -> Frame:
        """The frame that takes a message away."""
        return await self.receives(
            lambda f: f["type"] == "tombstone" and f["id"] == message, what=f"a tombstone of {message}"
        )

    async def is_shut_out(self) -> int:
        """The code with which the server closed the socket."""
        async with asyncio.timeout(DEADLINE_S), self._news:
            await self._news.wait_for(lambda: self.close_code is not None)
        assert self.close_code is not None
        return self.close_code

    def has_read(self, text: str) -> bool:
        """Whether any frame so far carried this text."""
        return any(text in json.dumps(frame, ensure_ascii=False) for frame in self.frames)
