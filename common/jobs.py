"""Doorbells: hints to a worker that rows are waiting. The rows are the truth; a lost ring costs a sweep.

A ring is sent after commit, never raises, and coalesces: while one is unanswered, the next are not sent. A
thread of its own sends it: whoever rings does not wait for a Redis that is slow or away.
"""

import datetime as dt
import logging
import os
import threading
from functools import lru_cache

import redis
from celery import current_app
from django.conf import settings
from django.db import transaction

from common.clock import now

log = logging.getLogger(__name__)

# A worker that died with the bell in hand must not silence it for long; the sweep comes sooner anyway.
# What was rung ends with it, since the next ring asks for the same: a worker that is busy for longer would
# find one more ring for each five seconds, and be the busier for them.
_BELL_LIFE = dt.timedelta(seconds=5)


@lru_cache(maxsize=1)
def _redis() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=0.5, socket_connect_timeout=0.5)


def ring(task: str, *, queue: str) -> None:
    """Ask for `task` on `queue` once this transaction has committed. Joins the transaction; never raises."""
    transaction.on_commit(lambda: _ringer().ring(task, queue), robust=True)


def answer(task: str) -> None:
    """Called by the task before it looks for rows: a ring from now on is sent again."""
    try:
        _redis().delete(_bell(task))
    except redis.RedisError:
        log.warning("doorbell.answer_failed", extra={"task": task}, exc_info=True)


class _Ringer:
    """The process's thread that rings; what is rung for twice while it is busy is sent once."""

    def __init__(self) -> None:
        self.process = os.getpid()
        self._waiting: dict[str, str] = {}
        self._news = threading.Condition()
        threading.Thread(target=self._ring_all, name="doorbell", daemon=True).start()

    def ring(self, task: str, queue: str) -> None:
        """From any thread."""
        with self._news:
            self._waiting[task] = queue
            self._news.notify()

    def _ring_all(self) -> None:
        while True:
            with self._news:
                self._news.wait_for(lambda: self._waiting)
                waiting, self._waiting = self._waiting, {}
            for task, queue in waiting.items():
                _send(task, queue)


_making = threading.Lock()
_made: list[_Ringer] = []


def _ringer() -> _Ringer:
    """The process's own: a fork has none of its parent's threads."""
    with _making:
        if not _made or _made[0].process != os.getpid():
            _made[:] = [_Ringer()]
        return _made[0]


def _bell(task: str) -> str:
    return f"wardroom:bell:{task}"


def _send(task: str, queue: str) -> None:
    try:
        if _redis().set(_bell(task), 1, nx=True, ex=_BELL_LIFE):
            ends_at = now() + _BELL_LIFE
            current_app.send_task(task, queue=queue, expires=ends_at, retry=False, ignore_result=True)
    except Exception:  # any broker fault: the row is committed and the sweep will find it
        log.warning("doorbell.lost", extra={"task": task}, exc_info=True)
