"""Where one is signed in, and signing out of it from elsewhere."""

import datetime as dt

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.selectors import sessions_of
from accounts.services import sessions
from accounts.services.sessions import network_of
from accounts.signals import access_ended
from accounts.tasks import forget
from common.clock import now
from common.errors import Code, Refused
from tests.accounts.people import client_of, heard
from tests.cast import Cast

pytestmark = pytest.mark.django_db
PAGE = reverse("accounts:sessions")
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def here(cast: Cast) -> Client:
    """A browser in which Mara has opened a page."""
    browser = client_of(cast.mara)
    browser.get(PAGE, headers={"user-agent": FIREFOX})
    return browser


@pytest.fixture
def elsewhere(cast: Cast) -> Client:
    """Another one."""
    browser = client_of(cast.mara)
    browser.get(PAGE, REMOTE_ADDR="203.0.113.77")
    return browser


def handle_of(cast: Cast, browser: Client) -> str:
    """The name on pages of a browser's session."""
    key = browser.session.session_key
    return next(one.handle for one in sessions_of(cast.mara, current_key=None) if one.session_key == key)


def test_the_page_names_browsers_and_networks_and_not_keys(here: Client, elsewhere: Client) -> None:
    page = here.get(PAGE, headers={"user-agent": FIREFOX}).content.decode()

    assert "Firefox" in page
    assert "203.0.0.0" in page
    assert "203.0.113.77" not in page
    assert str(elsewhere.session.session_key) not in page


def test_only_the_network_of_an_address_is_kept(cast: Cast, elsewhere: Client) -> None:
    assert UserSession.objects.get(user=cast.mara).ip == "203.0.0.0"


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.0.0"),
        ("2001:db8:85a3::8a2e:370:7334", "2001:db8::"),
        ("127.0.0.1", "127.0.0.0"),
    ],
)
def test_a_network_names_no_household(address: str, network: str) -> None:
    assert network_of(address) == network


def test_this_browser_stands_first(cast: Cast, elsewhere: Client, here: Client) -> None:
    places = sessions_of(cast.mara, current_key=elsewhere.session.session_key)

    assert [place.is_current for place in places] == [True, False]


def test_another_browser_is_signed_out_from_here(cast: Cast, here: Client, elsewhere: Client) -> None:
    key = elsewhere.session.session_key

    with heard(access_ended) as ended:
        here.post(reverse("accounts:end_session", args=[handle_of(cast, elsewhere)]))

    assert ended == [{"person_id": cast.mara.pk, "reason": "session", "session_key": key, "token_id": None}]
    assert elsewhere.get(PAGE).status_code == 302
    assert here.get(PAGE).status_code == 200


def test_this_browser_can_be_signed_out_from_the_list_too(cast: Cast, here: Client) -> None:
    here.post(reverse("accounts:end_session", args=[handle_of(cast, here)]))

    assert here.get(PAGE).status_code == 302


def test_all_others_are_signed_out_at_once(here: Client, elsewhere: Client) -> None:
    page = here.post(reverse("accounts:end_other_sessions"), follow=True).content.decode()

    assert "1 other browser is signed out" in page
    assert elsewhere.get(PAGE).status_code == 302
    assert here.get(PAGE).status_code == 200


def test_nobody_signs_somebody_else_out(cast: Cast, here: Client) -> None:
    rex = client_of(cast.rex)

    response = rex.post(reverse("accounts:end_session", args=[handle_of(cast, here)]))

    assert response.status_code == 404
    assert here.get(PAGE).status_code == 200


def test_the_service_does_not_do_it_either(cast: Cast, here: Client) -> None:
    with pytest.raises(Refused) as refusal:
        sessions.end_session(person=cast.rex, session_key=here.session.session_key or "")

    assert refusal.value.code is Code.NOT_FOUND


def test_all_of_them_can_be_ended(cast: Cast, here: Client, elsewhere: Client) -> None:
    assert sessions.end_all_sessions(person=cast.mara) == 2

    assert here.get(PAGE).status_code == 302


def test_allauths_own_page_leads_to_ours(here: Client) -> None:
    assert here.get("/accounts/sessions/")["Location"] == PAGE


def test_the_list_is_for_its_owner(client: Client) -> None:
    assert client.get(PAGE).status_code == 302


def test_a_session_that_has_run_out_is_forgotten_with_its_browser_and_network(
    cast: Cast, here: Client, elsewhere: Client
) -> None:
    key = elsewhere.session.session_key
    Session.objects.filter(session_key=key).update(expire_date=now() - dt.timedelta(seconds=1))

    forget()

    assert [row.session_key for row in UserSession.objects.all()] == [here.session.session_key]


def test_that_a_browser_was_seen_is_written_once_a_minute(here: Client) -> None:
    with CaptureQueriesContext(connection) as queries:
        here.get(PAGE, headers={"user-agent": FIREFOX})

    assert not [query for query in queries if query["sql"].startswith(("UPDATE", "INSERT"))]
    UserSession.objects.update(last_seen_at=now() - dt.timedelta(minutes=2))

    here.get(PAGE, headers={"user-agent": FIREFOX})

    assert UserSession.objects.get().last_seen_at > now() - dt.timedelta(minutes=1)
