"""People at sockets: they say their lines at a rate, or listen; both come back after a cut and resume."""

import asyncio
import itertools
import logging
import random
import time
import uuid
from collections.abc import Sequence
from contextlib import asynccontextmanager
from typing import Any

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidHandshake, WebSocketException

from moderation.replay.ledger import Ledger, Reader, Sent
from moderation.replay.people import Player

log = logging.getLogger(__name__)

_RETRY_S = 0.5
# As static/js/socket.js: more than a heartbeat and a half.
SILENCE_S = 25
_REFUSALS_TO_REPEAT = {"too_fast", "slow_mode", "screening_unavailable"}

Frame = dict[str, Any]


async def play(
    url: str,
    *,
    lines: Sequence[str],
    senders: list[Player],
    readers: list[Player],
    rate: float,
    patience_s: float,
) -> Ledger:
    """Say every line once, `rate` a second in all, and listen until everything is answered and quiet.

    `patience_s` bounds the wait after the last line. Returns the ledger, whatever came or did not.
    """
    ledger = Ledger()
    listeners = [Listener([url], player, ledger) for player in readers]
    speakers = [Speaker([url], player, ledger) for player in senders]
    everybody = [asyncio.create_task(one.run()) for one in (*speakers, *listeners)]
    try:
        await asyncio.gather(*(one.ready.wait() for one in (*speakers, *listeners)))
        await _say_all(lines, speakers, rate)
        await _until_quiet(ledger, patience_s)
    finally:
        for task in everybody:
            task.cancel()
        await asyncio.gather(*everybody, return_exceptions=True)
    return ledger


async def _say_all(lines: Sequence[str], speakers: list["Speaker"], rate: float) -> None:
    begin = time.monotonic()
    for number, line in enumerate(lines):
        await asyncio.sleep(max(0.0, begin + number / rate - time.monotonic()))
        speakers[number % len(speakers)].say(line)


async def _until_quiet(ledger: Ledger, patience_s: float) -> None:
    """Wait until every line is answered and no sighting has changed for five seconds."""
    deadline, still_since, before = time.monotonic() + patience_s, time.monotonic(), -1
    while time.monotonic() < deadline:
        seen = sum(reader.newest_revision for reader in ledger.readers)
        if seen != before or ledger.unanswered:
            before, still_since = seen, time.monotonic()
        elif time.monotonic() - still_since > 5:  # noqa: PLR2004 - as said above
            return
        await asyncio.sleep(0.2)


class AtSocket:
    """A player's connection: opened again whenever it is cut or silent, until the task is cancelled.

    Of several addresses (as behind a proxy) the next one is tried after each cut.
    """

    # Frames that are read ahead; None reads whatever comes.
    read_ahead: int | None = None

    def __init__(self, urls: Sequence[str], player: Player, ledger: Ledger) -> None:
        self.urls, self.player, self.ledger = itertools.cycle(urls), player, ledger
        self.cut_at: float | None = None
        self.room = player.room.public_id
        self.revision: int | None = None
        self.epoch: str | None = None
        self.ready = asyncio.Event()

    async def run(self) -> None:
        while True:
            try:
                async with self._entering() as socket:
                    await self._live(socket)
            except (OSError, WebSocketException, InvalidHandshake, TimeoutError) as error:
                log.info("replay.cut", extra={"error": repr(error)})
            self.cut_at = self.cut_at or time.monotonic()
            self.ledger.reconnections += 1
            await asyncio.sleep(_RETRY_S * (0.5 + random.random()))  # noqa: S311 - jitter

    @asynccontextmanager
    async def _entering(self) -> Any:
        headers = {"Authorization": f"Bearer {self.player.secret}"}
        # Not the library's pings: the site's heartbeats say that it lives, as in a browser.
        async with connect(
            next(self.urls),
            additional_headers=headers,
            max_queue=self.read_ahead,
            ping_interval=None,
            close_timeout=1,
        ) as socket:
            enter: Frame = {"type": "enter", "room": self.room}
            if self.revision is not None:
                enter |= {"revision": self.revision, "epoch": self.epoch}
            await socket.send(msgspec.json.encode(enter).decode())
            yield socket

    async def _live(self, socket: ClientConnection) -> None:
        while True:
            async with asyncio.timeout(SILENCE_S):
                text = await socket.recv()
            self.heard(msgspec.json.decode(text), time.monotonic())

    def heard(self, frame: Frame, at: float) -> None:
        """What comes in, whoever this is."""
        match frame["type"]:
            case "entered":
                self._is_in(at)
                if frame.get("limited"):
                    self.loads_afresh(frame["revision"])
                self.epoch = frame["epoch"]
                for change in frame.get("changes", []):
                    self.heard(change, at)
                self.revision = max(self.revision or 0, frame["revision"])
            case "message" | "tombstone":
                self.revision = max(self.revision or 0, frame["revision"])
            case "heartbeat":
                self.revision = max(self.revision or 0, frame["revisions"].get(self.room, 0))

    def loads_afresh(self, revision: int) -> None:
        """Open the room's page again, which shows what is there up to this revision, and go on from there."""
        self.revision = revision

    def _is_in(self, at: float) -> None:
        self.ready.set()
        if self.cut_at is not None:
            self.ledger.returns_s.append(at - self.cut_at)
            self.cut_at = None


