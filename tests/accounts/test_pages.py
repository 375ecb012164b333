"""What holds of every page: refusals in words, private answers, headers, leaving, profiles."""

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse
from pytest_django import Settings

from accounts.models import Person
from accounts.services import leaving
from common.clock import FOREVER, now
from common.errors import Code, Refused
from config.refusals import RefusalMiddleware
from tests.accounts.people import client_of
from tests.cast import Cast

pytestmark = pytest.mark.django_db


# --- refusals ----------------------------------------------------------------------------------


@pytest.mark.parametrize("code", list(Code))
def test_a_refusal_without_facts_is_still_a_sentence(code: Code) -> None:
    sentence = Refused(code).sentence

    assert sentence.endswith((".", "?"))
    assert "{" not in sentence
    assert "  " not in sentence
    assert "None" not in sentence


@pytest.mark.parametrize(
    ("refusal", "words"),
    [
        (Refused(Code.SUSPENDED, until=FOREVER), "for good"),
        (Refused(Code.MUTED, until=now()), "UTC"),
        (Refused(Code.TOO_YOUNG, minimum_age=16), "16"),
        (Refused(Code.TOO_LONG, limit=4000), "4000"),
        (Refused(Code.SLOW_MODE, wait_s=12), "12 s"),
        (Refused(Code.CLAIMED_BY_ANOTHER, by="Otis & <Co>"), "Otis & <Co>"),
        (Refused(Code.MALFORMED_RULE, detail="a bracket is open"), "a bracket is open"),
        (Refused(Code.SCOPE_MISSING, scope="rooms:write"), "rooms:write"),
    ],
)
def test_facts_are_in_the_sentence_as_they_are(refusal: Refused, words: str) -> None:
    assert words in refusal.sentence


def answer(exception: Exception, **headers: str) -> HttpResponse | None:
    """What the middleware makes of an exception from a view."""
    request = RequestFactory().get("/rooms/harbour/", headers=headers)
    request.user = Person(name="Mara")
    middleware = RefusalMiddleware(lambda _request: HttpResponse())
    return middleware.process_exception(request, exception)


def test_a_refusal_becomes_a_page_with_its_status() -> None:
    response = answer(Refused(Code.REMOVED))

    assert response is not None
    assert response.status_code == 403
    assert "removed from this room" in response.content.decode()
    assert "<html" in response.content.decode()


def test_for_htmx_it_becomes_a_piece_with_the_same_status() -> None:
    response = answer(Refused(Code.CLAIMED_BY_ANOTHER, by="Otis"), **{"HX-Request": "true"})

    assert response is not None
    assert response.status_code == 409
    assert "<html" not in response.content.decode()
    assert 'role="alert"' in response.content.decode()


def test_a_wait_is_told_to_machines_too() -> None:
    response = answer(Refused(Code.SLOW_MODE, wait_s=12))

    assert response is not None
    assert (response.status_code, response["Retry-After"]) == (429, "12")


def test_what_somebody_named_themselves_is_text_on_the_page() -> None:
    response = answer(Refused(Code.CLAIMED_BY_ANOTHER, by="<script>"))

    assert response is not None
    assert "&lt;script&gt;" in response.content.decode()


def test_other_exceptions_are_left_alone() -> None:
    assert answer(ValueError("a fault of ours")) is None


def test_whoever_is_not_signed_in_is_offered_that() -> None:
    response = answer(Refused(Code.NOT_SIGNED_IN))

    assert response is not None
    assert "/accounts/login/?next=/rooms/harbour/" in response.content.decode()


# --- privacy and headers -----------------------------------------------------------------------


@pytest.mark.parametrize("name", ["settings", "sessions", "tokens", "blocks"])
def test_pages_of_somebody_signed_in_are_kept_by_nobody(cast: Cast, name: str) -> None:
    response = client_of(cast.mara).get(reverse(f"accounts:{name}"))

    assert response["Cache-Control"] == "private, no-store"


def test_so_are_refusals(cast: Cast) -> None:
    response = client_of(cast.mara).get(reverse("accounts:profile", args=["nobody"]))

    assert "no-store" in response["Cache-Control"]


def test_pages_ask_for_no_sensors(client: Client) -> None:
    policy = client.get(reverse("account_login"))["Permissions-Policy"]

    for feature in ("camera", "microphone", "geolocation"):
        assert f"{feature}=()" in policy


