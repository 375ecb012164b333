"""Whose turn a text is: a living worker's alone, a dead one's no longer, whatever its lease says."""

import datetime as dt
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, connections

from common.clock import now
from moderation.models import Assessment
from moderation.services.assessment import assess_pending
from moderation.services.leases import free_abandoned, holding
from moderation.services.pending import due, put_back, take
from rooms.models import Visibility
from tests.cast import Cast
from tests.factories import MessageFactory
from tests.moderation.keyword_classifier import KeywordClassifier


@pytest.fixture
def waiting(committed_cast: Cast) -> Assessment:
    """Rex has said something that nobody has judged yet."""
    message = MessageFactory.create(room=committed_cast.harbour, author=committed_cast.rex, checking=True)
    return Assessment.objects.create(message=message, text_version=1)


class OtherWorker:
    """Takes what waits in a session of its own, and keeps it in hand until it ends or dies."""

    def __init__(self) -> None:
        self.session = 0
        self._has_taken, self._may_end = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._works)

    def _works(self) -> None:
        try:
            with holding() as holder:
                take(10, holder=holder)
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_backend_pid()")
                    [self.session] = cursor.fetchone()
                self._has_taken.set()
                self._may_end.wait(30)
        finally:
            connections.close_all()

    def dies(self) -> None:
        """Its session ends, as when its process is killed."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 10000)", [self.session])

    @classmethod
    @contextmanager
    def at_work(cls) -> Iterator["OtherWorker"]:
        worker = cls()
        worker._thread.start()
        assert worker._has_taken.wait(30)
        try:
            yield worker
        finally:
            worker._may_end.set()
            worker._thread.join()


def test_what_a_living_worker_holds_stays_its_own(waiting: Assessment) -> None:
    with OtherWorker.at_work():
        assert free_abandoned() == 0
        assert not due().exists()


def test_what_a_dead_worker_held_is_due_at_once(waiting: Assessment) -> None:
    with OtherWorker.at_work() as worker:
        worker.dies()

        assert free_abandoned() == 1

    waiting.refresh_from_db()
    assert waiting.attempts == 1  # it counts: the text may have been what ended the worker
    assert assess_pending(classifier=KeywordClassifier()) == 1
    waiting.message.refresh_from_db()
    assert waiting.message.visibility == Visibility.VISIBLE


def test_where_nobody_can_tell_that_a_worker_is_gone_its_lease_runs_out(waiting: Assessment) -> None:
    with OtherWorker.at_work():
        Assessment.objects.update(leased_until=now())

        assert due().exists()


def test_a_text_that_failed_waits_for_its_turn_though_its_worker_has_gone(waiting: Assessment) -> None:
    with holding() as holder:
        [[taken]] = take(10, holder=holder)
        put_back(taken, "it failed")

    assert free_abandoned() == 0
    waiting.refresh_from_db()
    assert waiting.leased_until
    assert waiting.leased_until > now() + dt.timedelta(seconds=0.5)
    assert not due().exists()
