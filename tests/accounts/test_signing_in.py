"""Signing in, and all the ways in which what was open ends."""

import datetime as dt

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core import mail
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.models import Person
from accounts.services import leaving
from accounts.signals import access_ended
from common.clock import FOREVER, now
from tests.accounts.people import client_of, heard, last_code
from tests.cast import Cast
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db
LOGIN = reverse("account_login")
ME = reverse("accounts:settings")


def sign_in(client: Client, person: Person, password: str = PASSWORD) -> HttpResponse:
    """Type name and password."""
    return client.post(LOGIN, {"login": person.name, "password": password})  # type: ignore[return-value]


def test_name_and_password_sign_in(cast: Cast, client: Client) -> None:
    sign_in(client, cast.mara)

    assert client.get(ME).status_code == 200


def test_so_does_the_address(cast: Cast, client: Client) -> None:
    client.post(LOGIN, {"login": cast.mara.email, "password": PASSWORD})

    assert client.get(ME).status_code == 200


def test_a_wrong_password_does_not_and_says_so(cast: Cast, client: Client) -> None:
    response = sign_in(client, cast.mara, "something-else-entirely")

    assert "do not go together" in response.content.decode()
    assert client.get(ME)["Location"].startswith(LOGIN)


def test_an_unknown_name_is_answered_in_the_same_words(client: Client) -> None:
    response = client.post(LOGIN, {"login": "Nobody", "password": PASSWORD})

    assert "Name and password do not go together" in response.content.decode()


def test_after_five_wrong_passwords_the_right_one_waits_too(cast: Cast, client: Client) -> None:
    for number in range(5):
        sign_in(client, cast.sam, f"wrong-password-{number}")

    response = sign_in(client, cast.sam)

    assert "Too many tries" in response.content.decode()
    assert client.get(ME).status_code == 302


def test_another_address_in_a_header_does_not_help_with_that(cast: Cast, client: Client) -> None:
    for number in range(5):
        client.post(
            LOGIN,
            {"login": cast.otis.name.upper(), "password": f"wrong-{number}"},
            headers={"x-forwarded-for": f"10.0.0.{number}"},
        )

    response = sign_in(client, cast.otis)

    assert "Too many tries" in response.content.decode()


def test_a_closed_account_is_not_signed_in_to(cast: Cast, client: Client) -> None:
    leaving.deactivate_person(person=cast.rex, by=cast.ada)

    response = sign_in(client, cast.rex)

    assert response["Location"] == reverse("account_inactive")
    assert "closed" in client.get(response["Location"]).content.decode()
    assert "_auth_user_id" not in client.session


def test_an_account_that_closes_takes_its_open_pages_with_it(cast: Cast) -> None:
    rex = client_of(cast.rex)

    leaving.deactivate_person(person=cast.rex, by=cast.ada)

    assert rex.get(ME)["Location"].startswith(LOGIN)


def test_a_suspended_person_meets_the_suspension_on_every_page(cast: Cast) -> None:
    rex = client_of(cast.rex)
    leaving.suspend(person=cast.rex, until=now() + dt.timedelta(days=7))

    for address in ("/", ME, reverse("accounts:profile", args=[cast.mara.public_id])):
        response = rex.get(address)
        page = response.content.decode()
        assert response.status_code == 403
        assert "suspended until" in page
        assert "object" in page


def test_a_suspended_person_who_signs_in_meets_it_as_well(cast: Cast, client: Client) -> None:
    leaving.suspend(person=cast.rex, until=FOREVER)

    response = client.post(LOGIN, {"login": "Rex", "password": PASSWORD}, follow=True)

    assert response.status_code == 403
    assert "suspended for good" in response.content.decode()


def test_a_suspended_person_writes_nothing(cast: Cast) -> None:
    rex = client_of(cast.rex)
    leaving.suspend(person=cast.rex, until=FOREVER)

    response = rex.post(reverse("accounts:block", args=[cast.mara.public_id]))

    assert response.status_code == 403
    assert not cast.rex.blocks_made.exists()


def test_a_suspended_person_can_still_leave_and_sign_out(cast: Cast) -> None:
    leaving.suspend(person=cast.rex, until=FOREVER)

    assert client_of(cast.rex).post(reverse("accounts:leave")).status_code == 302
    assert client_of(cast.rex).post(reverse("account_logout")).status_code == 302


def test_when_a_suspension_is_over_the_pages_open_again(cast: Cast) -> None:
    rex = client_of(cast.rex)
    leaving.suspend(person=cast.rex, until=now() + dt.timedelta(days=7))

    leaving.lift_suspension(person=cast.rex)

    assert rex.get(ME).status_code == 200


