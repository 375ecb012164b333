"""The language of the pages: the browser's, or the one that somebody chose."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Person
from tests.accounts.people import client_of
from tests.cast import Cast
from tests.rooms.visiting import words_of

pytestmark = pytest.mark.django_db

HOME = reverse("rooms:home")
CHOICE = reverse("accounts:language")
GERMAN = {"Accept-Language": "de-AT,de;q=0.9,en;q=0.5"}


def test_a_stranger_reads_in_what_the_browser_asks_for(client: Client) -> None:
    assert 'lang="de"' in client.get(HOME, headers=GERMAN).content.decode()
    assert 'lang="en"' in client.get(HOME, headers={"Accept-Language": "tlh"}).content.decode()


def test_a_stranger_who_chose_keeps_the_choice_and_comes_back_to_the_page(client: Client) -> None:
    answer = client.post(CHOICE, {"language": "de", "next": "/accounts/login/"})

    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/")
    assert "Anmelden" in words_of(client.get("/accounts/login/"))


def test_nobody_is_led_to_another_site(client: Client) -> None:
    assert client.post(CHOICE, {"language": "de", "next": "https://elsewhere.example/"})["Location"] == "/"


def test_a_person_s_choice_holds_on_every_device(cast: Cast) -> None:
    client_of(cast.mara).post(CHOICE, {"language": "de", "next": "/"})

    another = client_of(cast.mara)
    assert "Deine Räume" in words_of(another.get(HOME, headers={"Accept-Language": "en"}))
    assert Person.objects.get(pk=cast.mara.pk).reads_in == "de"


def test_a_language_that_the_site_has_not_is_refused_and_nothing_changes(cast: Cast) -> None:
    assert client_of(cast.mara).post(CHOICE, {"language": "tlh"}).status_code == 400
    assert Person.objects.get(pk=cast.mara.pk).language == ""


def test_a_refusal_speaks_the_reader_s_language(cast: Cast) -> None:
    answer = client_of(cast.finn).get(f"/rooms/{cast.attic.slug}/", headers=GERMAN)

    assert answer.status_code == 404
    assert "Hier ist nichts, was du öffnen kannst." in answer.content.decode()
