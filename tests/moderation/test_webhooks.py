"""Other systems are told of what moderation did: signed, again until it arrives, and never a text."""

import base64
import datetime as dt
import hashlib
import hmac
import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.core import mail
from django.db import transaction
from django.test import TestCase
from pytest_django.fixtures import Settings

from accounts.models import AuditEntry
from common.errors import Refused
from moderation import outgoing
from moderation.models import (
    Action,
    Case,
    DeliveryState,
    WebhookDelivery,
    WebhookEndpoint,
    WebhookEvent,
)
from moderation.services import outbox, webhooks
from moderation.services.cases import decide_case, open_case, undo_decision
from tests.cast import Cast
from tests.moderation.receiver import Receiver, listening

pytestmark = pytest.mark.django_db

HIDING: dict[str, Any] = {"policy_key": "harassment", "reason": "It insults a person."}


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """The other system."""
    with listening() as there:
        yield there


@pytest.fixture
def secret(cast: Cast, receiver: Receiver) -> str:
    """What Ada got when she added it, for every event."""
    _, secret = webhooks.add_webhook(name="pager", url=receiver.url, events=webhooks.EVENTS, by=cast.ada)
    return secret


@pytest.fixture
def endpoint(secret: str) -> WebhookEndpoint:
    """What she added."""
    return WebhookEndpoint.objects.get()


def send() -> None:
    """What a courier does."""
    while endpoint_id := outbox.take_endpoint():
        outbox.send_all(endpoint_id)


def later(monkeypatch: pytest.MonkeyPatch, **by: float) -> None:
    """Time passes for whoever sends."""
    moment = dt.datetime.now(dt.UTC) + dt.timedelta(**by)
    monkeypatch.setattr(outbox, "now", lambda: moment)


def told(receiver: Receiver) -> list[tuple[str, dict[str, object]]]:
    """What the other system has heard."""
    return [(one["type"], one["data"]) for one in (json.loads(body) for _, body in receiver.got)]


def test_a_case_is_told_from_its_opening_to_its_decision(
    cast: Cast, case: Case, receiver: Receiver, secret: str
) -> None:
    decision = decide_case(case=case, by=cast.nora, action=Action.HIDE, **HIDING)

    send()

    assert case.message is not None
    facts = {"message": case.message.public_id, "room": cast.harbour.public_id}
    assert told(receiver) == [
        ("message.hidden", {**facts, "decision": decision.public_id, "automated": False}),
        (
            "case.decided",
            {
                "case": case.public_id,
                "severity": 2,
                **facts,
                "decision": decision.public_id,
                "action": "hide",
            },
        ),
    ]


def test_a_new_case_is_told_once_and_again_when_it_is_open_again(
    cast: Cast, receiver: Receiver, secret: str
) -> None:
    case = open_case(message=None, person=cast.rex, room=None, severity=2, why="reported")
    open_case(message=None, person=cast.rex, room=None, severity=3, why="reported again")
    send()
    assert [kind for kind, _ in told(receiver)] == ["case.opened"]

    case.claimed_by = cast.nora
    case.save(update_fields=["claimed_by"])
    decision = decide_case(case=case, by=cast.nora, action=Action.WARN, **HIDING)
    undo_decision(decision=decision, by=cast.nora)
    send()

    assert [kind for kind, _ in told(receiver)] == ["case.opened", "case.decided", "case.opened"]


def test_nothing_of_a_text_a_name_or_a_reason_is_told(
    cast: Cast, case: Case, receiver: Receiver, secret: str
) -> None:
    decide_case(case=case, by=cast.nora, action=Action.HIDE, **HIDING)
    send()

    everything = " ".join(str(one) for one in receiver.got)
    assert not any(word in everything for word in ("fools", "Rex", "Nora", "insults", "harassment"))