class Listener(AtSocket):
    """Listens, and keeps what it sees in the ledger."""

    def __init__(self, urls: Sequence[str], player: Player, ledger: Ledger) -> None:
        super().__init__(urls, player, ledger)
        self.reader = Reader(room=self.room)
        ledger.readers.append(self.reader)

    def loads_afresh(self, revision: int) -> None:
        super().loads_afresh(revision)
        self.reader.newest_revision = self.reader.loaded_revision = revision

    def heard(self, frame: Frame, at: float) -> None:
        super().heard(frame, at)
        if frame["type"] in {"message", "tombstone"}:
            self.reader.note(frame["type"], frame["id"], frame["revision"], at)


class Speaker(AtSocket):
    """Keeps what is unanswered and sends it again, with its key, after a cut."""

    def __init__(self, urls: Sequence[str], player: Player, ledger: Ledger) -> None:
        super().__init__(urls, player, ledger)
        self.waiting: dict[uuid.UUID, Frame] = {}
        self.outgoing: asyncio.Queue[uuid.UUID] = asyncio.Queue()

    def say(self, body: str) -> None:
        """Say it as soon as there is a connection, until it is answered."""
        key = uuid.uuid4()
        self.waiting[key] = {"type": "post", "room": self.room, "client_key": key, "body": body}
        self.ledger.sent[key] = Sent(room=self.room, sent_at=time.monotonic())
        self.outgoing.put_nowait(key)

    async def _live(self, socket: ClientConnection) -> None:
        self.outgoing = asyncio.Queue()
        for key in self.waiting:
            self.outgoing.put_nowait(key)
        sending = asyncio.create_task(self._send_all(socket))
        try:
            await super()._live(socket)
        finally:
            sending.cancel()

    async def _send_all(self, socket: ClientConnection) -> None:
        while True:
            key = await self.outgoing.get()
            if frame := self.waiting.get(key):
                await socket.send(msgspec.json.encode(frame).decode())

    def heard(self, frame: Frame, at: float) -> None:
        super().heard(frame, at)
        key = uuid.UUID(frame["client_key"]) if frame.get("client_key") else None
        if key not in self.waiting or frame["type"] not in {"ack", "error"}:
            return
        if frame["type"] == "error" and frame["code"] == "nudged":
            self.waiting[key]["nudged"] = True  # the author means it
            self.outgoing.put_nowait(key)
        elif frame["type"] == "error" and frame["code"] in _REFUSALS_TO_REPEAT:
            self.ledger.repeated += 1
            wait_s = frame.get("retry_after_s") or 1.0
            asyncio.get_running_loop().call_later(wait_s, self.outgoing.put_nowait, key)
        else:
            self._answered(key, frame, at)

    def _answered(self, key: uuid.UUID, frame: Frame, at: float) -> None:
        del self.waiting[key]
        sent = self.ledger.sent[key]
        if frame["type"] == "ack":
            sent.acked_at, sent.message = at, frame["message"]
        else:
            sent.refusal = frame["code"]
