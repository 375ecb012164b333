"""The names of moderation's tasks, and the marks that they leave in Redis for doctor, supervisor and queue.

A mark is a hint: it may be lost at any moment and is written again. What waits is counted from rows.
"""

import json
import logging
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import redis
from django.conf import settings

from common.clock import now

log = logging.getLogger(__name__)

ASSESS = "moderation.assess"
SWEEP = "moderation.sweep"
CANARY = "moderation.canary"
EXPLAIN = "moderation.explain"
HEARTBEAT = "moderation.heartbeat"
DELIVER = "moderation.deliver"
FORGET = "moderation.forget"
# The queue of the worker that holds the classifier; everything else runs on the default queue.
JUDGE = "judge"

_HEARTBEAT_KEY = "wardroom:worker:heartbeat"  # config/embedded/heartbeat.py reads it
_CANARY_KEY = "wardroom:worker:canary"
_DELAYED_KEY = "wardroom:screening:delayed"
_MODEL_FAILURE_KEY = "wardroom:worker:model_failure:"  # and the place
_HEARTBEAT_LIFE_S = 60  # from what is left of it the supervisor takes the heartbeat's age
_CANARY_LIFE_S = 3600
# A worker repeats it every minute; several may have the same to say.
_MODEL_FAILURE_LIFE_S = 180


class Place(StrEnum):
    """Which of the two models something is said of."""

    FIRST = "first"  # reads every message
    SECOND = "second"  # reads what the first is unsure of


@dataclass(frozen=True, slots=True)
class Canary:
    """The newest answer of the classifier to the texts whose answer is known.

    Attributes:
        at: Unix time in seconds.
        detail: the classifier's name and version, or what was wrong.
    """

    at: float
    is_well: bool
    detail: str

    @property
    def age_s(self) -> float:
        """How long ago that was."""
        return now().timestamp() - self.at


@lru_cache(maxsize=1)
def _redis() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=0.5, socket_connect_timeout=0.5)


def beat_heart() -> None:
    """Say that the worker works. Never raises."""
    _mark(_HEARTBEAT_KEY, str(now().timestamp()), _HEARTBEAT_LIFE_S)


def heart_age_s() -> float | None:
    """How long ago the worker last said so; None where it has not, or Redis is away."""
    written = _read(_HEARTBEAT_KEY)
    return None if written is None else now().timestamp() - float(written)


def note_canary(*, is_well: bool, detail: str) -> None:
    """Keep the canary's newest result. Never raises."""
    facts = {"at": now().timestamp(), "is_well": is_well, "detail": detail}
    _mark(_CANARY_KEY, json.dumps(facts), _CANARY_LIFE_S)


def last_canary() -> Canary | None:
    """The canary's newest result; None where there is none, or Redis is away."""
    written = _read(_CANARY_KEY)
    return None if written is None else Canary(**json.loads(written))


def note_model_failure(what: str, place: Place = Place.FIRST) -> None:
    """Keep why the model that was chosen does not judge. Never raises."""
    _mark(_MODEL_FAILURE_KEY + place, what, _MODEL_FAILURE_LIFE_S)


def model_failure(place: Place = Place.FIRST) -> str:
    """Why the model that was chosen does not judge; empty where it does, or Redis is away."""
    written = _read(_MODEL_FAILURE_KEY + place)
    return "" if written is None else written.decode()


def forget_model_failure(place: Place = Place.FIRST) -> None:
    """The chosen model judges. Never raises."""
    _forget(_MODEL_FAILURE_KEY + place)


def remember_delayed(room_ids: set[int]) -> set[int]:
    """Keep which rooms wait for judgement, and give those that did at the last sweep. Never raises."""
    written = _read(_DELAYED_KEY)
    _mark(_DELAYED_KEY, json.dumps(sorted(room_ids)), _CANARY_LIFE_S)
    return set() if written is None else set(json.loads(written))


def forget_marks() -> None:
    """As if no worker had run yet. Never raises."""
    _forget(_HEARTBEAT_KEY, _CANARY_KEY, _DELAYED_KEY, *(_MODEL_FAILURE_KEY + place for place in Place))


def _forget(*keys: str) -> None:
    try:
        _redis().delete(*keys)
    except redis.RedisError:
        log.warning("mark.not_forgotten", exc_info=True)


def _mark(key: str, value: str, life_s: int) -> None:
    try:
        _redis().set(key, value, ex=life_s)
    except redis.RedisError:
        log.warning("mark.not_written", extra={"key": key}, exc_info=True)


def _read(key: str) -> bytes | None:
    try:
        value = _redis().get(key)
    except redis.RedisError:
        log.warning("mark.not_read", extra={"key": key}, exc_info=True)
        return None
    return value if isinstance(value, bytes) else None
