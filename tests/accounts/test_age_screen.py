"""The age screen asks once, neutrally, and keeps of a child nothing but that it is not yet time."""

import datetime as dt
from unittest.mock import ANY

import pytest
from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.models import AgeBand, Person
from common.clock import today
from tests.accounts.people import ADULT, client_of
from tests.cast import Cast
from tests.factories import born_years_ago
from tests.tokens import without_tokens

pytestmark = pytest.mark.django_db
AGE = reverse("accounts:age")
SIGNUP = reverse("account_signup")


def answer(client: Client, birth_date: dt.date) -> HttpResponse:
    """Type a birth date and go on."""
    parts = {"day": birth_date.day, "month": birth_date.month, "year": birth_date.year}
    return client.post(AGE, parts)  # type: ignore[return-value]


def test_the_sign_up_begins_with_the_age_screen(client: Client) -> None:
    response = client.get(SIGNUP)

    assert response.status_code == 302
    assert response["Location"] == AGE


def test_the_screen_is_three_empty_fields_and_no_hint(client: Client) -> None:
    page = client.get(AGE).content.decode()

    assert page.count('inputmode="numeric"') == 3
    assert 'value="' not in page.split("<fieldset")[1].split("</fieldset>")[0]
    for hint in ("13", "16", "18", "old enough", "minimum", "at least"):
        assert hint not in without_tokens(page.split("<main")[1].split("</main>")[0])


def test_whoever_is_old_enough_goes_on_to_the_sign_up(client: Client) -> None:
    response = answer(client, born_years_ago(13))

    assert response["Location"] == SIGNUP
    assert client.get(SIGNUP).status_code == 200


def test_the_day_before_the_thirteenth_birthday_is_too_early(client: Client) -> None:
    tomorrow = today() + dt.timedelta(days=1)

    assert answer(client, tomorrow.replace(year=tomorrow.year - 13)).status_code == 403


def test_a_child_is_thanked_and_not_told_the_age(client: Client) -> None:
    response = answer(client, born_years_ago(9))

    page = response.content.decode()
    assert response.status_code == 403
    assert "Thank you" in page
    assert "13" not in without_tokens(page.split("<main")[1].split("</main>")[0])


def test_a_child_going_back_gets_no_second_try(client: Client) -> None:
    answer(client, born_years_ago(9))

    assert answer(client, born_years_ago(30)).status_code == 403
    assert client.get(AGE).status_code == 403
    assert client.get(SIGNUP)["Location"] == AGE


def test_a_new_browser_session_is_no_second_try_either(client: Client) -> None:
    refusal = answer(client, born_years_ago(9)).cookies["wardroom_visit"]
    later = Client()
    later.cookies["wardroom_visit"] = refusal.value

    assert answer(later, born_years_ago(30)).status_code == 403


def test_the_refusal_is_kept_long_and_out_of_scripts_reach(client: Client) -> None:
    cookie = answer(client, born_years_ago(9)).cookies["wardroom_visit"]

    assert cookie["httponly"] is True
    assert cookie["samesite"] == "Lax"
    assert cookie["max-age"] >= 365 * 24 * 3600


def test_nothing_of_a_child_is_kept_but_that_cookie(client: Client) -> None:
    birth_date = born_years_ago(9)

    cookie = answer(client, birth_date).cookies["wardroom_visit"]

    assert str(birth_date.year) not in cookie.value
    assert not Person.objects.exists()
    assert all(birth_date.isoformat() not in str(one.get_decoded()) for one in Session.objects.all())


def test_a_forged_cookie_refuses_nobody_and_lets_nobody_in(client: Client) -> None:
    client.cookies["wardroom_visit"] = "not yet:forged:signature"

    assert client.get(AGE).status_code == 200


def test_passing_first_and_then_telling_a_childs_age_is_refused(client: Client) -> None:
    answer(client, born_years_ago(30))

    assert answer(client, born_years_ago(9)).status_code == 403
    assert client.get(SIGNUP)["Location"] == AGE


def test_of_two_answers_the_younger_counts(client: Client) -> None:
    answer(client, born_years_ago(14))
    answer(client, born_years_ago(30))

    page = client.get(SIGNUP)
    assert page.context["birth_date"] == born_years_ago(14)


def test_an_answer_that_was_not_used_is_asked_for_again_after_an_hour(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(client, born_years_ago(30))
    later = dt.datetime.now(dt.UTC) + dt.timedelta(hours=1, minutes=1)
    monkeypatch.setattr("accounts.age_screen.now", lambda: later)

    assert client.get(SIGNUP)["Location"] == AGE


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"day": "", "month": "", "year": ""},
        {"day": "31", "month": "2", "year": "1994"},
        {"day": "x", "month": "3", "year": "1994"},
        {"day": "7", "month": "3", "year": "94"},
        {"day": "7", "month": "3", "year": "1850"},
        {"day": "7", "month": "3", "year": "2999"},
        {"day": "7", "month": "3", "year": "9" * 30},
    ],
)
def test_what_is_no_date_is_asked_again_in_one_sentence(client: Client, typed: dict[str, str]) -> None:
    response = client.post(AGE, typed or {"day": ""})

    assert response.status_code == 400
    assert response.content.decode().count("We could not make a date of this") == 1
    assert "wardroom_visit" not in response.cookies


def test_the_administrators_lowest_band_decides(client: Client) -> None:
    AgeBand.objects.filter(minimum_age=13).delete()

    assert answer(client, born_years_ago(15)).status_code == 403


def test_somebody_signed_in_is_not_asked(cast: Cast) -> None:
    assert client_of(cast.mara).get(AGE).status_code == 302


def test_an_adults_date_does_not_stay_in_a_cookie(client: Client) -> None:
    response = client.post(AGE, ADULT)

    assert set(response.cookies) == {"sessionid"}
    assert response.cookies["sessionid"].value == ANY
