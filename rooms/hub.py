"""This process's open sockets and the rooms they receive. One hub a process, on the sockets' own loop.

Takes hints (from this process at once, from others by the channel layer), asks the database where a hint
may be missing, and sends. Who may see what: permissions.py; in which order: stream.py.
"""

import asyncio
import itertools
import logging
import time
import uuid
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection

from django.conf import settings

from common.database import in_database
from common.errors import Refused
from rooms.badges import Badges
from rooms.hints import (
    ChangesHint,
    Hint,
    MovedHint,
    NoticeHint,
    PeopleHint,
    PresentHint,
    RoomHint,
    ScreeningHint,
    TypingHint,
    pairs_of,
)
from rooms.listening import Ear
from rooms.presence import TICK_S, Company
from rooms.protocol import Heartbeat, Notice, Screening
from rooms.refusing import close_code, error_frame
from rooms.selectors.changes import Changed, revisions_of, where_rooms_stand
from rooms.selectors.entering import Entrance
from rooms.selectors.standing import Standing, Watched, standing_of
from rooms.sockets import Socket
from rooms.stream import Stream
from rooms.together import Together
from rooms.wire import at_server_stop

log = logging.getLogger(__name__)

# How often revisions are compared with the database, and sockets with what their people still may.
COMPARE_S = 3
RECHECK_S = 5
# In so many turns is that done: a socket belongs to one.
TURNS = 10
# A room that nobody here receives is dropped after this time.
IDLE_S = 30

# After PATIENCE of a hint that is on its way.
_GRACE_S = 0.05

RESTARTING = 1001
TRY_AGAIN = 1011


