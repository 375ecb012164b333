"""One room as one process sends it out: changes in the order of their revisions, each once, gaps filled.

Owned by hub.py; on the hub's loop only. A socket first *enters* (what happens is kept for it while the
database says what it missed), then is *settled* and receives with the others.
"""

import asyncio
import logging
import uuid
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from common.database import in_database
from rooms.figures import figures
from rooms.permissions import Viewer
from rooms.protocol import Entered, Frame, encode
from rooms.selectors.changes import Changed, changes_since
from rooms.selectors.frames import Audience, Change, audience_of, concerned_by, frame_for, render
from rooms.sockets import Socket
from rooms.wire import Parcel

log = logging.getLogger(__name__)

# Changes that come within this time of the last ones travel together.
JOIN_S = 0.005
# How long a missing revision may still arrive by itself, from another process.
PATIENCE_S = 0.03

# Asks the database up to which revision a room of that id stands.
Stands = Callable[[int], Awaitable[Changed]]

# Somebody without rights, blocks or mentions: stands for all who are like that.
_ANYBODY = Viewer(person_id=0)


class Stream:
    """A room's changes on their way to this process's sockets."""

    def __init__(self, room_id: int, room: str, stands: Stands) -> None:
        self.room_id = room_id
        self.room = room
        self._stands = stands
        self.empty_since: float | None = None
        # None until the first socket has learnt from the database where the room stands.
        self.revision: int | None = None
        self._epoch: uuid.UUID | None = None
        self._settled: set[Socket] = set()
        self._entering: dict[Socket, _Kept] = {}
        # Sockets that know more than this stream does: up to which revision.
        self._ahead: dict[Socket, int] = {}
        self._early: dict[int, Change] = {}
        self._pending: list[Change] = []
        self._flushed_at = 0.0
        self._flush: asyncio.TimerHandle | None = None
        self._fill: asyncio.TimerHandle | None = None
        self._filling: asyncio.Task[None] | None = None

    # --- sockets ---

    def begin(self, socket: Socket) -> None:
        """From now on nothing is lost for this socket; it gets it when it is settled."""
        self.flush()
        self.leave(socket)
        self._entering[socket] = _Kept(since=self.revision)

    async def missed(self, revision: int | None, epoch: uuid.UUID | None) -> Changed:
        """What a socket that knows `revision` has missed; None knows nothing and asks for nothing."""
        self.flush()
        if self.revision is None or self._epoch is None:
            stands = await self._stands(self.room_id)
        else:
            stands = Changed(self.revision, self._epoch, ())
        if revision in {None, stands.revision} and epoch in {None, stands.epoch}:
            return stands
        changed = await in_database(changes_since, self.room_id, revision)
        if revision is not None and epoch not in {None, changed.epoch}:
            return replace(changed, changes=(), is_limited=True)
        return changed

    def settle(self, socket: Socket, changed: Changed, *more: Frame) -> bool:
        """Answer the socket with what it missed, and let it receive with the others from there on.

        False: meanwhile the stream began further on than `changed` reaches, so ask again what was missed.
        """
        self.flush()
        kept = self._entering.get(socket)
        if kept is None:
            return True  # put out, or gone, while the database was asked
        if self.revision is None:
            self._begin_at(changed)
        if kept.is_apart_from(changed) and changed.epoch == self._epoch:
            return False
        del self._entering[socket]
        figures.resyncs += changed.is_limited
        socket.tell(self._entered(changed, socket.viewer), *more)
        self._send_later(socket, kept.changes, changed.revision)
        if self.revision is not None and changed.revision > self.revision:
            self._ahead[socket] = changed.revision
        self._settled.add(socket)
        return True

    def leave(self, socket: Socket) -> None:
        """Nothing of the room is sent to this socket any more."""
        self._settled.discard(socket)
        self._entering.pop(socket, None)
        self._ahead.pop(socket, None)

    @property
    def settled(self) -> set[Socket]:
        """All that receive the room."""
        return self._settled

    @property
    def sockets(self) -> set[Socket]:
        """All that receive the room, or are about to."""
        return self._settled | self._entering.keys()

    def revision_of(self, socket: Socket) -> int | None:
        """Up to which revision this socket has been sent everything; None while it enters."""
        if socket not in self._settled or self.revision is None:
            return None
        return max(self.revision, self._ahead.get(socket, 0))

    # --- changes ---

    def take(self, changes: Iterable[Change]) -> None:
        """Changes from this process or another, in any order, any number of times."""
        known = self.revision if self.revision is not None else -1
        self._early.update({change.revision: change for change in changes if change.revision > known})
        self._advance()

    def is_behind(self, revision: int, epoch: uuid.UUID) -> bool:
        """Whether the database was further on, or has another history."""
        return self.revision is not None and (self.revision < revision or self._epoch != epoch)

    def fill(self) -> None:
        """Read from the database what is missing. One at a time."""
        if self._filling is None or self._filling.done():
            figures.gaps += 1
            self._filling = asyncio.ensure_future(self._fill_from_database())

    def flush(self) -> None:
        """Send what is pending to every settled socket, and keep it for those that enter."""
        if self._flush is not None:
            self._flush.cancel()
            self._flush = None
        changes, self._pending = self._pending, []
        if not changes:
            return
        self._flushed_at = asyncio.get_running_loop().time()
        for kept in self._entering.values():
            kept.changes.extend(changes)
        parcels = _Parcels(changes)
        for socket in self._settled:
            parcel = parcels.to(socket) if socket not in self._ahead else self._parcel_ahead(socket, changes)
            if parcel is not None:
                socket.write(parcel)
                figures.deliveries += len(parcel.payloads)

    def tell_all(self, frame: Frame) -> None:
        """Send a frame to every settled socket."""
        parcel = Parcel([encode(frame)])
        for socket in self._settled:
            socket.write(parcel)

    def _advance(self) -> None:
        if self.revision is None:
            return
        while (change := self._early.pop(self.revision + 1, None)) is not None:
            self.revision += 1
            self._pending.append(change)
        if self._pending:
            self._flush_soon()
        if self._early:
            self._fill_soon()

    def _flush_soon(self) -> None:
        """At once where it was quiet; otherwise with whatever comes within JOIN_S of the last."""
        if self._flush is None:
            loop = asyncio.get_running_loop()
            wait_s = self._flushed_at + JOIN_S - loop.time()
            self._flush = loop.call_later(max(wait_s, 0), self.flush)

    def _fill_soon(self) -> None:
        if self._fill is None:
            self._fill = asyncio.get_running_loop().call_later(PATIENCE_S, self._fill_if_needed)

    def _fill_if_needed(self) -> None:
        self._fill = None
        if self._early:
            self.fill()

    async def _fill_from_database(self) -> None:
        try:
            changed = await in_database(changes_since, self.room_id, self.revision)
        except Exception:
            log.exception("stream.fill_failed", extra={"room": self.room_id})
            return
        self._take_over(changed)

    def _take_over(self, changed: Changed) -> None:
        """The database's word. A gap too wide, or another history, and everybody starts afresh."""
        if self.revision is None:
            return
        if changed.is_limited or changed.epoch != self._epoch:
            figures.resyncs += 1
            self._begin_at(changed)
            self.tell_all(Entered(self.room, changed.revision, changed.epoch, limited=True))
            return
        self._pending.extend(change for change in changed.changes if change.revision > self.revision)
        self.revision = max(self.revision, changed.revision)
        self._forget_early()
        self._advance()

    def _begin_at(self, changed: Changed) -> None:
        self.revision, self._epoch = changed.revision, changed.epoch
        for kept in self._entering.values():
            kept.begin_again(changed.revision)
        self._pending.clear()
        self._forget_early()
        self._advance()

    def _forget_early(self) -> None:
        known = self.revision or 0
        self._early = {number: change for number, change in self._early.items() if number > known}

    def _entered(self, changed: Changed, viewer: Viewer) -> Entered:
        frames = [frame_for(change, viewer) for change in changed.changes]
        return Entered(
            room=self.room,
            revision=changed.revision,
            epoch=changed.epoch,
            limited=changed.is_limited,
            changes=[frame for frame in frames if frame is not None],
        )

    def _send_later(self, socket: Socket, kept: Sequence[Change], revision: int) -> None:
        later = [change for change in kept if change.revision > revision]
        parcel = _Parcels(later).to(socket) if later else None
        if parcel is not None:
            socket.write(parcel)

    def _parcel_ahead(self, socket: Socket, changes: Sequence[Change]) -> Parcel | None:
        """For a socket that has had some of these from the database; it is soon like the others."""
        known = self._ahead[socket]
        later = [change for change in changes if change.revision > known]
        if self.revision is not None and self.revision >= known:
            del self._ahead[socket]
        return _Parcels(later).to(socket) if later else None