def test_a_suspension_ends_what_is_open(cast: Cast) -> None:
    with heard(access_ended) as ended:
        leaving.suspend(person=cast.rex, until=FOREVER)

    assert ended == [{"person_id": cast.rex.pk, "reason": "suspended", "session_key": None, "token_id": None}]
    cast.rex.refresh_from_db()
    assert (cast.rex.access_epoch, cast.rex.suspended_until) == (1, FOREVER)


def test_signing_out_ends_that_browser_and_no_other(cast: Cast) -> None:
    here, elsewhere = client_of(cast.mara), client_of(cast.mara)
    key = here.session.session_key

    with heard(access_ended) as ended:
        here.post(reverse("account_logout"))

    assert ended == [{"person_id": cast.mara.pk, "reason": "logout", "session_key": key, "token_id": None}]
    assert not Session.objects.filter(session_key=key).exists()
    assert here.get(ME).status_code == 302
    assert elsewhere.get(ME).status_code == 200


def test_a_new_password_signs_every_other_browser_out(cast: Cast) -> None:
    here, elsewhere = client_of(cast.mara), client_of(cast.mara)
    here.get(ME)
    elsewhere.get(ME)
    other_key = elsewhere.session.session_key
    new = "eleven-kettles-under-the-stairs"

    with heard(access_ended) as ended:
        here.post(
            reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new}
        )

    assert other_key in {one["session_key"] for one in ended}
    assert ended[-1] == {
        "person_id": cast.mara.pk,
        "reason": "password",
        "session_key": None,
        "token_id": None,
    }
    assert here.get(ME).status_code == 200
    assert elsewhere.get(ME).status_code == 302
    assert not Session.objects.filter(session_key=other_key).exists()
    cast.mara.refresh_from_db()
    assert cast.mara.access_epoch > 0


def test_so_does_a_password_that_was_reset_by_mail(cast: Cast, client: Client) -> None:
    elsewhere = client_of(cast.mara)
    elsewhere.get(ME)
    new = "eleven-kettles-under-the-stairs"
    client.post(reverse("account_reset_password"), {"email": cast.mara.email})
    client.post(reverse("account_confirm_password_reset_code"), {"code": last_code()})

    with heard(access_ended) as ended:
        client.post(reverse("account_complete_password_reset"), {"password1": new, "password2": new})

    assert "password" in {one["reason"] for one in ended}
    assert elsewhere.get(ME).status_code == 302
    assert not UserSession.objects.filter(user=cast.mara).exists()


def test_the_owner_is_told_of_a_new_password(cast: Cast) -> None:
    new = "eleven-kettles-under-the-stairs"

    client_of(cast.mara).post(
        reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new}
    )

    assert mail.outbox[-1].to == [cast.mara.email]


def test_another_address_asks_for_the_password_first(cast: Cast) -> None:
    new = {"email": "mara@elsewhere.example", "action_add": ""}

    response = client_of(cast.mara).post(reverse("account_email"), new)

    assert response["Location"].startswith(reverse("account_reauthenticate"))


def test_another_address_counts_once_its_code_is_given(cast: Cast) -> None:
    mara = client_of(cast.mara, confirmed=True)
    mara.post(reverse("account_email"), {"email": "mara@elsewhere.example", "action_add": ""})
    cast.mara.refresh_from_db()
    assert cast.mara.email == "mara@example.org"

    mara.post(reverse("account_email_verification_sent"), {"code": last_code()})

    cast.mara.refresh_from_db()
    assert cast.mara.email == "mara@elsewhere.example"


def test_an_unknown_address_gets_the_same_answer_as_a_known_one(cast: Cast, client: Client) -> None:
    reset = reverse("account_reset_password")

    known = client.post(reset, {"email": cast.mara.email})
    unknown = Client().post(reset, {"email": "nobody@example.org"})

    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])


def test_the_django_admin_has_no_door_of_its_own(cast: Cast, client: Client) -> None:
    response = client.post("/administration/login/", {"username": cast.ada.name, "password": PASSWORD})

    assert response["Location"].startswith(LOGIN)
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("who", ["mara", "nora"])
def test_the_django_admin_opens_for_administrators_only(cast: Cast, who: str) -> None:
    assert client_of(getattr(cast, who)).get("/administration/").status_code != 200
    assert client_of(cast.ada).get("/administration/").status_code == 200
