"""A row for each minute: what the processes counted since the last, what waits, and nothing for ever."""

import datetime as dt
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from common.clock import now
from operations import tallies
from operations.models import Sample
from operations.services.samples import KEPT, percentile, take_sample
from operations.tallies import Tally, tally, tell
from rooms.figures import BUCKETS
from tests.cast import Cast
from tests.factories import MessageFactory

NONE = [0.0] * (len(BUCKETS) + 1)


@pytest.fixture(autouse=True)
def _no_process_has_said_anything() -> None:
    tallies.forget()


def counts(name: str, **counted: Any) -> None:
    """A process that started just now says this."""
    at = now().timestamp()
    tell(Tally(**{"name": name, "at": at, "started_at": at - 30, "acked": NONE, "seen": NONE, **counted}))


def seen_within(bound: float, count: int) -> list[float]:
    """Cumulative counts, all in the bucket that ends at `bound`."""
    return [float(count) if high >= bound else 0.0 for high in (*BUCKETS, float("inf"))]


def test_a_minute_is_what_was_counted_since_the_last(db: None) -> None:
    counts("web a", messages=10, sockets=3, errors=1)
    counts("web b", messages=5, sockets=4)
    first = take_sample()
    counts("web a", messages=14, sockets=2, errors=1)
    counts("web b", messages=5, sockets=4)

    second = take_sample()

    assert (first.messages, first.errors) == (15, 1)
    assert (second.messages, second.errors, second.sockets) == (4, 0, {"web a": 2, "web b": 4})


def test_a_process_that_was_always_there_is_not_counted_from_its_start(db: None) -> None:
    at = now().timestamp()
    tell(
        Tally("web a", at, at - 86_400, messages=9_000, acked=NONE, seen=NONE)
    )  # and Redis has lost the last

    assert take_sample().messages == 0


def test_percentiles_are_of_all_processes_together(db: None) -> None:
    counts("web a", seen=seen_within(0.05, 90))
    counts("worker c", seen=seen_within(1, 10), classified=20, classified_s=0.4)

    sample = take_sample()

    assert sample.seen_p50_ms is not None
    assert sample.seen_p95_ms is not None
    assert 25 < sample.seen_p50_ms < 50
    assert 500 < sample.seen_p95_ms <= 1000
    assert (sample.judged, sample.classifier_ms) == (20, 20)


def test_nothing_seen_has_no_percentile() -> None:
    assert percentile(NONE, 0.5) is None
    assert percentile([*NONE[:-1], 3.0], 0.5) == BUCKETS[-1]


def test_what_waits_is_asked_of_the_database(cast: Cast) -> None:
    message = MessageFactory.create(room=cast.harbour, author=cast.mara, checking=True)
    message.assessments.create(text_version=1, created_at=now() - dt.timedelta(seconds=12))

    sample = take_sample()

    assert sample.pending == 1
    assert sample.oldest_pending_s >= 12


def test_samples_are_forgotten_after_a_week(db: None) -> None:
    Sample.objects.create(at=now() - KEPT - dt.timedelta(hours=1))
    kept = Sample.objects.create(at=now() - KEPT + dt.timedelta(hours=1))

    taken = take_sample()

    assert set(Sample.objects.all()) == {kept, taken}


def test_without_redis_a_minute_still_says_what_waits(db: None, settings: Settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    tallies._redis.cache_clear()

    try:
        sample = take_sample()
    finally:
        tallies._redis.cache_clear()

    assert (sample.pending, sample.sockets) == (0, {})


def test_a_process_counts_for_itself(db: None) -> None:
    said = tally("web a", now().timestamp())

    assert len(said.seen) == len(NONE)
    assert said.messages >= 0
