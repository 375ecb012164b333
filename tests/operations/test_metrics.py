"""What Prometheus reads, who may read it, and that it says nothing of anybody."""

import re
import uuid

import pytest
from django.test import Client
from prometheus_client import REGISTRY
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from moderation.services.assessment import assess_pending
from operations import metrics
from rooms.services.messages import Sending, post_message
from tests.cast import Cast
from tests.moderation.keyword_classifier import KeywordClassifier

TOKEN = "a token that is long enough"


@pytest.fixture(autouse=True)
def _a_token_is_set(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.METRICS_TOKEN = TOKEN
    monkeypatch.setattr(metrics, "_asked", metrics._Asked())


def read(**headers: str) -> str:
    answer = Client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}", **headers})
    assert answer.status_code == 200
    return answer.content.decode()


def value(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


def test_nobody_reads_it_until_it_is_switched_on(settings: Settings) -> None:
    settings.METRICS_TOKEN = ""

    assert Client().get("/metrics").status_code == 404
    assert Client().get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


def test_another_token_is_none() -> None:
    assert Client().get("/metrics", headers={"Authorization": "Bearer guess"}).status_code == 404


def test_a_named_network_reads_it_directly_and_not_through_a_proxy(db: None, settings: Settings) -> None:
    settings.METRICS_TOKEN, settings.METRICS_NETWORKS = "", ["127.0.0.0/8"]

    assert Client().get("/metrics").status_code == 200
    assert Client(REMOTE_ADDR="10.0.0.9").get("/metrics").status_code == 404
    assert Client().get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 404


def test_it_says_what_waits(cast: Cast) -> None:
    post_message(Sending(cast.mara.pk, cast.harbour.public_id, uuid.uuid4(), "the ferry is late", None))

    said = read()

    assert "wardroom_pending_assessments 1.0" in said
    assert "wardroom_open_cases 0.0" in said
    assert "wardroom_sockets 0.0" in said


def test_reading_it_again_asks_the_database_nothing(
    db: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        read()
    with django_assert_num_queries(0):
        read()


def test_a_message_and_its_judgement_are_counted(committed_cast: Cast) -> None:
    cast, before = (
        committed_cast,
        (value("wardroom_messages_total"), value("wardroom_classifier_texts_total")),
    )
    seen = value("wardroom_send_to_seen_seconds_count")
    post_message(Sending(cast.mara.pk, cast.harbour.public_id, uuid.uuid4(), "hello", None))
    assert value("wardroom_send_to_seen_seconds_count") == seen

    assess_pending(classifier=KeywordClassifier())

    assert (value("wardroom_messages_total"), value("wardroom_classifier_texts_total")) == (
        before[0] + 1,
        before[1] + 1,
    )
    assert value("wardroom_send_to_seen_seconds_count") == seen + 1


def test_requests_are_counted_by_route_never_by_path(cast: Cast) -> None:
    route = "rooms/<slug:slug>/"
    before = value("wardroom_http_requests_total", route=route, method="GET", status="302")

    Client().get(f"/rooms/{cast.attic.slug}/")
    Client().get("/no/such/page/")

    assert value("wardroom_http_requests_total", route=route, method="GET", status="302") == before + 1
    assert "/no/such/page/" not in read()


def test_no_label_names_a_person_a_room_or_a_text(cast: Cast) -> None:
    post_message(Sending(cast.mara.pk, cast.harbour.public_id, uuid.uuid4(), "a thing to be said", None))
    client = Client()
    client.force_login(cast.mara, backend="django.contrib.auth.backends.ModelBackend")
    client.get(f"/rooms/{cast.harbour.slug}/")
    client.get(f"/people/{cast.rex.public_id}/")

    said = read()

    for word in (cast.mara.name, cast.harbour.slug, cast.harbour.public_id, cast.rex.public_id, "to be said"):
        assert word not in said
    assert set(re.findall(r"[{,](\w+)=", said)) <= {
        *("route", "method", "status", "le", "generation"),
        *("implementation", "major", "minor", "patchlevel", "version"),
    }
