"""Administrators' pages: not there for others, a preview before bands change, the password first."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AgeBand, Person, SiteRole
from accounts.permissions import age_of
from accounts.services import roles
from tests.accounts.people import client_of
from tests.cast import Cast
from tests.factories import PASSWORD, PersonFactory, born_years_ago

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(cast: Cast) -> Client:
    """The administrator's browser; the password was just given."""
    return client_of(cast.ada, confirmed=True)


ADMINISTRATORS_PAGES = [
    "/site/ages/",
    "/site/ages/new/",
    "/site/ages/13/",
    "/site/ages/13/remove/",
    "/site/people/",
]


@pytest.mark.parametrize("address", ADMINISTRATORS_PAGES)
@pytest.mark.parametrize("who", ["mara", "nora"])
def test_for_others_the_pages_are_not_there(cast: Cast, who: str, address: str) -> None:
    assert client_of(getattr(cast, who)).get(address).status_code == 404
    assert Client().get(address).status_code == 302


@pytest.mark.parametrize("address", ADMINISTRATORS_PAGES)
def test_for_administrators_they_are(ada: Client, address: str) -> None:
    assert ada.get(address).status_code == 200


@pytest.mark.parametrize("verb", ["change_role", "correct_age", "close_or_open"])
def test_a_member_who_posts_there_changes_nothing(cast: Cast, verb: str) -> None:
    mara = client_of(cast.mara, confirmed=True)

    response = mara.post(
        reverse(f"accounts:{verb}", args=[cast.rex.public_id]),
        {"role": "administrator", "day": 1, "month": 1, "year": 1950, "reason": "x"},
    )

    assert response.status_code == 404
    cast.rex.refresh_from_db()
    assert (cast.rex.role, cast.rex.is_active) == (SiteRole.MEMBER, True)


def test_a_band_is_previewed_before_it_is_changed(cast: Cast, ada: Client) -> None:
    typed = {"name": "18 and over", "minimum_age": "31"}

    preview = ada.post("/site/ages/18/", typed).content.decode()
    assert "Nothing has changed yet" in preview
    assert "Protected as minors now: 1. Afterwards: 7." in preview
    assert AgeBand.objects.filter(minimum_age=18).exists()

    page = ada.post("/site/ages/18/", {**typed, "apply": "yes"}, follow=True).content.decode()
    assert "changed" in page
    assert AgeBand.objects.filter(minimum_age=31).exists()


def test_the_preview_refuses_what_the_service_would(ada: Client) -> None:
    response = ada.post("/site/ages/new/", {"name": "x", "minimum_age": "13"})

    assert response.status_code == 409
    assert "already an age band from 13" in response.content.decode()


def test_what_is_no_age_is_asked_again(ada: Client) -> None:
    page = ada.post("/site/ages/new/", {"name": "x", "minimum_age": "130"}).content.decode()

    assert "Nothing has changed yet" not in page
    assert AgeBand.objects.count() == 3


def test_a_band_is_removed_after_a_preview(ada: Client) -> None:
    assert "Nothing has changed yet" in ada.get("/site/ages/16/remove/").content.decode()

    ada.post("/site/ages/16/remove/")

    assert not AgeBand.objects.filter(minimum_age=16).exists()


def test_a_band_that_is_not_there_has_no_page(ada: Client) -> None:
    assert ada.get("/site/ages/77/").status_code == 404


@pytest.mark.parametrize(("wanted", "found"), [("rE", ["Rex"]), ("mara@example.org", ["Mara"]), ("zzz", [])])
def test_people_are_found_by_name_and_address(ada: Client, wanted: str, found: list[str]) -> None:
    page = ada.get("/site/people/", {"q": wanted})

    assert [person.name for person in page.context["page"]] == found


def test_a_role_is_given_on_the_page(cast: Cast, ada: Client) -> None:
    ada.post(reverse("accounts:change_role", args=[cast.mara.public_id]), {"role": "moderator"})

    cast.mara.refresh_from_db()
    assert cast.mara.role == SiteRole.MODERATOR


def test_a_role_that_does_not_exist_is_not(cast: Cast, ada: Client) -> None:
    ada.post(reverse("accounts:change_role", args=[cast.mara.public_id]), {"role": "emperor"})

    cast.mara.refresh_from_db()
    assert cast.mara.role == SiteRole.MEMBER


def test_ones_own_page_offers_nothing_and_refuses_what_is_sent(cast: Cast, ada: Client) -> None:
    assert (
        "your own account" in ada.get(reverse("accounts:person", args=[cast.ada.public_id])).content.decode()
    )

    response = ada.post(reverse("accounts:change_role", args=[cast.ada.public_id]), {"role": "member"})

    assert response.status_code == 409
    cast.ada.refresh_from_db()
    assert cast.ada.role == SiteRole.ADMINISTRATOR


