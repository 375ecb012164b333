"""The pages of webhooks: for administrators, with the secret once and the log of what was sent."""

import datetime as dt
import re
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from common.clock import now
from moderation.models import WebhookDelivery, WebhookEndpoint
from moderation.services import outbox, webhooks
from moderation.services.webhook_secrets import secret_of
from tests.accounts.people import client_of
from tests.cast import Cast

pytestmark = pytest.mark.django_db

LIST = reverse("moderation:webhooks")
NEW = reverse("moderation:add_webhook")
PAGER: dict[str, Any] = {
    "name": "duty pager",
    "url": "https://hooks.example.org/in",
    "events": ["case.opened"],
}


@pytest.fixture(autouse=True)
def _hashing_is_quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in tests/accounts: giving one's password again does not have it hashed anew."""
    monkeypatch.setattr("django.contrib.auth.hashers.PBKDF2PasswordHasher.iterations", 1_000)


@pytest.fixture
def endpoint(cast: Cast) -> WebhookEndpoint:
    """The duty pager."""
    made, _ = webhooks.add_webhook(by=cast.ada, **PAGER)
    return made


def address(name: str, endpoint: WebhookEndpoint) -> str:
    return reverse(f"moderation:{name}", args=[endpoint.public_id])


def test_an_administrator_adds_one_and_sees_its_secret_once(cast: Cast) -> None:
    ada = client_of(cast.ada, confirmed=True)

    page = ada.post(NEW, PAGER).content.decode()

    found = re.search(r'value="(whsec_[^"]+)"', page)
    assert found
    made = WebhookEndpoint.objects.get()
    assert found.group(1) not in ada.get(address("webhook", made)).content.decode()
    assert "duty pager" in ada.get(LIST).content.decode()


def test_adding_one_asks_for_the_password_first(cast: Cast) -> None:
    assert client_of(cast.ada).get(NEW)["Location"].startswith(reverse("account_reauthenticate"))


@pytest.mark.parametrize("url", ["ftp://hooks.example.org", "https://"])
def test_an_address_that_cannot_be_used_is_told_where_it_was_typed(cast: Cast, url: str) -> None:
    page = client_of(cast.ada, confirmed=True).post(NEW, {**PAGER, "url": url}).content.decode()

    assert "This address cannot be used" in page
    assert not WebhookEndpoint.objects.exists()


def test_a_test_and_a_second_try_are_sent_by_hand(cast: Cast, endpoint: WebhookEndpoint) -> None:
    ada = client_of(cast.ada)

    ada.post(address("test_webhook", endpoint))
    delivery = WebhookDelivery.objects.get()
    WebhookDelivery.objects.update(state="failed", status_code=503, attempts=11)

    page = ada.get(address("webhook", endpoint)).content.decode()
    assert "webhook.test" in page
    assert "503" in page
    ada.post(reverse("moderation:redeliver", args=[endpoint.public_id, delivery.public_id]))
    assert outbox.take_endpoint() == endpoint.pk


def test_it_is_switched_off_and_on_again_and_removed(cast: Cast, endpoint: WebhookEndpoint) -> None:
    ada = client_of(cast.ada, confirmed=True)

    off = ada.post(address("switch_webhook", endpoint), follow=True).content.decode()
    on = ada.post(address("switch_webhook", endpoint), follow=True).content.decode()
    renewed = ada.post(address("renew_webhook_secret", endpoint)).content.decode()
    gone = ada.post(address("remove_webhook", endpoint), follow=True).content.decode()

    assert "It is switched off." in off
    assert "It is switched on." in on
    assert "whsec_" in renewed
    assert "No webhooks" in gone


def test_its_name_address_and_events_are_changed_and_its_secret_stays(
    cast: Cast, endpoint: WebhookEndpoint
) -> None:
    ada, secret = client_of(cast.ada, confirmed=True), secret_of(endpoint)
    form = ada.get(address("change_webhook", endpoint)).content.decode()
    moved: dict[str, Any] = {
        "name": "night pager",
        "url": "https://night.example.org/in",
        "events": ["case.decided"],
    }

    page = ada.post(address("change_webhook", endpoint), moved, follow=True).content.decode()

    assert PAGER["url"] in form
    assert "night pager" in page
    assert "case.decided" in page
    endpoint.refresh_from_db()
    assert (endpoint.url, endpoint.events) == (moved["url"], moved["events"])
    assert secret_of(endpoint) == secret
    assert AuditEntry.objects.filter(action="webhook.change", actor_id=cast.ada.pk).count() == 1


def test_what_waited_goes_to_the_new_address_at_once(cast: Cast, endpoint: WebhookEndpoint) -> None:
    webhooks.send_test(endpoint=endpoint, by=cast.ada)
    later = now() + dt.timedelta(hours=1)
    WebhookDelivery.objects.update(due_at=later, attempts=4)
    WebhookEndpoint.objects.update(failing_since=now(), rests_until=later)
    endpoint.refresh_from_db()

    url = "https://night.example.org/in"
    webhooks.change_webhook(
        endpoint=endpoint, by=cast.ada, name=endpoint.name, url=url, events=endpoint.events
    )

    assert outbox.take_endpoint() == endpoint.pk
    assert WebhookEndpoint.objects.get().failing_since is None


@pytest.mark.parametrize(
    ("wrong", "told"),
    [({"url": "ftp://hooks.example.org"}, "This address cannot be used"), ({"events": []}, "is required")],
)
def test_what_cannot_be_kept_is_told_and_nothing_changes(
    cast: Cast, endpoint: WebhookEndpoint, wrong: dict[str, object], told: str
) -> None:
    form = {**PAGER, "name": "night pager", **wrong}

    page = (
        client_of(cast.ada, confirmed=True).post(address("change_webhook", endpoint), form).content.decode()
    )

    assert told in page
    assert "night pager" in page
    endpoint.refresh_from_db()
    assert (endpoint.name, endpoint.url) == (PAGER["name"], PAGER["url"])


@pytest.mark.parametrize("who", ["mara", "nora"])
@pytest.mark.parametrize(
    "name", ["webhook", "change_webhook", "test_webhook", "switch_webhook", "remove_webhook"]
)
def test_for_everybody_else_nothing_of_this_is_there(
    cast: Cast, endpoint: WebhookEndpoint, who: str, name: str
) -> None:
    client = client_of(getattr(cast, who), confirmed=True)
    ask = client.get if name in {"webhook", "change_webhook"} else client.post

    assert ask(address(name, endpoint)).status_code == 404
    assert client.get(LIST).status_code == 404
    assert WebhookEndpoint.objects.get().is_on
