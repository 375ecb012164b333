"""A worker has no pages: it answers Prometheus on a port of its own, where it is told to."""

import urllib.request

import pytest
from django.db import connection

from tests.servers import free_port, start_worker

pytestmark = pytest.mark.live


def test_a_worker_says_how_long_its_classifier_takes(committed_cast: object) -> None:
    port = free_port()

    with (
        start_worker(
            database=connection.settings_dict["NAME"],
            WARDROOM_CLASSIFIER="tests.moderation.keyword_classifier.load",
            WARDROOM_WORKER_METRICS=f"127.0.0.1:{port}",
        ),
        urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer,
    ):
        said = answer.read().decode()

    assert "wardroom_classifier_seconds_bucket" in said
    assert "wardroom_messages_total" in said
