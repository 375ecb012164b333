"""Whether the worker still works: beat rings, the worker answers by writing the time to Redis.

stack.py asks. A worker that runs but is deaf (a broken connection that nobody noticed) writes
nothing, and neither does one whose beat is stuck.
"""

from enum import Enum, auto
from typing import Any

KEY = "wardroom:worker:heartbeat"  # written every few seconds by a task, and kept for LIFE_S
LIFE_S = 60.0  # moderation/jobs.py: _HEARTBEAT_LIFE_S
STALE_S = 60.0
FIRST_S = 120.0  # loading the classifier may take most of it
ANSWER_TIMEOUT_S = 2.0


class Pulse(Enum):
    """What the newest heartbeat says of a worker."""

    STEADY = auto()
    AWAITED = auto()
    LOST = auto()


class Heartbeat:
    """The newest heartbeat of whichever worker uses this Redis."""

    def __init__(self, redis_url: str) -> None:
        import redis

        self._failure = redis.RedisError
        self._server = redis.Redis.from_url(
            redis_url, socket_timeout=ANSWER_TIMEOUT_S, socket_connect_timeout=ANSWER_TIMEOUT_S
        )

    def pulse(self, *, running_s: float) -> Pulse:
        """The pulse of a worker that has run for so long; awaited while Redis itself is silent."""
        try:
            return pulse(age_s=age_s(self._server), running_s=running_s)
        except self._failure:
            return Pulse.AWAITED


def age_s(server: Any) -> float | None:
    """How old the newest heartbeat is, None for none. Redis counts: no two clocks are compared.

    Raises:
        redis.RedisError: it does not answer.
    """
    left_ms = int(server.pttl(KEY))
    return None if left_ms < 0 else LIFE_S - left_ms / 1000


def pulse(*, age_s: float | None, running_s: float) -> Pulse:
    """Judge a heartbeat of that age, None for none; one older than the worker was another's."""
    is_own = age_s is not None and age_s < running_s
    if is_own and age_s is not None and age_s < STALE_S:
        return Pulse.STEADY
    return Pulse.LOST if running_s > (STALE_S if is_own else FIRST_S) else Pulse.AWAITED
