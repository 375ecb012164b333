"""Rate limits on what a person may ask, counted in Redis and, while Redis is away, in this process.

Not here: slow mode and flood rules (they read the message rows) and sign-in limits (allauth's).
"""

import datetime as dt
import logging
import math
import time
from functools import lru_cache

from django.conf import settings
from limits import RateLimitItem, parse
from limits.errors import StorageError
from limits.storage import MemoryStorage, storage_from_string
from limits.strategies import MovingWindowRateLimiter
from redis.exceptions import RedisError

from common.clock import now
from common.errors import Code, Refused

log = logging.getLogger(__name__)


@lru_cache(maxsize=1)
def _shared() -> MovingWindowRateLimiter:
    url = settings.REDIS_URL.replace("unix://", "redis+unix://", 1)
    return MovingWindowRateLimiter(storage_from_string(url, socket_timeout=0.5, wrap_exceptions=True))


@lru_cache(maxsize=1)
def _local() -> MovingWindowRateLimiter:
    return MovingWindowRateLimiter(MemoryStorage())


@lru_cache(maxsize=64)
def _rate(text: str) -> RateLimitItem:
    return parse(text)


def within_limit(rate: str, *who: str) -> bool:
    """Count one call by `who` and say whether it is within `rate` ("20/minute"). Never raises."""
    item = _rate(rate)
    try:
        return _shared().hit(item, *who)
    except (StorageError, RedisError):
        log.warning("limits.redis_unreachable", extra={"rate": rate})
        return _local().hit(item, *who)


def require_within(rate: str, *who: str) -> None:
    """As `within_limit`, but refuses: `Refused(TOO_FAST)`, with the seconds and the time to wait."""
    if not within_limit(rate, *who):
        wait_s = _wait_s(rate, *who)
        raise Refused(Code.TOO_FAST, wait_s=wait_s, until=now() + dt.timedelta(seconds=wait_s))


def _wait_s(rate: str, *who: str) -> int:
    item = _rate(rate)
    try:
        stats = _shared().get_window_stats(item, *who)
    except (StorageError, RedisError):
        stats = _local().get_window_stats(item, *who)
    return max(1, math.ceil(stats.reset_time - time.time()))