def test_the_content_policy_is_looser_in_the_django_admin_and_only_there(cast: Cast) -> None:
    ada = client_of(cast.ada)

    assert "unsafe" not in ada.get(reverse("accounts:people"))["Content-Security-Policy"]
    looser = ada.get("/administration/")["Content-Security-Policy"]
    assert "script-src 'self' 'unsafe-inline' 'unsafe-eval'" in looser
    assert "frame-ancestors 'none'" in looser


# --- leaving now -------------------------------------------------------------------------------

LEAVE, NEUTRAL = reverse("accounts:leave"), reverse("accounts:neutral")


def test_leaving_signs_out_and_goes_to_a_page_that_says_nothing(cast: Cast) -> None:
    mara = client_of(cast.mara)

    response = mara.post(LEAVE)

    assert response["Location"] == NEUTRAL
    assert response["Clear-Site-Data"] == '"cache"'
    assert "no-store" in response["Cache-Control"]
    assert mara.get(reverse("accounts:settings")).status_code == 302


def test_leaving_works_from_a_page_that_stood_open_for_days(cast: Cast) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(cast.mara, backend="django.contrib.auth.backends.ModelBackend")

    assert strict.post(LEAVE)["Location"] == NEUTRAL


def test_leaving_works_for_somebody_signed_out(client: Client) -> None:
    assert client.post(LEAVE)["Location"] == NEUTRAL


def test_a_link_does_not_sign_out(cast: Cast) -> None:
    mara = client_of(cast.mara)

    assert mara.get(LEAVE).status_code == 405
    assert mara.get(reverse("accounts:settings")).status_code == 200


def test_the_neutral_page_names_nothing_of_ours(client: Client, settings: Settings) -> None:
    response = client.get(NEUTRAL)

    page = response.content.decode()
    assert "no-store" in response["Cache-Control"]
    assert response["Referrer-Policy"] == "no-referrer"
    for word in (settings.SITE_NAME, "room", "chat", "sign in", "<script", 'href="/'):
        assert word.lower() not in page.lower().replace('href="/static/css/measures.css"', "")


def test_a_site_may_name_another_page(client: Client, settings: Settings) -> None:
    settings.LEAVE_URL = "https://weather.example/"

    assert client.get(NEUTRAL)["Location"] == "https://weather.example/"


# --- profiles ----------------------------------------------------------------------------------


def test_a_profile_has_the_name_and_nothing_private(cast: Cast) -> None:
    page = client_of(cast.mara).get(reverse("accounts:profile", args=[cast.finn.public_id])).content.decode()

    assert "Finn" in page
    for private in (cast.finn.email, str(cast.finn.birth_date), "2012", "minor", "13 to 15"):
        assert private not in page.split("<main")[1]


def test_a_moderators_profile_says_so(cast: Cast) -> None:
    page = client_of(cast.mara).get(reverse("accounts:profile", args=[cast.nora.public_id])).content.decode()

    assert "moderator" in page.split("<main")[1]


def test_a_profile_names_the_rooms_in_common_and_no_others(cast: Cast) -> None:
    page = client_of(cast.finn).get(reverse("accounts:profile", args=[cast.rex.public_id])).content.decode()

    assert "Harbour" in page
    assert "Lounge" not in page
    assert "Attic" not in page


def test_a_room_that_one_has_grown_too_young_for_is_not_named(cast: Cast) -> None:
    cast.harbour.minimum_age = 16
    cast.harbour.save()

    page = client_of(cast.finn).get(reverse("accounts:profile", args=[cast.rex.public_id])).content.decode()

    assert "in no room together" in page


def test_ones_own_profile_leads_to_the_settings(cast: Cast) -> None:
    page = client_of(cast.mara).get(reverse("accounts:profile", args=[cast.mara.public_id])).content.decode()

    assert "Change your settings" in page
    assert "Block" not in page.split("<main")[1].split("</main>")[0]


@pytest.mark.parametrize("public_id", ["nobody", "x" * 200])
def test_a_profile_of_nobody_is_not_there(cast: Cast, public_id: str) -> None:
    assert client_of(cast.mara).get(reverse("accounts:profile", args=[public_id])).status_code == 404


def test_the_profile_of_a_closed_account_is_gone(cast: Cast) -> None:
    leaving.deactivate_person(person=cast.rex, by=cast.ada)

    assert client_of(cast.mara).get(reverse("accounts:profile", args=[cast.rex.public_id])).status_code == 404


def test_profiles_are_for_people_who_are_signed_in(cast: Cast, client: Client) -> None:
    assert client.get(reverse("accounts:profile", args=[cast.mara.public_id])).status_code == 302