def test_the_receiver_can_tell_that_it_is_us(
    cast: Cast, endpoint: WebhookEndpoint, receiver: Receiver, secret: str
) -> None:
    webhooks.send_test(endpoint=endpoint, by=cast.ada)
    send()

    [(headers, body)] = receiver.got
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert headers["content-type"] == "application/json"
    assert json.loads(body)["type"] == "webhook.test"


def test_another_secret_ends_the_one_before_and_no_row_holds_either(
    cast: Cast, endpoint: WebhookEndpoint, secret: str
) -> None:
    renewed = webhooks.renew_secret(endpoint=endpoint, by=cast.ada)

    assert renewed != secret
    assert secret not in str(WebhookEndpoint.objects.values().get())
    assert renewed not in str(WebhookEndpoint.objects.values().get())


def test_what_did_not_happen_is_not_told(cast: Cast, receiver: Receiver, secret: str) -> None:
    with transaction.atomic():
        open_case(message=None, person=cast.rex, room=None, severity=2, why="reported")
        transaction.set_rollback(True)

    send()

    assert receiver.got == []


def test_what_is_told_rings_the_workers_bell(cast: Cast, secret: str) -> None:
    with TestCase.captureOnCommitCallbacks() as on_commit:
        open_case(message=None, person=cast.rex, room=None, severity=2, why="reported")

    assert on_commit


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


def test_what_happens_while_it_is_off_is_not_told(
    cast: Cast, endpoint: WebhookEndpoint, receiver: Receiver
) -> None:
    webhooks.switch_webhook(endpoint=endpoint, is_on=False, by=cast.ada)

    open_case(message=None, person=cast.rex, room=None, severity=2, why="reported")
    send()

    assert not WebhookDelivery.objects.exists()


def test_one_hears_only_of_what_it_asked_for(cast: Cast, receiver: Receiver) -> None:
    webhooks.add_webhook(name="log", url=receiver.url, events=[WebhookEvent.CASE_DECIDED], by=cast.ada)

    open_case(message=None, person=cast.rex, room=None, severity=2, why="reported")

    assert not WebhookDelivery.objects.exists()


@pytest.mark.parametrize("who", ["mara", "nora"])
def test_only_administrators_add_one(cast: Cast, receiver: Receiver, who: str) -> None:
    with pytest.raises(Refused, match="not_allowed"):
        webhooks.add_webhook(name="x", url=receiver.url, events=webhooks.EVENTS, by=getattr(cast, who))


def test_what_was_sent_long_ago_is_forgotten_and_what_waits_is_not(
    cast: Cast, endpoint: WebhookEndpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    webhooks.send_test(endpoint=endpoint, by=cast.ada)
    send()
    webhooks.send_test(endpoint=endpoint, by=cast.ada)
    later(monkeypatch, days=31)

    outbox.forget_old()

    assert WebhookDelivery.objects.get().state == DeliveryState.PENDING


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example.org/",
        "https://127.0.0.1/",
        "https://localhost/",
        "https://db.internal/",
        "https://[::1]/",
        "https://10.0.0.1/",
        "https://169.254.169.254/latest/",
        "https://[::ffff:192.168.0.1]/",
        "https://user:password@hooks.example.org/",
        "https:///nowhere",
        "https://hooks.example.org:notaport/",
        "ftp://hooks.example.org/",
        "javascript:alert(1)",
    ],
)
def test_an_address_that_must_not_be_asked_is_not_kept(cast: Cast, settings: Settings, url: str) -> None:
    settings.WEBHOOKS_PRIVATE_ALLOWED = False

    with pytest.raises(Refused, match="address_refused"):
        webhooks.add_webhook(name="x", url=url, events=webhooks.EVENTS, by=cast.ada)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.215.14", True),
        ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True),
        ("64:ff9b::5db8:d70e", True),
        ("64:ff9b::a00:1", False),
        ("2002:7f00:1::", False),
        ("::ffff:127.0.0.1", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("fe80::1", False),
        ("fd00::1", False),
    ],
)
def test_which_addresses_are_of_the_public_internet(address: str, public: bool) -> None:
    assert outgoing.is_public(address) is public
