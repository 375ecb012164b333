"""What this process has counted of its rooms since it started. No person, no room, no text.

Counted where it happens, in few places; on the hot path by a plain addition on the sockets' loop. Read by
operations/metrics.py.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from prometheus_client import Histogram

from common.clock import now

# Seconds: from what nobody notices to what is a person's queue.
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)

ACKED = Histogram(
    "wardroom_send_to_ack_seconds", "From a draft at its socket to the commit that keeps it.", buckets=BUCKETS
)
SEEN = Histogram(
    "wardroom_send_to_seen_seconds",
    "From storing a message to the commit that first shows it to others; counted where that happens.",
    buckets=BUCKETS,
)


@dataclass(slots=True)
class Figures:
    """Counts of this process.

    Attributes:
        messages: stored.
        deliveries: frames of changes written to sockets.
        cut_off: sockets closed because they did not read.
        resyncs: times that a socket or a room was told to load afresh.
        gaps: times that changes were read from the database because a hint was missing.
        hints_lost: hints that Redis did not take.
        failures: frames and batches that failed here.
    """

    messages: int = 0
    deliveries: int = 0
    cut_off: int = 0
    resyncs: int = 0
    gaps: int = 0
    hints_lost: int = 0
    failures: int = 0


figures = Figures()


def stored_on_commit(count: int) -> None:
    """So many messages are about to be kept. Joins the caller's transaction."""
    transaction.on_commit(lambda: _add_messages(count), robust=True)


def seen_on_commit(sent: Iterable[dt.datetime]) -> None:
    """Messages of these times are about to be shown for the first time. Joins the caller's transaction."""
    times = list(sent)
    transaction.on_commit(lambda: _observe(times), robust=True)


def _add_messages(count: int) -> None:
    figures.messages += count


def _observe(times: list[dt.datetime]) -> None:
    shown_at = now()
    for at in times:
        SEEN.observe(max(0.0, (shown_at - at).total_seconds()))