def test_a_birth_date_is_corrected_on_the_page(cast: Cast, ada: Client) -> None:
    born = born_years_ago(15)
    typed = {"day": born.day, "month": born.month, "year": born.year, "reason": "her mother wrote"}

    ada.post(reverse("accounts:correct_age", args=[cast.mara.public_id]), typed)

    cast.mara.refresh_from_db()
    assert cast.mara.birth_date == born


def test_a_correction_without_a_reason_is_asked_again(cast: Cast, ada: Client) -> None:
    response = ada.post(
        reverse("accounts:correct_age", args=[cast.mara.public_id]), {"day": 1, "month": 1, "year": 2010}
    )

    assert response.status_code == 400


def test_an_account_is_closed_on_the_page_and_opened_again(cast: Cast, ada: Client) -> None:
    address = reverse("accounts:close_or_open", args=[cast.rex.public_id])

    assert "The account is closed" in ada.post(address, follow=True).content.decode()
    assert "open again" in ada.post(address, follow=True).content.decode()


def test_what_is_sent_before_the_password_is_done_after_it(cast: Cast) -> None:
    ada = client_of(cast.ada)
    address = reverse("accounts:change_role", args=[cast.mara.public_id])
    asked = ada.post(address, {"role": "moderator"})
    assert asked["Location"].startswith(reverse("account_reauthenticate"))

    ada.post(asked["Location"], {"password": PASSWORD, "next": address})

    cast.mara.refresh_from_db()
    assert cast.mara.role == SiteRole.MODERATOR


def test_a_person_without_a_birth_date_gives_it_on_their_own_page(cast: Cast) -> None:
    person = PersonFactory.create(birth_date=None)
    browser = client_of(person)
    address = reverse("accounts:settings")
    assert "protections of a child" in browser.get(address).content.decode()

    browser.post(address, {"day": 7, "month": 3, "year": 1994})

    person.refresh_from_db()
    assert str(person.birth_date) == "1994-03-07"
    assert "protections of a child" not in browser.get(address).content.decode()


def test_a_birth_date_that_is_known_is_not_changed_there(cast: Cast) -> None:
    browser = client_of(cast.finn)

    page = browser.post(reverse("accounts:settings"), {"day": 7, "month": 3, "year": 1994}).content.decode()

    cast.finn.refresh_from_db()
    assert age_of(cast.finn) == 14
    assert "Your birth date is saved" not in page


def test_nothing_else_is_changed_there_either(cast: Cast) -> None:
    browser = client_of(cast.finn)

    browser.post(
        reverse("accounts:settings"),
        {"role": "administrator", "birth_date": "1950-01-01", "is_active": "0", "name": "Admin"},
    )

    cast.finn.refresh_from_db()
    assert (cast.finn.role, cast.finn.name, cast.finn.is_active) == (SiteRole.MEMBER, "Finn", True)
    assert age_of(cast.finn) == 14


@pytest.mark.parametrize("model", ["person", "ageband", "auditentry"])
def test_the_django_admin_shows_and_does_not_change(cast: Cast, ada: Client, model: str) -> None:
    roles.change_role(person=cast.mara, role=SiteRole.MODERATOR, by=cast.ada)
    listing = f"/administration/accounts/{model}/"

    assert ada.get(listing).status_code == 200
    assert ada.get(f"{listing}add/").status_code == 403
    assert ada.post(f"{listing}{cast.mara.pk}/delete/").status_code in {302, 403, 404}
    assert Person.objects.filter(pk=cast.mara.pk).exists()


@pytest.mark.parametrize("address", ["account/emailaddress/", "usersessions/usersession/", "auth/group/"])
def test_the_django_admin_has_no_way_round_the_services(ada: Client, address: str) -> None:
    assert ada.get(f"/administration/{address}").status_code == 404


def test_from_the_django_admin_a_person_leads_to_the_page_with_services(cast: Cast, ada: Client) -> None:
    response = ada.get(f"/administration/accounts/person/{cast.rex.pk}/change/")

    assert response["Location"] == reverse("accounts:person", args=[cast.rex.public_id])


def test_and_a_band_to_the_page_with_the_preview(cast: Cast, ada: Client) -> None:
    band = AgeBand.objects.get(minimum_age=13)

    assert ada.get(f"/administration/accounts/ageband/{band.pk}/change/")["Location"] == reverse(
        "accounts:bands"
    )


def test_the_audit_log_names_the_actor(cast: Cast, ada: Client) -> None:
    roles.change_role(person=cast.mara, role=SiteRole.MODERATOR, by=cast.ada)

    assert f"Ada ({cast.ada.pk})" in ada.get("/administration/accounts/auditentry/").content.decode()
