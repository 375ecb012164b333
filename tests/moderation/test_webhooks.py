"""Other systems are told of what moderation did: signed, again until it arrives, and never a text."""

import base64
import hashlib
import hmac
import json
from typing import Any

import pytest
from django.db import transaction
from django.test import TestCase

from common.errors import Refused
from moderation.models import (
    Action,
    Case,
    WebhookDelivery,
    WebhookEndpoint,
    WebhookEvent,
)
from moderation.services import webhooks
from moderation.services.cases import decide_case, open_case, undo_decision
from tests.cast import Cast
from tests.moderation.receiver import Receiver
from tests.moderation.webhooks import send, told

pytestmark = pytest.mark.django_db

HIDING: dict[str, Any] = {"policy_key": "harassment", "reason": "It insults a person."}


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
