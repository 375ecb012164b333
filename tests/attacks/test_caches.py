"""A cache between somebody and the site keeps nothing of theirs: every address is asked, as three people."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import URLPattern, reverse

import accounts.urls
import moderation.urls
import operations.urls
import rooms.urls
from accounts.models import Person
from config.api import api
from tests.bots import bot_of
from tests.cast import Cast
from tests.factories import MessageFactory
from tests.moderation.pages import signed_in, text_of

APPS = [accounts.urls, rooms.urls, moderation.urls, operations.urls]


def is_kept_to_oneself(answer: Any) -> bool:
    """Whether no cache may keep it."""
    said = set(answer.get("Cache-Control", "").replace(" ", "").split(","))
    return {"private", "no-store"} <= said


def addresses(**known: Any) -> Iterator[str]:
    """Every address of our own apps, with what is known in the place of ids; what is not is made up."""
    for app in APPS:
        for pattern in app.urlpatterns:
            assert isinstance(pattern, URLPattern)
            names = [*pattern.pattern.converters, *pattern.pattern.regex.groupindex]
            yield reverse(f"{app.app_name}:{pattern.name}", kwargs={name: known[name] for name in names})


@pytest.mark.parametrize("who", ["mara", "nora", "ada"])
def test_no_cache_on_the_way_keeps_a_page_of_one_person_for_another(cast: Cast, who: str) -> None:
    person: Person = getattr(cast, who)
    message = MessageFactory.create(room=cast.lounge, author=cast.rex)
    known = {
        "slug": "lounge",
        "message_id": message.public_id,
        "person_id": cast.rex.public_id,
        "public_id": cast.rex.public_id,
        "key": "harassment",
        "verb": "mute",
        "minimum_age": 13,
        "pk": 1,
    }
    made_up = dict.fromkeys(("secret", "token", "handle", "invitation_id", "delivery_id"), "x")
    asked = [*addresses(**known, **made_up), "/accounts/email/", "/accounts/password/change/", "/not/there/"]

    answers = {address: signed_in(person).get(address) for address in asked}

    assert [address for address, answer in answers.items() if not is_kept_to_oneself(answer)] == []
    assert sum(answer.status_code == 200 for answer in answers.values()) > 20


def test_no_cache_keeps_a_page_of_the_administration(cast: Cast) -> None:
    ada = signed_in(cast.ada)
    lists = [
        f"admin:{model._meta.label_lower.replace('.', '_')}_changelist" for model in admin.site._registry
    ]

    answers = [ada.get(reverse(name)) for name in ("admin:index", *lists)]

    assert all(is_kept_to_oneself(answer) for answer in answers)


def test_no_cache_on_the_way_keeps_an_answer_of_the_interface(cast: Cast) -> None:
    message = MessageFactory.create(room=cast.lounge, author=cast.rex)
    ids = {"room": cast.lounge.public_id, "message": message.public_id, "person": cast.rex.public_id}
    paths = [
        path.removeprefix("/api/v1")
        for path, verbs in api.get_openapi_schema()["paths"].items()
        if "get" in verbs
    ]
    nora = bot_of(cast.nora)

    asked = [path.format_map({"case": "x", "id": "x", **ids}) for path in paths if _is_known(path, ids)]
    answers = {path: nora.asks("get", path) for path in [*asked, "/search?q=boat", "/not-there"]}

    assert [path for path, answer in answers.items() if not is_kept_to_oneself(answer)] == []
    assert len(asked) >= 12


def test_a_page_for_everybody_holds_nothing_of_anybody(cast: Cast) -> None:
    page = Client().get(reverse("account_login"))

    assert "Mara" not in text_of(page)


def _is_known(path: str, ids: dict[str, str]) -> bool:
    named = {piece[1:-1] for piece in path.split("/") if piece.startswith("{")}
    return named <= {"case", "id", *ids}
