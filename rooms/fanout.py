"""After commit: what happened goes to the sockets of this process at once, to those of others as a hint.

One loop of the process publishes: the sockets' own where there are any, else a thread's. Sending never
waits for Redis; a hint that is lost is healed by the hubs from the database.
"""

import asyncio
import logging
import os
import threading
import uuid
from collections import deque
from collections.abc import Iterable, Sequence
from functools import partial

from django.db import transaction

from rooms import hub
from rooms.figures import figures
from rooms.hints import (
    ChangesHint,
    Hint,
    MovedHint,
    NoticeHint,
    PeopleHint,
    RoomHint,
    ScreeningHint,
    channel_layer,
    encode,
    group_of,
    pairs_of,
)
from rooms.listening import PROCESS
from rooms.selectors.frames import Change

log = logging.getLogger(__name__)

# What waits for a Redis that is away; the oldest hints are dropped first.
_WAITING_MAX = 10_000
_SEND_TIMEOUT_S = 2
# Rooms that moved on are told to processes where nobody receives them, together, so often.
_MOVED_EVERY_S = 1


def publish_on_commit(changes: Sequence[Change]) -> None:
    """Show these changes to everybody who may see them, once the transaction has committed."""
    by_room: dict[int, list[Change]] = {}
    for change in changes:
        by_room.setdefault(change.room_id, []).append(change)
    for room_id, in_room in by_room.items():
        _tell_on_commit(ChangesHint(room_id, in_room))


def viewers_changed_on_commit(person_ids: Iterable[int]) -> None:
    """Ask anew what these people may: their sockets close, leave rooms, or see others from now on."""
    _tell_on_commit(PeopleHint(sorted(set(person_ids))))


def revoke_on_commit(person_id: int) -> None:
    """Close what this person may no longer have open: the database says which sockets that is."""
    viewers_changed_on_commit([person_id])


def room_changed_on_commit(room_id: int | None) -> None:
    """Ask anew who may be in the room, and show its settings to those. None: in all rooms."""
    _tell_on_commit(RoomHint(room_id))


def read_on_commit(pairs: Iterable[tuple[int, int]]) -> None:
    """Count anew what is unread, for each of these (room id, person id): on their other pages."""
    _tell_on_commit(MovedHint([], sorted(pairs)))


def notice_on_commit(person_id: int, *, unread: int = 1) -> None:
    """Tell a person that something waits on the notices page, and how many are unread."""
    _tell_on_commit(NoticeHint(person_id, unread))


def screening_on_commit(room_ids: Iterable[int], *, is_delayed: bool) -> None:
    """Tell rooms that messages wait longer than usual, or no longer do."""
    _tell_on_commit(ScreeningHint(sorted(set(room_ids)), is_delayed))


def _tell_on_commit(hint: Hint) -> None:
    transaction.on_commit(partial(_tell, hint), robust=True)


def _tell(hint: Hint) -> None:
    here = hub.running()
    if here is not None:
        here.take_soon(hint)
    _publisher(here).put(hint)


class _Publisher:
    """Sends hints in the background, those of one room that waited together as one."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.process = os.getpid()
        self._waiting: deque[Hint] = deque(maxlen=_WAITING_MAX)
        self._task: asyncio.Task[None] | None = None
        self._moved: tuple[set[int], set[tuple[int, int]]] = (set(), set())

    def is_usable(self) -> bool:
        """Not after its loop ended, nor in a fork of the process that made it."""
        return not self.loop.is_closed() and self.process == os.getpid()

    def put(self, hint: Hint) -> None:
        """From any thread."""
        self._waiting.append(hint)
        self.loop.call_soon_threadsafe(self._wake)

    def _wake(self) -> None:
        if self._task is None or self._task.done():
            self._task = self.loop.create_task(self._send_all())

    async def _send_all(self) -> None:
        while self._waiting:
            for hint in self._take_all():
                await self._send(hint)

    def _take_all(self) -> list[Hint]:
        """Everything that waits; changes of one room joined, in their order."""
        joined: dict[object, Hint] = {}
        while self._waiting:
            hint = self._waiting.popleft()
            if isinstance(hint, ChangesHint):
                self._note_moved(hint)
                before = joined.get(hint.room_id)
                earlier = before.changes if isinstance(before, ChangesHint) else []
                joined[hint.room_id] = ChangesHint(hint.room_id, [*earlier, *hint.changes])
            else:
                joined[uuid.uuid4()] = hint
        return list(joined.values())

    def _note_moved(self, hint: ChangesHint) -> None:
        rooms, pairs = self._moved
        if not rooms:
            self.loop.call_later(_MOVED_EVERY_S, self._tell_moved)
        rooms.add(hint.room_id)
        pairs.update(pairs_of(hint.changes))

    def _tell_moved(self) -> None:
        (rooms, pairs), self._moved = self._moved, (set(), set())
        self.put(MovedHint(sorted(rooms), sorted(pairs)))

    async def _send(self, hint: Hint) -> None:
        message = {"type": "hint", "from": PROCESS, "data": encode(hint)}
        try:
            async with asyncio.timeout(_SEND_TIMEOUT_S):
                await channel_layer().group_send(group_of(hint), message)
        except Exception as error:  # noqa: BLE001 - any fault of Redis: the hubs find out by themselves
            figures.hints_lost += 1
            log.warning("fanout.hint_lost", extra={"group": group_of(hint), "error": type(error).__name__})


_lock = threading.Lock()
_made: list[_Publisher] = []


def _publisher(here: "hub.Hub | None") -> _Publisher:
    """The process's publisher: on the sockets' loop where there is one, else on a thread of its own."""
    with _lock:
        if not _made or not _made[0].is_usable():
            _made[:] = [_Publisher(here.loop if here else _loop_of_a_thread())]
        return _made[0]


def _loop_of_a_thread() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="fanout", daemon=True).start()
    return loop
