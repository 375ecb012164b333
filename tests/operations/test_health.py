"""What load balancers and supervisors ask of a process, and what it answers to nobody in particular."""

import pytest
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from pytest_django.fixtures import Settings

from operations import health
from rooms import draining

NOBODY = Client(HTTP_HOST="10.0.0.7:8000")


@pytest.fixture(autouse=True)
def _nothing_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_seen_applied", [])


def test_a_process_that_answers_is_alive_whatever_else_is_so(settings: Settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    answer = NOBODY.get("/health/live")

    assert (answer.status_code, answer.json()) == (200, {"live": True})


def test_a_process_is_ready_when_database_and_migrations_are(db: None, settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True

    answer = NOBODY.get("/health/ready")

    assert answer.status_code == 200
    assert answer.json() == {
        "ready": True,
        "database": "ok",
        "migrations": "ok",
        "redis": "ok",
        "draining": False,
    }
    assert answer["Cache-Control"] == "no-store"


def test_a_process_without_its_database_is_not_ready(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    nowhere = {"host": "127.0.0.1", "port": 1}
    monkeypatch.setattr("operations.health.connection.get_connection_params", lambda: nowhere)

    answer = NOBODY.get("/health/ready")

    assert answer.status_code == 503
    assert answer.json()["database"] == "unreachable"


def test_a_process_that_is_newer_than_its_database_is_not_ready(db: None) -> None:
    MigrationRecorder.Migration.objects.filter(app="rooms").order_by("-id")[0].delete()

    answer = NOBODY.get("/health/ready")

    assert (answer.status_code, answer.json()["migrations"]) == (503, "missing")


def test_a_process_without_redis_says_so_and_goes_on(db: None, settings: Settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    answer = NOBODY.get("/health/ready")

    assert (answer.status_code, answer.json()["redis"]) == (200, "unreachable")


def test_a_process_that_is_about_to_stop_is_not_ready(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draining, "is_draining", lambda: True)

    answer = NOBODY.get("/health/ready")

    assert (answer.status_code, answer.json()["draining"]) == (503, True)


def test_probes_only_read() -> None:
    assert NOBODY.post("/health/live").status_code == 405
