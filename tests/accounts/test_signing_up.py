"""Joining: age screen, form, code by mail. Only what the form offers is taken from what is sent."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core import mail
from django.db import connections
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.models import Person, SiteRole
from accounts.services import joining
from accounts.tasks import forget
from common.clock import now
from common.errors import Code, Refused
from tests.accounts.people import ADULT, last_code
from tests.cast import Cast
from tests.factories import PASSWORD, born_years_ago

pytestmark = pytest.mark.django_db
SIGNUP = reverse("account_signup")
CONFIRM = reverse("account_email_verification_sent")


def sign_up(client: Client, name: str = "Elodie", **more: str) -> HttpResponse:
    """Pass the age screen and fill in the form."""
    client.post(reverse("accounts:age"), ADULT)
    typed = {"username": name, "email": f"{name.lower()}@example.org", "password1": PASSWORD, **more}
    return client.post(SIGNUP, typed)  # type: ignore[return-value]


def errors(response: HttpResponse, field: str) -> str:
    """What the form says about a field."""
    return " ".join(response.context["form"].errors.get(field, []))  # type: ignore[attr-defined]


def test_a_code_by_mail_ends_the_sign_up_and_signs_in(client: Client) -> None:
    response = sign_up(client)
    assert response["Location"] == CONFIRM
    assert "_auth_user_id" not in client.session

    client.post(CONFIRM, {"code": last_code()})

    elodie = Person.objects.get(name="Elodie")
    assert client.session["_auth_user_id"] == str(elodie.pk)
    assert elodie.birth_date is not None
    assert elodie.birth_date.isoformat() == "1994-03-07"
    assert elodie.role == SiteRole.MEMBER


def test_a_wrong_code_does_not(client: Client) -> None:
    sign_up(client)

    client.post(CONFIRM, {"code": "000-000"})

    assert "_auth_user_id" not in client.session


def test_the_birth_date_is_used_once(client: Client) -> None:
    sign_up(client)

    assert "age_screen" not in client.session


def test_what_the_form_does_not_offer_is_ignored(client: Client) -> None:
    sign_up(
        client,
        role="administrator",
        birth_date="1950-01-01",
        is_active="0",
        is_staff="1",
        is_superuser="1",
        access_epoch="99",
        public_id="mine",
        suspended_until="",
    )

    elodie = Person.objects.get(name="Elodie")
    assert (elodie.role, elodie.is_active, elodie.access_epoch) == (SiteRole.MEMBER, True, 0)
    assert str(elodie.birth_date) == "1994-03-07"
    assert elodie.public_id != "mine"


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("mARA", "already has this name"),
        ("Rnara", "already has this name"),
        ("adm1n", "kept for the people who run the site"),
        ("two words", "could be misread"),
    ],
)
def test_a_name_that_cannot_be_had_is_refused_in_the_form(
    cast: Cast, client: Client, name: str, sentence: str
) -> None:
    response = sign_up(client, name, email="somebody@example.org")

    assert response.status_code == 200
    assert sentence in errors(response, "username")


def test_a_weak_password_is_refused_with_advice(client: Client) -> None:
    response = sign_up(client, password1="elodie@example.org")

    assert "guessed quickly" in errors(response, "password1")


def test_an_address_that_is_known_is_told_so_by_mail_only(cast: Cast, client: Client) -> None:
    response = sign_up(client, "Elodie", email=cast.mara.email)

    assert response["Location"] == CONFIRM
    assert not Person.objects.filter(name="Elodie").exists()
    assert mail.outbox[-1].to == [cast.mara.email]


def test_without_the_age_screen_a_form_that_is_sent_anyway_makes_nobody(client: Client) -> None:
    typed = {"username": "Elodie", "email": "elodie@example.org", "password1": PASSWORD}

    response = client.post(SIGNUP, typed)

    assert response["Location"] == reverse("accounts:age")
    assert not Person.objects.exists()


def test_a_minor_who_may_join_joins_as_one(client: Client) -> None:
    born = born_years_ago(14)
    client.post(reverse("accounts:age"), {"day": born.day, "month": born.month, "year": born.year})

    client.post(SIGNUP, {"username": "Elodie", "email": "elodie@example.org", "password1": PASSWORD})

    assert Person.objects.get(name="Elodie").birth_date == born


def test_the_form_shows_the_birth_date_so_that_a_slip_is_seen(client: Client) -> None:
    client.post(reverse("accounts:age"), ADULT)

    assert "7 March 1994" in client.get(SIGNUP).content.decode()


@pytest.mark.django_db(transaction=True)
def test_of_two_who_want_a_name_at_once_one_gets_it(committed_cast: Cast) -> None:
    def come(number: int) -> Code | None:
        person = Person(email=f"elodie{number}@example.org")
        try:
            joining.join(person=person, name="Elodie", birth_date=born_years_ago(30))
        except Refused as refusal:
            return refusal.code
        finally:
            connections.close_all()
        return None

    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(come, range(4)))

    assert sorted(answers, key=str) == [None, *[Code.NAME_TAKEN] * 3]


def test_a_sign_up_that_nobody_confirms_is_forgotten_and_the_name_is_free(cast: Cast, client: Client) -> None:
    sign_up(client)
    forget()
    assert Person.objects.filter(name="Elodie").exists()

    Person.objects.filter(name="Elodie").update(joined_at=now() - dt.timedelta(days=4))
    forget()

    assert not Person.objects.filter(name="Elodie").exists()
    assert Person.objects.filter(pk=cast.mara.pk).exists()
