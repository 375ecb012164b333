"""What a run shows: losses, repeats, exposures, latencies. Compares the ledger with the database."""

import datetime as dt
import statistics
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from common.clock import now
from moderation.models import Assessment, AssessmentState
from moderation.replay.ledger import Ledger, Reader, Sent
from rooms.models import Message, Visibility

UNJUDGED_AFTER = dt.timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Stored:
    """A message as the database has it at the end."""

    visibility: str
    room: str
    revision: int


def report(ledger: Ledger, *, modes: Mapping[str, str]) -> dict[str, Any]:
    """All figures of a run, ready for JSON. `modes`: each room's public id → screening mode in force.

    Zeros expected: lost, duplicated, out_of_order, unjudged_after_60_s, and exposures in "before" rooms.
    """
    acked = {sent.message: sent for sent in ledger.sent.values() if sent.acked_at is not None}
    stored = _stored(ledger.sent.keys())
    visible = {key for key, message in stored.items() if message.visibility == Visibility.VISIBLE}
    return {
        "sent": len(ledger.sent),
        "acked": len(acked),
        "refused": dict(Counter(sent.refusal for sent in ledger.sent.values() if sent.refusal)),
        "unanswered": ledger.unanswered,
        "seen": sum(1 for reader in ledger.readers for s in reader.sightings.values() if s.shown_at),
        "held": sum(1 for message in stored.values() if message.visibility == Visibility.HELD),
        "hidden": sum(1 for message in stored.values() if message.visibility == Visibility.HIDDEN),
        "still_checking": sum(1 for m in stored.values() if m.visibility == Visibility.CHECKING),
        "lost": len(acked.keys() - stored.keys()) + _unseen(ledger.readers, visible, stored),
        "duplicated": sum(reader.duplicated for reader in ledger.readers) + _double_rows(ledger),
        "out_of_order": sum(reader.out_of_order for reader in ledger.readers),
        "exposures": _exposures(ledger.readers, stored, modes),
        "unjudged_after_60_s": _unjudged(stored),
        "reconnections": ledger.reconnections,
        "send_to_ack_ms": percentiles(_ack_times(acked.values())),
        "send_to_seen_ms": {
            mode: percentiles(
                _seen_times(ledger.readers, acked, stored, {r for r, m in modes.items() if m == mode})
            )
            for mode in sorted(set(modes.values()))
        },
    }


def percentiles(times_s: Iterable[float]) -> dict[str, float]:
    """p50, p95 and p99 in milliseconds; empty where there is nothing to count."""
    times = sorted(times_s)
    if len(times) < 2:  # noqa: PLR2004 - quantiles need two
        return {}
    cuts = statistics.quantiles(times, n=100, method="inclusive")
    return {f"p{p}": round(cuts[p - 1] * 1000, 1) for p in (50, 95, 99)}


def _stored(keys: Iterable[Any]) -> dict[str, Stored]:
    rows = Message.objects.filter(client_key__in=list(keys)).values_list(
        "public_id", "visibility", "room__public_id", "revision"
    )
    return {message: Stored(visibility, room, at) for message, visibility, room, at in rows}


def _double_rows(ledger: Ledger) -> int:
    keys = Message.objects.filter(client_key__in=list(ledger.sent)).values_list("client_key", flat=True)
    return len(keys) - len(set(keys))


def _unseen(readers: list[Reader], visible: set[str], stored: Mapping[str, Stored]) -> int:
    """Views that should have been: a visible message that a reader of its room never had, nor loaded."""
    return sum(
        1
        for reader in readers
        for message in visible
        if stored[message].room == reader.room
        and stored[message].revision > reader.loaded_revision
        and (message not in reader.sightings or reader.sightings[message].shown_at is None)
    )


def _exposures(
    readers: list[Reader], stored: Mapping[str, Stored], modes: Mapping[str, str]
) -> dict[str, int]:
    """Member-views of messages that ended hidden or held, by screening mode."""
    views = dict.fromkeys(modes.values(), 0)
    for reader in readers:
        for message, sighting in reader.sightings.items():
            if message in stored and stored[message].visibility != Visibility.VISIBLE and sighting.shown_at:
                views[modes[reader.room]] += 1
    return views


def _unjudged(stored: Mapping[str, Stored]) -> int:
    return Assessment.objects.filter(
        message__public_id__in=list(stored),
        state=AssessmentState.PENDING,
        created_at__lt=now() - UNJUDGED_AFTER,
    ).count()


def _ack_times(acked: Iterable[Sent]) -> list[float]:
    return [sent.acked_at - sent.sent_at for sent in acked if sent.acked_at is not None]


def _seen_times(
    readers: list[Reader], acked: Mapping[str, Sent], stored: Mapping[str, Stored], rooms: set[str]
) -> list[float]:
    return [
        sighting.shown_at - acked[message].sent_at
        for reader in readers
        if reader.room in rooms
        for message, sighting in reader.sightings.items()
        if sighting.shown_at is not None and message in acked and message in stored
    ]
