"""What comes in at this process's sockets, batched: drafts into post_messages, read markers into one update.

One inbox a process, on the sockets' loop. Drafts of one room always go the same lane, one batch at a time:
what a person sends first is posted first.
"""

import asyncio
import contextvars
import logging
import time
import zlib
from collections import deque
from collections.abc import Callable

from common.database import in_database
from common.errors import Code, Refused
from rooms.figures import figures
from rooms.services.messages import Posted, Sending, post_messages
from rooms.services.reading import Mark, mark_all_read

log = logging.getLogger(__name__)

LANES = 2
# Drafts that come within this time of the first, while nothing is being posted, travel together.
LINGER_S = 0.004
BATCH_MAX = 200
# After a batch of so many the next one gathers for as long as this one took, at most so long, unless enough
# wait already: what costs the same for one and for many (statements, a commit, the bell, a flush) is then
# paid half as often. Twenty-four drafts cost about as much as that does.
COMPANY, ENOUGH = 3, 24
GATHER_MAX_S = 0.05
# So many wait at most in a lane: about what is posted in a few seconds.
WAITING_MAX = 2000
MARK_EVERY_S = 2

Answer = Posted | Refused
Answered = Callable[[Answer], None]


class Inbox:
    """The lanes and the read markers of this process."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self._lanes = [_Lane() for _ in range(LANES)]
        self._marks: dict[tuple[int, int], Mark] = {}
        self._marking: asyncio.Task[None] | None = None

    def post(self, sending: Sending, answered: Answered) -> None:
        """Post it soon; `answered` is called once, after commit. At once TOO_FAST where too many wait."""
        self._lanes[zlib.crc32(sending.room_public_id.encode()) % LANES].put(sending, answered)

    def mark_read(self, *, person_id: int, room_id: int, mark: Mark) -> None:
        """Store how far somebody has read, with others', within MARK_EVERY_S."""
        key = (room_id, person_id)
        self._marks[key] = mark.after(self._marks.get(key))
        if self._marking is None or self._marking.done():
            self._marking = asyncio.ensure_future(self._store_marks())

    @property
    def waiting(self) -> int:
        """How many drafts nobody has begun to store."""
        return sum(len(lane.waiting) for lane in self._lanes)

    async def is_idle(self) -> None:
        """Wait until every marker so far is stored."""
        if self._marking is not None:
            await self._marking

    async def _store_marks(self) -> None:
        while self._marks:
            await asyncio.sleep(MARK_EVERY_S)
            marks, self._marks = self._marks, {}
            try:
                await in_database(mark_all_read, marks)
            except Exception:  # a marker is a convenience: the next one goes further
                log.exception("inbox.marks_lost", extra={"marks": len(marks)})


class _Lane:
    """A queue of drafts, posted one batch after the other."""

    def __init__(self) -> None:
        self.waiting: deque[tuple[Sending, Answered]] = deque()
        self._posting: asyncio.Task[None] | None = None

    def put(self, sending: Sending, answered: Answered) -> None:
        if len(self.waiting) >= WAITING_MAX:
            answered(Refused(Code.TOO_FAST, wait_s=1))
            return
        self.waiting.append((sending, answered))
        if self._posting is None or self._posting.done():
            # In nobody's name: a batch is many sockets'.
            nobody = contextvars.Context()
            self._posting = asyncio.get_running_loop().create_task(self._post_all(), context=nobody)

    async def _post_all(self) -> None:
        await asyncio.sleep(LINGER_S)
        while self.waiting:
            began = time.monotonic()
            batch = [self.waiting.popleft() for _ in range(min(BATCH_MAX, len(self.waiting)))]
            answers = await self._post([sending for sending, _ in batch])
            for (_, answered), answer in zip(batch, answers, strict=True):
                answered(answer)
            if len(batch) >= COMPANY and len(self.waiting) < ENOUGH:
                await asyncio.sleep(min(time.monotonic() - began, GATHER_MAX_S))

    async def _post(self, sendings: list[Sending]) -> list[Answer]:
        """Never raises: where a batch fails, everybody is asked to try again, with the same key."""
        try:
            return await in_database(post_messages, sendings)
        except Exception:
            figures.failures += 1
            log.exception("inbox.batch_failed", extra={"drafts": len(sendings)})
            return [Refused(Code.SCREENING_UNAVAILABLE) for _ in sendings]


def waiting() -> int:
    """How many drafts wait in this process."""
    return sum(inbox.waiting for inbox in _inboxes)


def of_this_loop() -> Inbox:
    """This process's inbox, made when its first socket opens."""
    if not _inboxes or _inboxes[0].loop is not asyncio.get_running_loop():
        _inboxes[:] = [Inbox()]
    return _inboxes[0]


_inboxes: list[Inbox] = []
