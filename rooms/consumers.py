"""The socket: an ASGI application with a receive loop of its own (docs/adr/ says why not AsyncConsumer).

Parses a frame, calls one service, answers. Drafts go through inbox.py; what a room says comes from hub.py.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, cast

from django.conf import settings

from accounts.models import Scope
from common import traces
from common.database import in_database
from common.errors import Code, Refused
from rooms import arrivals, draining, hub, inbox
from rooms.doorway import language_of, require_scope
from rooms.figures import ACKED, figures
from rooms.frequency import Frequency
from rooms.protocol import (
    FRAME_MAX_BYTES,
    Ack,
    AckState,
    ClientFrame,
    Delete,
    Edit,
    Enter,
    Exit,
    FrameMalformedError,
    Pin,
    Ping,
    Pong,
    Post,
    React,
    Read,
    Types,
    Unpin,
    Unreact,
    Welcome,
    decode,
    encode,
)
from rooms.refusing import ACCESS_ENDED, close_code, error_frame
from rooms.selectors.company import typist
from rooms.selectors.entering import Entering
from rooms.services.messages import Posted, Sending
from rooms.services.reading import Mark
from rooms.sockets import Socket
from rooms.verbs import ChangeFrame, change
from rooms.wire import FAREWELL_S, Parcel, wire_to

log = logging.getLogger(__name__)

TOO_BIG = 1009
MALFORMED = 4400
TOO_FAST = 4429

# So many unreadable frames, and the socket is closed.
MALFORMED_MAX = 5
# Slow requests of one socket that wait for the one before.
WAITING_MAX = 16
# How long it holds that somebody may be shown as writing, where nothing changes meanwhile.
TYPIST_S = 10

# What is answered once the database was asked.
LaterFrame = Enter | Types | ChangeFrame

Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]


async def socket(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """One socket, from its handshake to its end."""
    await receive()  # websocket.connect
    # Refused after it is accepted: a browser would show a refusal before that as 1006, without a reason.
    await send({"type": "websocket.accept"})
    wire = wire_to(send)
    if draining.is_draining():
        wire.close(hub.RESTARTING, last=draining.come_again())
        await _until_closed(receive)
        return
    upsets = hub.of_this_loop().upsets
    try:
        guest = await arrivals.of_this_loop().guests.ask(scope)
    except Refused as refusal:
        wire.write(Parcel([encode(error_frame(refusal, language_of(scope)))]))
        wire.close(close_code(refusal))
        await _until_closed(receive)
        return
    opened = Socket(wire, guest.credentials, guest.viewer, guest.language)
    opened.public_id, opened.is_shown = guest.public_id, guest.is_shown
    with traces.working_on(socket=traces.new_id()):
        is_certain = upsets == hub.of_this_loop().upsets
        await _Conversation(opened, receive).run(guest.public_id, is_certain=is_certain)


class _Conversation:
    """What one person's client asks, one frame after the other."""

    def __init__(self, opened: Socket, receive: Receive) -> None:
        self._socket = opened
        self._receive = receive
        self._hub = hub.of_this_loop()
        self._inbox = inbox.of_this_loop()
        self._arrivals = arrivals.of_this_loop()
        self._frequency = Frequency()
        self._malformed = 0
        self._waiting: deque[LaterFrame] = deque()
        self._working: asyncio.Task[None] | None = None

    async def run(self, person: str, *, is_certain: bool) -> None:
        """Until the client goes, or is sent away; not certain: something changed while they were let in."""
        self._hub.add(self._socket)
        self._socket.tell(Welcome(person=person, heartbeat_s=settings.HEARTBEAT_S))
        try:
            if not is_certain:
                await self._hub.recheck([self._socket])
            await self._listen()
        except asyncio.CancelledError:
            self._socket.wire.close(hub.RESTARTING)
            await asyncio.sleep(FAREWELL_S)
            raise
        finally:
            self._hub.remove(self._socket)
            if self._working is not None:
                self._working.cancel()

    async def _listen(self) -> None:
        """Never waits for anything but the next frame: so frames are counted, not piled up."""
        while True:
            event = await self._receive()
            if event["type"] == "websocket.disconnect":
                return
            if not (self._socket.wire.is_closed or self._socket.is_leaving):
                self._take(event.get("text"))

    def _take(self, text: str | None) -> None:
        if text is not None and len(text) > FRAME_MAX_BYTES:
            self._socket.wire.close(TOO_BIG)
            return
        is_in_time = self._frequency.allows()
        try:
            frame = decode(text or "")
        except FrameMalformedError as error:
            self._refuse_malformed(error)
            return
        try:
            if not is_in_time:
                raise Refused(Code.TOO_FAST, wait_s=1)  # noqa: TRY301 - answered as any refusal
            self._handle(frame)
        except Refused as refusal:
            self._refuse(refusal, frame)

    def _handle(self, frame: ClientFrame) -> None:
        match frame:
            case Ping():
                self._socket.tell(Pong())
            case Exit():
                self._hub.leave(self._socket, self._socket.room_id(frame.room))
            case Read():
                self._read(frame)
            case Types():
                self._types(frame)
            case Post():
                self._post(frame)
            case Enter() | Edit() | Delete() | React() | Unreact() | Pin() | Unpin():
                self._later(frame)

    # --- answered at once, or by the inbox ---

    def _read(self, frame: Read) -> None:
        self._inbox.mark_read(
            person_id=self._socket.person_id,
            room_id=self._socket.room_id(frame.room),
            mark=Mark(frame.position, frame.revision, goes_back=frame.back),
        )

    def _types(self, frame: Types) -> None:
        room_id = self._socket.room_id(frame.room)
        author, until = self._socket.typist.get(room_id, (None, 0.0))
        if until < time.monotonic():
            self._later(frame)
        elif author is not None:
            self._hub.company.types(room_id, self._socket.person_id, author)

    def _post(self, frame: Post) -> None:
        credentials = self._socket.credentials
        require_scope(credentials, Scope.WRITE)
        sending = Sending(
            person_id=credentials.person_id,
            room_public_id=frame.room,
            client_key=frame.client_key,
            body=frame.body,
            reply_to=frame.reply_to,
            nudged=frame.nudged,
            credentials=credentials,
        )
        began = time.perf_counter()
        self._socket.unanswered += 1
        self._inbox.post(sending, lambda answer: self._answer_post(answer, frame, began))

    def _answer_post(self, answer: Posted | Refused, frame: Post, began: float) -> None:
        self._socket.unanswered -= 1
        if isinstance(answer, Posted):
            ACKED.observe(time.perf_counter() - began)
        self._answer(answer, frame)

    def _answer(self, answer: Posted | Refused, frame: Post | ChangeFrame) -> None:
        if isinstance(answer, Refused):
            self._refuse(answer, frame)
            return
        self._socket.tell(
            Ack(
                client_key=frame.client_key,
                room=answer.room_public_id,
                message=answer.message_public_id,
                position=answer.position,
                revision=answer.revision,
                state=cast("AckState", answer.state),
            )
        )

    # --- answered after the database was asked, one after the other ---

    def _later(self, frame: LaterFrame) -> None:
        require_scope(self._socket.credentials, Scope.READ if isinstance(frame, Enter) else Scope.WRITE)
        if len(self._waiting) >= WAITING_MAX:
            raise Refused(Code.TOO_FAST, wait_s=1)
        self._waiting.append(frame)
        self._socket.unanswered += 1
        if self._working is None or self._working.done():
            self._working = asyncio.ensure_future(self._work())

    async def _work(self) -> None:
        while self._waiting and not self._socket.wire.is_closed:
            frame = self._waiting.popleft()
            try:
                await self._do(frame)
            except Refused as refusal:
                self._refuse(refusal, frame)
            except Exception:
                figures.failures += 1
                log.exception("socket.frame_failed", extra={"frame": type(frame).__name__})
                self._after_fault(frame)
            finally:
                self._socket.unanswered -= 1

    def _after_fault(self, frame: LaterFrame) -> None:
        """Nobody may sit in a room that they do not receive: who could not enter comes again."""
        if isinstance(frame, Enter):
            self._socket.wire.close(hub.TRY_AGAIN)
        else:
            self._refuse(Refused(Code.SCREENING_UNAVAILABLE), frame)

    async def _do(self, frame: LaterFrame) -> None:
        credentials = self._socket.credentials
        if isinstance(frame, Enter):
            await self._enter(frame)
        elif isinstance(frame, Types):
            await self._begin_typing(frame)
        else:
            self._answer(await in_database(change, credentials, frame), frame)

    async def _enter(self, frame: Enter) -> None:
        """Whoever comes back and may not any more is put out of the room they were in."""
        upsets = self._hub.upsets
        try:
            entrance = await self._arrivals.entrances.ask(Entering(self._socket.credentials, frame.room))
        except Refused:
            if frame.room in self._socket.rooms.values():
                self._hub.leave(self._socket, self._socket.room_id(frame.room))
            raise
        await self._hub.enter(
            self._socket, entrance, upsets=upsets, revision=frame.revision, epoch=frame.epoch
        )

    async def _begin_typing(self, frame: Types) -> None:
        person_id, room_id = self._socket.person_id, self._socket.room_id(frame.room)
        author = await in_database(typist, person_id, room_id)
        self._socket.typist[room_id] = (author, time.monotonic() + TYPIST_S)
        if author is not None and room_id in self._socket.rooms:
            self._hub.company.types(room_id, person_id, author)

    # --- refusals ---

    def _refuse(self, refusal: Refused, frame: ClientFrame) -> None:
        """Say why not; whose access has ended, or who does not stop, is sent away."""
        if refusal.code in ACCESS_ENDED:
            self._hub.shut(self._socket, refusal)
            return
        room, key = getattr(frame, "room", None), getattr(frame, "client_key", None)
        self._socket.tell(error_frame(refusal, self._socket.language, room=room, client_key=key))
        if self._frequency.is_abused:
            self._socket.wire.close(TOO_FAST)

    def _refuse_malformed(self, error: FrameMalformedError) -> None:
        self._malformed += 1
        code = Code.UNKNOWN_FRAME if error.is_unknown else Code.MALFORMED
        self._socket.tell(error_frame(Refused(code), self._socket.language))
        if self._malformed >= MALFORMED_MAX or self._frequency.is_abused:
            self._socket.wire.close(MALFORMED)


async def _until_closed(receive: Receive) -> None:
    while (await receive())["type"] != "websocket.disconnect":
        pass