class Hub:
    """The sockets and streams of this process."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.sockets: set[Socket] = set()
        self._turns, self._turn = itertools.cycle(range(TURNS)), 0
        self._of_person: defaultdict[int, set[Socket]] = defaultdict(set)
        self._streams: dict[int, Stream] = {}
        self._stands: Together[int, Changed] = Together(where_rooms_stand)
        # Rooms that were told that judging is late: whoever comes in is told as well.
        self._delayed: set[int] = set()
        self._ear = Ear(self.take)
        self._badges = Badges(self._of_person)
        self.company = Company(self._streams, self._ear.say)
        # Counts what may have changed anybody's standing: whoever was asked about before is asked again.
        self.upsets = 0
        self._rechecking = asyncio.Lock()
        self._tasks = [
            asyncio.ensure_future(work)
            for work in (
                self._ear.listen(),
                _every(COMPARE_S, self._compare),
                _every(RECHECK_S / TURNS, self._recheck_some),
                _every(settings.HEARTBEAT_S, self._beat),
                _every(TICK_S, self.company.tick),
            )
        ]
        self._passing: set[asyncio.Task[None]] = set()
        at_server_stop(self.say_goodbye)

    # --- sockets ---

    def add(self, socket: Socket) -> None:
        """A socket opened."""
        socket.turn = next(self._turns)
        self.sockets.add(socket)
        self._of_person[socket.person_id].add(socket)

    def remove(self, socket: Socket) -> None:
        """A socket closed."""
        self.sockets.discard(socket)
        for room_id in list(socket.rooms):
            self.leave(socket, room_id)
        mine = self._of_person[socket.person_id]
        mine.discard(socket)
        if not mine:
            del self._of_person[socket.person_id]

    async def enter(
        self,
        socket: Socket,
        entrance: Entrance,
        *,
        upsets: int,
        revision: int | None,
        epoch: uuid.UUID | None,
    ) -> None:
        """Let a socket, whose person may enter, receive the room from the revision it knows.

        Whoever's standing changed since that was asked is asked about again: `upsets` is how many there had
        been before it was.
        """
        room_id, frame = entrance.room_id, entrance.frame
        stream = self._stream(room_id, frame.room)
        # Before the database is asked, so that nothing falls between.
        await self._ear.hear(room_id)
        socket.rooms[room_id] = frame.room
        stream.begin(socket)
        try:
            delay = [Screening(room=frame.room, delayed=True)] if room_id in self._delayed else []
            while not stream.settle(socket, await stream.missed(revision, epoch), frame, *delay):
                pass
        except Exception:
            self.leave(socket, room_id)
            raise
        if self.upsets != upsets:
            await self.recheck([socket])

    def leave(self, socket: Socket, room_id: int) -> None:
        """Send nothing of the room to this socket any more."""
        socket.rooms.pop(room_id, None)
        stream = self._streams.get(room_id)
        if stream is not None:
            stream.leave(socket)

    # --- hints ---

    def take_soon(self, hint: Hint) -> None:
        """From any thread of this process."""
        self.loop.call_soon_threadsafe(self.take, hint)

    def take(self, hint: Hint) -> None:
        """Act on a hint. Any may come twice, late, or never."""
        match hint:
            case ChangesHint():
                self._badges.look(rooms=[hint.room_id], pairs=pairs_of(hint.changes))
                if hint.room_id in self._streams:
                    self.company.said(hint.room_id, [change.author_id for change in hint.changes])
                    self._streams[hint.room_id].take(hint.changes)
            case PresentHint() | TypingHint():
                self.company.take(hint)
            case MovedHint():
                self._badges.look(rooms=hint.room_ids, pairs=hint.pairs)
            case PeopleHint():
                self._badges.look(people=hint.person_ids)
                self._upset({s for person in hint.person_ids for s in self._of_person.get(person, ())})
            case RoomHint():
                self._upset({s for s in self.sockets if hint.room_id is None or hint.room_id in s.rooms})
            case NoticeHint():
                for socket in self._of_person.get(hint.person_id, ()):
                    socket.tell(Notice(unread=hint.unread))
            case ScreeningHint():
                self._tell_screening(hint)

    async def recheck(self, sockets: Collection[Socket], *, tell_settings: bool = False) -> None:
        """Ask the database how these sockets stand; close them or their rooms where they may not be.

        One at a time, so that an older answer never takes the place of a newer one.
        """
        async with self._rechecking:
            watched = [(socket, Watched(socket.credentials, tuple(socket.rooms))) for socket in sockets]
            standings = await in_database(standing_of, [one for _, one in watched])
            for (socket, _), standing in zip(watched, standings, strict=True):
                self._apply(socket, standing, tell_settings=tell_settings)

    def shut(self, socket: Socket, refusal: Refused) -> None:
        """Close a socket and say why."""
        socket.tell(error_frame(refusal, socket.language))
        socket.wire.close(close_code(refusal))
        self.remove(socket)

    def say_goodbye(self) -> None:
        """The server stops: everybody may come again in a moment."""
        for socket in self.sockets:
            socket.wire.close(RESTARTING)

    def _upset(self, sockets: set[Socket]) -> None:
        self.upsets += 1
        if sockets:
            self._in_passing(self._recheck_or_close(sockets))

    async def _recheck_or_close(self, sockets: set[Socket]) -> None:
        """A revocation that cannot be looked up closes the socket: who still may comes back."""
        try:
            await self.recheck(sockets, tell_settings=True)
        except Exception:
            log.exception("hub.recheck_failed", extra={"sockets": len(sockets)})
            for socket in sockets:
                socket.wire.close(TRY_AGAIN)

    def _apply(self, socket: Socket, standing: Standing, *, tell_settings: bool) -> None:
        if standing.refusal is not None:
            self.shut(socket, standing.refusal)
            return
        if standing.viewer is not None:
            if socket.viewer.apart_from != standing.viewer.apart_from:
                self.company.sees_others(socket)
            socket.see_as(standing.viewer)
            socket.is_shown = standing.is_shown
            if tell_settings:  # something about them changed
                socket.typist.clear()
        for room_id, in_room in standing.rooms.items():
            if isinstance(in_room, Refused):
                self._put_out(socket, room_id, in_room)
            elif tell_settings and room_id in socket.rooms:
                socket.tell(in_room)

    def _put_out(self, socket: Socket, room_id: int, refusal: Refused) -> None:
        room = socket.rooms.get(room_id)
        if room is not None:
            self.leave(socket, room_id)
            socket.tell(error_frame(refusal, socket.language, room=room))

    def _tell_screening(self, hint: ScreeningHint) -> None:
        if hint.is_delayed:
            self._delayed.update(hint.room_ids)
        else:
            self._delayed.difference_update(hint.room_ids)
        for room_id in hint.room_ids:
            stream = self._streams.get(room_id)
            if stream is not None:
                stream.tell_all(Screening(room=stream.room, delayed=hint.is_delayed))

    def _stream(self, room_id: int, room: str) -> Stream:
        stream = self._streams.get(room_id)
        if stream is None:
            stream = self._streams[room_id] = Stream(room_id, room, self._stands.ask)
        return stream

    # --- what happens by itself ---

    async def _compare(self) -> None:
        """Find lost hints: where the database is further on than a stream, and stays so, fill the gap."""
        await self._drop_idle()
        for stream in list(self._streams.values()):
            if not await self._ear.hear(stream.room_id):
                break  # Redis is away: the comparison itself must not wait for it
        newest = await in_database(revisions_of, list(self._streams))
        await asyncio.sleep(_GRACE_S)
        for room_id, stream in self._streams.items():
            if room_id in newest and stream.is_behind(*newest[room_id]):
                stream.fill()

    async def _drop_idle(self) -> None:
        for stream in list(self._streams.values()):
            if stream.sockets:
                stream.empty_since = None
            elif stream.empty_since is None:
                stream.empty_since = time.monotonic()
            elif time.monotonic() - stream.empty_since > IDLE_S:
                del self._streams[stream.room_id]
                await self._ear.forget(stream.room_id)

    async def _recheck_some(self) -> None:
        """Those whose turn it is: all at once would keep everything that is said waiting meanwhile."""
        self._turn = (self._turn + 1) % TURNS
        if due := [socket for socket in self.sockets if socket.turn == self._turn]:
            await self.recheck(due)

    async def _beat(self) -> None:
        for stream in self._streams.values():
            stream.flush()
        for socket in list(self.sockets):
            socket.tell(Heartbeat(revisions=self._revisions(socket)))

    def _revisions(self, socket: Socket) -> dict[str, int]:
        found = {room: self._streams[room_id].revision_of(socket) for room_id, room in socket.rooms.items()}
        return {room: revision for room, revision in found.items() if revision is not None}

    def _in_passing(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._passing.add(task)
        task.add_done_callback(self._passing.discard)


def running() -> Hub | None:
    """This process's hub, where it has one: from any thread."""
    return _hubs[0] if _hubs and not _hubs[0].loop.is_closed() else None


def of_this_loop() -> Hub:
    """This process's hub, made when its first socket opens."""
    hub = running()
    if hub is None or hub.loop is not asyncio.get_running_loop():
        hub = Hub()
        _hubs[:] = [hub]
    return hub


_hubs: list[Hub] = []


async def _every(seconds: float, work: Callable[[], Awaitable[None]]) -> None:
    """Do it again and again. A fault is logged and does not end it."""
    while True:
        await asyncio.sleep(seconds)
        try:
            await work()
        except Exception:
            log.exception("hub.work_failed", extra={"work": getattr(work, "__name__", "")})
