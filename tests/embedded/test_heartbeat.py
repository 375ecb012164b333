"""When a worker counts as silent, and when one still has time."""

import pytest

from config.embedded.heartbeat import Pulse, pulse


@pytest.mark.parametrize(
    ("age_s", "running_s", "expected"),
    [
        (4.0, 300.0, Pulse.STEADY),
        (61.0, 300.0, Pulse.LOST),
        (None, 30.0, Pulse.AWAITED),
        (None, 121.0, Pulse.LOST),
        (45.0, 30.0, Pulse.AWAITED),  # the worker before this one wrote it
        (400.0, 119.0, Pulse.AWAITED),
        (400.0, 121.0, Pulse.LOST),
    ],
)
def test_a_worker_is_judged_by_its_own_heartbeats(
    age_s: float | None, running_s: float, expected: Pulse
) -> None:
    assert pulse(age_s=age_s, running_s=running_s) is expected
