"""Doorbells: hints to a worker that rows are waiting. The rows are the truth; a lost ring costs a sweep.

A ring is sent after commit, never raises, and coalesces: while one is unanswered, the next are not sent.
"""

import logging
from functools import lru_cache

import redis
from celery import current_app
from django.conf import settings
from django.db import transaction

log = logging.getLogger(__name__)

# A worker that died with the bell in hand must not silence it for long; the sweep comes sooner anyway.
_BELL_LIFE_S = 5


@lru_cache(maxsize=1)
def _redis() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=0.5, socket_connect_timeout=0.5)


def ring(task: str, *, queue: str) -> None:
    """Ask for `task` on `queue` once this transaction has committed. Joins the transaction; never raises."""
    transaction.on_commit(lambda: _send(task, queue), robust=True)


def answer(task: str) -> None:
    """Called by the task before it looks for rows: a ring from now on is sent again."""
    try:
        _redis().delete(_bell(task))
    except redis.RedisError:
        log.warning("doorbell.answer_failed", extra={"task": task}, exc_info=True)


def _bell(task: str) -> str:
    return f"wardroom:bell:{task}"


def _send(task: str, queue: str) -> None:
    try:
        if _redis().set(_bell(task), 1, nx=True, ex=_BELL_LIFE_S):
            current_app.send_task(task, queue=queue, retry=False, ignore_result=True)
    except Exception:  # any broker fault: the row is committed and the sweep will find it
        log.warning("doorbell.lost", extra={"task": task}, exc_info=True)
