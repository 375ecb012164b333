"""The operations page: for administrators, from one query for all charts, with words for what is wrong."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import Person
from common.clock import now
from moderation import jobs
from moderation.models import Assessment, SecondChoice, SecondOpinion
from operations.models import Sample
from operations.selectors import charts, span_of
from tests.cast import Cast
from tests.factories import MessageFactory


def page(person: Person, query: str = "") -> tuple[int, str]:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get(reverse("operations:operations") + query)
    return answer.status_code, answer.content.decode()


def minutes(count: int) -> None:
    at = now().replace(second=0, microsecond=0)
    Sample.objects.bulk_create(
        Sample(at=at - dt.timedelta(minutes=number), messages=number, sockets={"web a": 2})
        for number in range(count)
    )


@pytest.fixture(autouse=True)
def _no_worker_has_left_a_mark() -> None:
    jobs.forget_marks()


def test_administrators_see_how_the_site_did(cast: Cast) -> None:
    minutes(60)

    status, said = page(cast.ada)

    assert status == 200
    assert said.count('<svg class="chart__lines"') >= 3
    assert "As a table" in said
    assert "web a" in said


def test_nobody_else_finds_it(cast: Cast) -> None:
    assert [page(person)[0] for person in (cast.mara, cast.nora)] == [404, 404]


def test_it_says_when_judging_has_stopped_and_when_beat_has(cast: Cast) -> None:
    _, said = page(cast.ada)

    assert "Nothing judges messages right now" in said
    assert "No minute has been counted lately" in said
    assert "Nothing was counted in this time." in said


def test_it_is_quiet_while_all_is_well(cast: Cast) -> None:
    minutes(2)
    jobs.beat_heart()
    jobs.note_canary(is_well=True, detail="")

    _, said = page(cast.ada)

    assert "notice--" not in said


def test_it_says_what_the_first_model_misses_where_there_is_a_second(cast: Cast) -> None:
    assert "Missed by the first model" not in page(cast.ada)[1]
    SecondChoice.objects.create(folder="/nowhere", name="larger", card_sha256="0" * 64, sample=0.1)
    assert "nothing was sampled" in page(cast.ada)[1]
    for call in ("none", "none", "none", "review", ""):
        judged = Assessment.objects.create(message=MessageFactory.create(room=cast.harbour), text_version=1)
        SecondOpinion.objects.create(assessment=judged, asked="sample", first_call="none", second_call=call)

    said = page(cast.ada)[1]

    assert "25.0 %" in said
    assert "1 of 4 sampled in 7 days; likely 4.6 % to 69.9 %" in said
    assert "the second failed at 1" in said


def test_it_says_when_the_second_model_cannot_be_loaded(cast: Cast) -> None:
    jobs.beat_heart()
    jobs.note_model_failure("gone", jobs.Place.SECOND)

    assert "The second model cannot be loaded" in page(cast.ada)[1]


@pytest.mark.parametrize(("hours", "points"), [(1, 60), (24, 5)])
def test_an_hour_is_drawn_by_minutes_and_a_day_by_more(db: None, hours: int, points: int) -> None:
    minutes(22 if hours == 24 else 70)
    drawn = charts(span_of(hours))[0].lines[0].path

    assert abs((drawn.count("L") + drawn.count("M")) - points) <= 1


def test_many_minutes_cost_one_query(db: None, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    minutes(500)

    with django_assert_num_queries(1):
        charts(span_of(24))
