"""What Prometheus reads: this process's counts, and what the database knows, asked once in some seconds.

No label has more values than the code has: no person, no room, no path, no text. docs/operating.md lists all.
"""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from threading import Lock

from django.db import DatabaseError, connection
from prometheus_client import REGISTRY, Counter, Histogram
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from moderation import jobs
from operations.requests import in_flight
from rooms import hub, inbox
from rooms.figures import Figures, figures

_KEPT_S = 5.0

REQUESTS = Counter(
    "wardroom_http_requests", "Requests answered, by route and status.", ["route", "method", "status"]
)
ANSWERED = Histogram(
    "wardroom_http_seconds", "What answering took, by route.", ["route"], buckets=(0.025, 0.1, 0.25, 1, 5)
)

_HELP = {
    "messages": "Messages stored.",
    "deliveries": "Frames of changes written to sockets.",
    "cut_off": "Sockets closed because they did not read.",
    "resyncs": "Times that a socket or a room was told to load afresh.",
    "gaps": "Times that changes were read from the database because a hint was missing.",
    "hints_lost": "Hints that Redis did not take.",
    "failures": "Frames and batches of drafts that failed.",
}
# One statement, answered from partial indexes; a room of a million messages costs nothing here.
_QUEUES = """
SELECT (SELECT count(*) FROM moderation_assessment WHERE state = 'pending'),
       (SELECT coalesce(extract(epoch FROM clock_timestamp() - min(created_at)), 0)
          FROM moderation_assessment WHERE state = 'pending'),
       (SELECT count(*) FROM moderation_case WHERE state <> 'decided'),
       (SELECT count(*) FROM moderation_case WHERE state <> 'decided' AND due_at < clock_timestamp()),
       (SELECT coalesce(extract(epoch FROM clock_timestamp() - min(opened_at)), 0)
          FROM moderation_case WHERE state <> 'decided')
"""


@dataclass(frozen=True, slots=True)
class Queues:
    """What waits, for the classifier and for people."""

    pending: int
    oldest_pending_s: float
    open_cases: int
    overdue_cases: int
    oldest_case_s: float


def queues() -> Queues:
    """As the database says it now. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_QUEUES)
        pending, oldest_pending_s, cases, overdue, oldest_case_s = cursor.fetchone()
    return Queues(pending, max(0.0, float(oldest_pending_s)), cases, overdue, max(0.0, float(oldest_case_s)))


class _Asked:
    """The queues as of a few seconds ago: however many ask for metrics, the database is asked once."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._found: Queues | None = None
        self._at = float("-inf")

    def __call__(self) -> Queues | None:
        with self._lock:
            if time.monotonic() - self._at > _KEPT_S:
                self._found, self._at = _queues_or_none(), time.monotonic()
            return self._found


_asked = _Asked()


def _queues_or_none() -> Queues | None:
    try:
        return queues()
    except DatabaseError:  # the rest is worth reading all the more
        return None


class ProcessCollector(Collector):
    """What this process counts by plain additions, and what it holds."""

    def describe(self) -> Iterable[Metric]:
        """Nothing is asked when it is registered."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Counters first, then what is so right now."""
        for one in fields(Figures):
            yield CounterMetricFamily(
                f"wardroom_{one.name}", _HELP[one.name], value=getattr(figures, one.name)
            )
        here = hub.running()
        yield GaugeMetricFamily(
            "wardroom_sockets", "Open sockets of this process.", value=len(here.sockets) if here else 0
        )
        yield GaugeMetricFamily(
            "wardroom_drafts_waiting", "Drafts that wait to be stored.", value=inbox.waiting()
        )
        yield GaugeMetricFamily("wardroom_http_in_flight", "Requests being answered.", value=in_flight())


class SiteCollector(Collector):
    """What is so of the whole site: every web process says the same."""

    def describe(self) -> Iterable[Metric]:
        """Nothing is asked when it is registered."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Nothing of the database where that does not answer."""
        yield from _worker()
        waiting = _asked()
        if waiting is not None:
            yield from _gauges(waiting)


def _gauges(waiting: Queues) -> Iterator[Metric]:
    said = (
        ("wardroom_pending_assessments", "Messages that wait to be judged.", waiting.pending),
        (
            "wardroom_oldest_pending_seconds",
            "How long the oldest of them waits.",
            waiting.oldest_pending_s,
        ),
        ("wardroom_open_cases", "Cases that wait for a moderator.", waiting.open_cases),
        ("wardroom_overdue_cases", "Those that should have been decided.", waiting.overdue_cases),
        ("wardroom_oldest_case_seconds", "How long the oldest case has waited.", waiting.oldest_case_s),
    )
    for name, what, value in said:
        yield GaugeMetricFamily(name, what, value=value)


def _worker() -> Iterator[Metric]:
    age_s = jobs.heart_age_s()
    if age_s is not None:
        yield GaugeMetricFamily(
            "wardroom_worker_heartbeat_age_seconds", "Since a worker last said that it works.", value=age_s
        )
    canary = jobs.last_canary()
    if canary is not None:
        yield GaugeMetricFamily(
            "wardroom_canary_well",
            "1 where the classifier knew what it must know.",
            value=canary.is_well,
        )


REGISTRY.register(ProcessCollector())
REGISTRY.register(SiteCollector())
