"""Ways round a limit: other spellings, other addresses in a header, another edge, a Redis that is away."""

import uuid

import pytest
from django.core.cache import caches
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from accounts.models import Person
from common import limits
from common.limits import within_limit
from moderation.services import reports
from rooms.models import Message
from tests.bots import bot_of
from tests.cast import Cast
from tests.factories import PASSWORD, MessageFactory
from tests.moderation.pages import signed_in

NOBODY_THERE = "redis://127.0.0.1:1/0"
LOGIN = reverse("account_login")
HOME = reverse("rooms:home")


@pytest.fixture(autouse=True)
def _attempts_are_counted_anew(settings: Settings) -> None:
    default = settings.CACHES["default"]
    settings.CACHES = {"default": {**default, "KEY_PREFIX": f"wardroom-test-{uuid.uuid4()}"}}


def tries(client: Client, name: str, password: str, **headers: str) -> None:
    """One try to sign in."""
    client.post(LOGIN, {"login": name, "password": password}, headers=headers)


def is_in(client: Client) -> bool:
    """Whether that worked."""
    return client.get(HOME).status_code == 200 and "_auth_user_id" in client.session


@pytest.mark.parametrize("spelling", ["SAM", "sAm", " sam", "Sam "])
def test_other_spellings_of_a_name_are_one_name(cast: Cast, client: Client, spelling: str) -> None:
    for number in range(5):
        tries(client, spelling if number % 2 else "Sam", f"wrong-{number}-password")

    tries(client, "Sam", PASSWORD)

    assert not is_in(client)


def test_an_address_in_a_header_is_believed_from_nobody(cast: Cast) -> None:
    for number in range(25):
        tries(Client(), f"person{number}", "wrong", **{"X-Forwarded-For": f"203.0.113.{number}"})

    last = Client()
    tries(last, "Sam", PASSWORD, **{"X-Forwarded-For": "203.0.113.99", "X-Real-IP": "203.0.113.98"})

    assert not is_in(last)


def test_the_honest_one_is_let_in(cast: Cast, client: Client) -> None:
    tries(client, "Sam", PASSWORD)

    assert is_in(client)


@pytest.fixture
def redis_is_away(settings: Settings) -> object:
    """Nothing answers where Redis should be."""
    settings.REDIS_URL = NOBODY_THERE
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": NOBODY_THERE}}
    limits._shared.cache_clear()
    yield
    limits._shared.cache_clear()
    limits._local.cache_clear()


@pytest.mark.usefixtures("redis_is_away")
def test_without_redis_a_limit_is_counted_all_the_same() -> None:
    allowed = [within_limit("3/minute", "somebody", "who tries") for _ in range(5)]

    assert allowed == [True, True, True, False, False]


@pytest.mark.usefixtures("redis_is_away")
def test_without_redis_nobody_tries_passwords_without_end(cast: Cast) -> None:
    client = Client(raise_request_exception=False)
    caches.close_all()
    for number in range(8):
        tries(client, "Sam", f"wrong-{number}-password")

    tries(client, "Sam", PASSWORD)

    assert not is_in(client)


@pytest.fixture
def two_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    """A low limit."""
    monkeypatch.setattr(reports, "RATE", "2/hour")


def reports_by_page(person: Person, message: Message) -> int:
    """The answer to the form."""
    address = reverse("moderation:report_message", args=[message.room.slug, message.public_id])
    return signed_in(person).post(address, {"reason": "other"}).status_code


@pytest.mark.usefixtures("two_an_hour")
def test_two_edges_and_two_sessions_have_one_limit(cast: Cast) -> None:
    said = [MessageFactory.create(room=cast.harbour, author=cast.rex) for _ in range(4)]
    for message in said[:2]:
        reports_by_page(cast.mara, message)

    path = f"/rooms/{cast.harbour.public_id}/messages/{said[2].public_id}/report"
    by_bot = bot_of(cast.mara).asks("post", path, reason="other")

    assert by_bot.status_code == 429
    assert reports_by_page(cast.mara, said[3]) == 429
    assert not said[2].cases.exists()
    assert not said[3].cases.exists()
