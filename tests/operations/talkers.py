"""People who talk while servers come and go: they send again what nobody answered, and resume elsewhere."""

import asyncio
import contextlib
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from rooms.models import Room
from tests.clients import Stack

PACE_S = 0.04
PAUSE_S = 0.05


@dataclass
class Talker:
    """One person with one socket at a time, at whichever process lets them in.

    Attributes:
        unanswered: what was sent, by its key, until an ack or a refusal came.
        endings: the close code of each socket that a server ended.
        known: where they resume; at first at the room's very beginning, for others may talk already.
    """

    name: str
    cookie: str
    room: Room
    stacks: Sequence[Stack]
    unanswered: dict[str, str] = field(default_factory=dict)
    acked: dict[str, str] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    refused: list[str] = field(default_factory=list)
    endings: list[int] = field(default_factory=list)
    known: dict[str, Any] = field(default_factory=lambda: {"revision": 0})
    _said: int = 0
    _enough: bool = False
    _left: bool = False

    async def talks(self) -> None:
        """Until `leaves` is called."""
        turn = 0
        while not self._left:
            turn += 1
            with contextlib.suppress(OSError, WebSocketException, TimeoutError):
                await self._at(self.stacks[turn % len(self.stacks)])
            await asyncio.sleep(PAUSE_S)

    def finishes(self) -> None:
        """Say nothing new from now on."""
        self._enough = True

    def leaves(self) -> None:
        """Enough was seen as well."""
        self._left = True

    async def _at(self, stack: Stack) -> None:
        headers = {"Cookie": f"sessionid={self.cookie}"}
        async with connect(
            stack.socket_url,
            origin=stack.origin,  # type: ignore[arg-type]
            additional_headers=headers,
            open_timeout=5,
        ) as socket:
            reading = asyncio.ensure_future(self._read(socket))
            try:
                await self._speak(socket)
            except ConnectionClosed:
                await reading
            finally:
                reading.cancel()
            if socket.close_code is not None:
                self.endings.append(socket.close_code)

    async def _speak(self, socket: ClientConnection) -> None:
        await socket.send(json.dumps({"type": "enter", "room": self.room.public_id, **self.known}))
        for key, body in list(self.unanswered.items()):
            await self._post(socket, key, body)
        while not self._left:
            if not self._enough:
                self._said += 1
                key, body = str(uuid.uuid4()), f"{self.name} counts {self._said} boats"
                self.unanswered[key] = body
                await self._post(socket, key, body)
            await asyncio.sleep(PACE_S)
            if socket.close_code is not None:
                return

    async def _post(self, socket: ClientConnection, key: str, body: str) -> None:
        frame = {"type": "post", "room": self.room.public_id, "client_key": key, "body": body}
        await socket.send(json.dumps(frame))

    async def _read(self, socket: ClientConnection) -> None:
        with contextlib.suppress(ConnectionClosed):
            async for text in socket:
                self._note(json.loads(text))

    def _note(self, frame: dict[str, Any]) -> None:
        match frame["type"]:
            case "ack":
                self.unanswered.pop(frame["client_key"], None)
                self.acked[frame["client_key"]] = frame["message"]
            case "error" if "client_key" in frame:
                self.refused.append(frame["code"])
            case "entered":
                self.known = {"revision": frame["revision"], "epoch": frame["epoch"]}
                self.seen.update(change["id"] for change in frame.get("changes", []))
            case "message" | "tombstone":
                self.seen.add(frame["id"])
                self.known["revision"] = max(self.known.get("revision", 0), frame["revision"])
