"""Rings for the worker, as the broker holds them."""

import datetime as dt
import json
import time
import uuid
from typing import Any

import pytest
import redis
from django.conf import settings

from common import jobs
from common.clock import now

PATIENCE_S = 10


@pytest.fixture
def task() -> str:
    """A task, and a queue of the same name, that nobody answers."""
    return f"rung-for-{uuid.uuid4()}"


def rung(queue: str) -> list[dict[str, Any]]:
    """What waits in a queue, once something does: the ringer is a thread of its own."""
    broker, deadline = redis.Redis.from_url(settings.REDIS_URL), time.monotonic() + PATIENCE_S
    while not (waiting := broker.lrange(queue, 0, -1)):
        assert time.monotonic() < deadline, "nobody rang"
        time.sleep(0.01)
    return [json.loads(message)["headers"] for message in waiting]


def test_rings_that_nobody_has_answered_are_one(
    db: None, task: str, django_capture_on_commit_callbacks: Any
) -> None:
    for _ in range(3):
        with django_capture_on_commit_callbacks(execute=True):
            jobs.ring(task, queue=task)

    assert len(rung(task)) == 1


def test_what_was_rung_ends_with_its_bell(
    db: None, task: str, django_capture_on_commit_callbacks: Any
) -> None:
    """So that a worker which is busy for long does not find a ring for each five seconds of it."""
    with django_capture_on_commit_callbacks(execute=True):
        jobs.ring(task, queue=task)

    [ring] = rung(task)
    left = dt.datetime.fromisoformat(ring["expires"]) - now()
    assert dt.timedelta(seconds=-PATIENCE_S) < left <= dt.timedelta(seconds=5)
