"""The site's time: this machine's clock against the database's."""

import datetime as dt
import logging

import pytest
from django.db import connection
from django.utils import timezone

from common import clock

HOUR = dt.timedelta(hours=1)
MOMENT = dt.timedelta(seconds=10)


@pytest.fixture(autouse=True)
def _compared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "_compared", [])


def test_a_clock_that_agrees_is_left_alone(db: None) -> None:
    clock.compare(connection)

    before = timezone.now()
    assert before <= clock.now() <= timezone.now()
    assert not clock.is_wrong()


@pytest.mark.parametrize("wrong_by", [HOUR, -HOUR])
def test_a_wrong_clock_does_not_change_the_sites_time(
    db: None, monkeypatch: pytest.MonkeyPatch, wrong_by: dt.timedelta
) -> None:
    right = timezone.now
    monkeypatch.setattr(timezone, "now", lambda: right() + wrong_by)

    clock.compare(connection)

    assert abs(clock.now() - right()) < MOMENT
    assert clock.is_wrong()


def test_a_clock_that_jumps_between_two_comparisons_changes_nothing(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.compare(connection)
    right = timezone.now
    monkeypatch.setattr(timezone, "now", lambda: right() - HOUR)

    assert abs(clock.now() - right()) < MOMENT


def test_a_clock_that_is_set_right_is_believed_again(
    db: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    monkeypatch.setattr(clock, "COMPARED_EVERY_S", 0)
    right = timezone.now
    with monkeypatch.context() as wrong:
        wrong.setattr(timezone, "now", lambda: right() + HOUR)
        clock.compare(connection)

    clock.compare(connection)

    assert not clock.is_wrong()
    assert [record.levelname for record in caplog.records if record.msg == "clock.compared"] == [
        "ERROR",
        "WARNING",
    ]


def test_without_a_database_this_machines_clock_is_all_there_is() -> None:
    before = timezone.now()

    assert before <= clock.now() <= timezone.now()
