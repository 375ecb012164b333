"""Each process tells how it is doing, every few seconds, in Redis: the minute's sample is made from that.

A hint like all that Redis holds: lost, it leaves a gap in a chart. Prometheus asks the processes themselves.
"""

import json
import logging
import secrets
import threading
import time
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from typing import cast

import redis
from django.conf import settings
from prometheus_client import Histogram

from common.clock import now
from moderation.figures import CLASSIFIER, TEXTS
from operations import requests
from rooms import hub
from rooms.figures import ACKED, SEEN, figures

log = logging.getLogger(__name__)

EVERY_S = 10
# Of a process that has said nothing for so long, nothing is left but a gap.
SILENT_AFTER_S = 45

_KEY = "wardroom:processes"
_BEFORE_KEY = "wardroom:processes:before"
_BEFORE_LIFE_S = 600


@dataclass(frozen=True, slots=True)
class Tally:
    """What one process has counted since it started.

    Attributes:
        at: Unix time in seconds, as `started_at` is.
        acked: acks by bucket of rooms.figures.BUCKETS, cumulative; the last one is all of them.
        classified_s: seconds that the classifier has taken, for `classified` texts.
    """

    name: str
    at: float
    started_at: float
    sockets: int = 0
    messages: int = 0
    errors: int = 0
    acked: list[float] = field(default_factory=list)
    seen: list[float] = field(default_factory=list)
    classified_s: float = 0
    classified: float = 0


def start(kind: str) -> None:
    """Tell from now on, from a thread that ends with the process: "web" or "worker"."""
    name, started_at = f"{kind} {secrets.token_hex(2)}", now().timestamp()
    threading.Thread(target=_tell_for_ever, args=(name, started_at), name="tally", daemon=True).start()


def tally(name: str, started_at: float) -> Tally:
    """This process now."""
    here = hub.running()
    return Tally(
        name=name,
        at=now().timestamp(),
        started_at=started_at,
        sockets=len(here.sockets) if here else 0,
        messages=figures.messages,
        errors=figures.failures + requests.failed(),
        acked=_buckets(ACKED),
        seen=_buckets(SEEN),
        classified_s=_value(CLASSIFIER, "_sum"),
        classified=next(iter(TEXTS.collect())).samples[0].value,
    )


def tell(said: Tally) -> None:
    """Leave it in Redis. Raises redis.RedisError."""
    _redis().hset(_KEY, said.name, json.dumps(asdict(said)))


def kept() -> dict[str, Tally]:
    """What each living process said last. Raises redis.RedisError."""
    said = {one.name: one for one in map(_read, _redis().hvals(_KEY))}
    silent = [name for name, one in said.items() if now().timestamp() - one.at > SILENT_AFTER_S]
    if silent:
        _redis().hdel(_KEY, *silent)
    return {name: one for name, one in said.items() if name not in silent}


def swap(tallied: dict[str, Tally]) -> dict[str, Tally]:
    """Keep these for the next sample, and give those of the last. Raises redis.RedisError."""
    written = json.dumps([asdict(one) for one in tallied.values()])
    before = cast("bytes | None", _redis().set(_BEFORE_KEY, written, ex=_BEFORE_LIFE_S, get=True))
    return {one["name"]: Tally(**one) for one in json.loads(before or b"[]")}


def forget() -> None:
    """As if no process had said anything. Raises redis.RedisError."""
    _redis().delete(_KEY, _BEFORE_KEY)


def _tell_for_ever(name: str, started_at: float) -> None:
    while True:
        time.sleep(EVERY_S)
        try:
            tell(tally(name, started_at))
        except Exception as error:  # noqa: BLE001 - the next one says it all again
            log.warning("tally.not_told", extra={"error": type(error).__name__})


def _buckets(histogram: Histogram) -> list[float]:
    samples = next(iter(histogram.collect())).samples
    return [sample.value for sample in samples if sample.name.endswith("_bucket")]


def _value(histogram: Histogram, ending: str) -> float:
    samples = next(iter(histogram.collect())).samples
    return float(next(sample.value for sample in samples if sample.name.endswith(ending)))


def _read(written: bytes | str) -> Tally:
    return Tally(**json.loads(written))


@lru_cache(maxsize=1)
def _redis() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1)
