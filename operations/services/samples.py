"""The minute's sample: what the processes counted since the last one, and what waits. Rung by beat.

A process that was not there at the last sample counts from its start; one that has restarted is another.
"""

import datetime as dt
import logging
from collections.abc import Sequence

import redis

from common.clock import now
from operations.metrics import queues
from operations.models import Sample
from operations.tallies import Tally, kept, swap
from rooms.figures import BUCKETS

log = logging.getLogger(__name__)

KEPT = dt.timedelta(days=7)
# Counts of a process that is older and was not there before are not of this minute.
_NEW_S = 120


def take_sample() -> Sample:
    """Store this minute's; forget what is too old. A second one in a minute takes the first's place."""
    at = now().replace(second=0, microsecond=0)
    counted = _counted(*_processes())
    waiting = queues()
    sample, _ = Sample.objects.update_or_create(
        at=at,
        defaults={
            "pending": waiting.pending,
            "oldest_pending_s": waiting.oldest_pending_s,
            "open_cases": waiting.open_cases,
            **counted,
        },
    )
    Sample.objects.filter(at__lt=at - KEPT).delete()
    return sample


def percentile(counts: Sequence[float], part: float) -> float | None:
    """Seconds below which this part lies, from counts by bucket (not cumulative); None where none are."""
    total = sum(counts)
    if total <= 0:
        return None
    wanted, so_far, low = total * part, 0.0, 0.0
    for count, high in zip(counts, (*BUCKETS, BUCKETS[-1]), strict=True):
        if count and so_far + count >= wanted:
            return low + (high - low) * (wanted - so_far) / count
        so_far, low = so_far + count, high
    return low


def _processes() -> tuple[dict[str, Tally], dict[str, Tally]]:
    """Those of now, and those of the last sample; none where Redis is away."""
    try:
        present = kept()
        return present, swap(present)
    except redis.RedisError:
        log.warning("sample.without_processes")
        return {}, {}


def _counted(present: dict[str, Tally], before: dict[str, Tally]) -> dict[str, object]:
    pairs = [(one, before.get(name) or _beginning(one)) for name, one in present.items()]
    seen = _added([_gained(one.seen, then.seen) for one, then in pairs])
    acked = _added([_gained(one.acked, then.acked) for one, then in pairs])
    classified = sum(one.classified - then.classified for one, then in pairs)
    classified_s = sum(one.classified_s - then.classified_s for one, then in pairs)
    return {
        "messages": sum(one.messages - then.messages for one, then in pairs),
        "errors": sum(one.errors - then.errors for one, then in pairs),
        "seen_p50_ms": _ms(percentile(seen, 0.5)),
        "seen_p95_ms": _ms(percentile(seen, 0.95)),
        "ack_p95_ms": _ms(percentile(acked, 0.95)),
        "judged": round(classified),
        "classifier_ms": _ms(classified_s / classified) if classified else None,
        "sockets": {name: one.sockets for name, one in sorted(present.items()) if name.startswith("web")},
    }


def _beginning(one: Tally) -> Tally:
    """What a process is compared with that was not there before."""
    if one.at - one.started_at > _NEW_S:
        return one
    return Tally(one.name, one.at, one.started_at)


def _gained(cumulative: Sequence[float], before: Sequence[float]) -> list[float]:
    """New observations by bucket."""
    steps = [now_ - then for now_, then in zip(cumulative, before or [0.0] * len(cumulative), strict=True)]
    return [high - low for high, low in zip(steps, [0.0, *steps[:-1]], strict=True)]


def _added(lists: Sequence[Sequence[float]]) -> list[float]:
    return [sum(values) for values in zip(*lists, strict=True)] if lists else []


def _ms(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds * 1000, 1)
