"""How it is sent to a webhook: again until it arrives or is given up, leased, never led elsewhere."""

import datetime as dt

import pytest
from django.core import mail
from django.test import TestCase
from pytest_django.fixtures import Settings

from accounts.models import AuditEntry
from moderation.models import (
    DeliveryState,
    WebhookDelivery,
    WebhookEndpoint,
)
from moderation.services import outbox, webhooks
from tests.cast import Cast
from tests.moderation.receiver import Receiver
from tests.moderation.webhooks import later, send

pytestmark = pytest.mark.django_db


def test_what_fails_comes_again_under_the_same_id_until_it_arrives(
    cast: Cast,
    endpoint: WebhookEndpoint,
    receiver: Receiver,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    receiver.status = 500
    webhooks.send_test(endpoint=endpoint, by=cast.ada)
    send()
    send()  # it rests
    assert len(receiver.got) == 1

    receiver.status = 200
    later(monkeypatch, minutes=1)
    send()

    first, second = [headers["webhook-id"] for headers, _ in receiver.got]
    delivery = WebhookDelivery.objects.get()
    assert first == second == delivery.public_id
    assert (delivery.state, delivery.attempts, delivery.status_code) == (DeliveryState.DELIVERED, 2, 200)
    endpoint.refresh_from_db()
    assert endpoint.failing_since is None


def test_it_is_tried_for_about_a_day_and_then_given_up(
    cast: Cast, endpoint: WebhookEndpoint, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    receiver.status = 503
    webhooks.send_test(endpoint=endpoint, by=cast.ada)

    for hour in range(48):
        later(monkeypatch, hours=hour)
        send()

    delivery = WebhookDelivery.objects.get()
    assert delivery.state == DeliveryState.FAILED
    assert delivery.tried_at is not None
    assert dt.timedelta(hours=16) < delivery.tried_at - delivery.created_at < dt.timedelta(hours=27)


def test_where_nothing_arrives_for_days_it_is_switched_off_and_administrators_are_told(
    cast: Cast, endpoint: WebhookEndpoint, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    receiver.status = 500
    webhooks.send_test(endpoint=endpoint, by=cast.ada)
    send()
    later(monkeypatch, days=4)

    with TestCase.captureOnCommitCallbacks(execute=True):
        webhooks.send_test(endpoint=endpoint, by=cast.ada)
        send()

    endpoint.refresh_from_db()
    assert not endpoint.is_on
    assert [letter.to for letter in mail.outbox] == [[cast.ada.email]]
    assert "pager" in mail.outbox[0].subject
    assert AuditEntry.objects.filter(action="webhook.switch_off", actor_id=None).exists()


def test_a_receiver_that_is_not_there_is_noted_without_an_answer(
    cast: Cast, endpoint: WebhookEndpoint
) -> None:
    WebhookEndpoint.objects.update(url="http://127.0.0.1:9/")
    webhooks.send_test(endpoint=endpoint, by=cast.ada)

    send()

    delivery = WebhookDelivery.objects.get()
    assert (delivery.status_code, delivery.error) == (None, "ConnectError")


def test_a_redirect_is_not_followed(cast: Cast, endpoint: WebhookEndpoint, receiver: Receiver) -> None:
    receiver.status, receiver.headers = 307, {"location": receiver.url}
    webhooks.send_test(endpoint=endpoint, by=cast.ada)

    send()

    assert len(receiver.got) == 1
    assert WebhookDelivery.objects.get().status_code == 307


def test_a_name_that_leads_to_a_private_address_is_refused_when_it_is_sent(
    cast: Cast, endpoint: WebhookEndpoint, receiver: Receiver, settings: Settings
) -> None:
    settings.WEBHOOKS_PRIVATE_ALLOWED = False
    webhooks.send_test(endpoint=endpoint, by=cast.ada)

    send()

    assert receiver.got == []
    assert WebhookDelivery.objects.get().error == "address refused"


def test_one_is_leased_to_one_sender_at_a_time(
    cast: Cast, endpoint: WebhookEndpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    webhooks.send_test(endpoint=endpoint, by=cast.ada)

    assert outbox.take_endpoint() == endpoint.pk
    assert outbox.take_endpoint() is None
    later(monkeypatch, seconds=61)
    assert outbox.take_endpoint() == endpoint.pk


def test_what_was_sent_long_ago_is_forgotten_and_what_waits_is_not(
    cast: Cast, endpoint: WebhookEndpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    webhooks.send_test(endpoint=endpoint, by=cast.ada)
    send()
    webhooks.send_test(endpoint=endpoint, by=cast.ada)
    later(monkeypatch, days=31)

    outbox.forget_old()

    assert WebhookDelivery.objects.get().state == DeliveryState.PENDING