@dataclass(slots=True)
class _Kept:
    """What happened while a socket enters: all changes after `since`; None: the stream knows none yet."""

    since: int | None
    changes: list[Change] = field(default_factory=list)

    def begin_again(self, revision: int) -> None:
        """The stream goes on from here; what came before is in the database alone."""
        self.since = revision
        self.changes.clear()

    def is_apart_from(self, changed: Changed) -> bool:
        """Whether something may lie between what the database said and what is kept."""
        return self.since is None or changed.revision < self.since


class _Parcels:
    """Some changes as bytes, made once for each audience among the sockets."""

    def __init__(self, changes: Sequence[Change]) -> None:
        self._changes = changes
        self._concerned = {person for change in changes for person in concerned_by(change)}
        self._made: dict[tuple[Audience, ...], Parcel | None] = {}
        self._common = self._to_viewer(_ANYBODY)

    def to(self, socket: Socket) -> Parcel | None:
        """What this socket gets; None: nothing."""
        if socket.is_particular or socket.person_id in self._concerned:
            return self._to_viewer(socket.viewer)
        return self._common

    def _to_viewer(self, viewer: Viewer) -> Parcel | None:
        audiences = tuple(audience_of(change, viewer) for change in self._changes)
        if audiences not in self._made:
            self._made[audiences] = self._make(audiences)
        return self._made[audiences]

    def _make(self, audiences: tuple[Audience, ...]) -> Parcel | None:
        frames = [render(change, audience) for change, audience in zip(self._changes, audiences, strict=True)]
        payloads = [encode(frame) for frame in frames if frame is not None]
        return Parcel(payloads) if payloads else None
