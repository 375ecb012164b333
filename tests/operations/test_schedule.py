"""What beat rings, against how long a worker may be busy."""

import pytest
from django.conf import settings

from config.celery import app
from moderation.tasks import DRAIN_S


@pytest.mark.parametrize("name", app.conf.beat_schedule)
def test_a_ring_outlasts_the_longest_task_before_it(name: str) -> None:
    """Otherwise a worker under load sweeps nothing, and drops its heartbeats until it is taken for dead."""
    life_s = app.conf.beat_schedule[name]["options"]["expires"]

    assert life_s > DRAIN_S + settings.CLASSIFIER_TIMEOUT_S
