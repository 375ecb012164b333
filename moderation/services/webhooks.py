"""Endpoints that hear of what moderation did: added, tried, switched, removed by administrators; audited.

What is sent to them, and how, is outbox.py's.
"""

import secrets
from collections.abc import Collection

from django.conf import settings
from django.db import transaction

from accounts.models import Person
from accounts.services import audit
from common.clock import now
from common.errors import Code, Refused
from common.limits import require_within
from moderation.models import DeliveryState, WebhookDelivery, WebhookEndpoint, WebhookEvent
from moderation.outgoing import is_possible, written
from moderation.permissions import refusal_to_administer
from moderation.services import outbox
from moderation.services.webhook_secrets import secret_of

# What one can subscribe to; a test is sent by hand.
EVENTS = tuple(event for event in WebhookEvent if event != WebhookEvent.TEST)
ENDPOINTS_MAX = 20


@transaction.atomic
def add_webhook(*, name: str, url: str, events: Collection[str], by: Person) -> tuple[WebhookEndpoint, str]:
    """Add an endpoint and give its secret, which pages show this once. Audited, without the address's path.

    Refuses: NOT_ALLOWED, (also: there are ENDPOINTS_MAX), MALFORMED (no event), ADDRESS_REFUSED.
    Begins or joins a transaction; locks the audit log's head.
    """
    _require_administrator(by)
    _require_usable(url, events)
    if WebhookEndpoint.objects.count() >= ENDPOINTS_MAX:
        raise Refused(Code.NOT_ALLOWED)
    endpoint = WebhookEndpoint.objects.create(
        name=name, url=url, events=sorted(events), salt=secrets.token_hex(32), created_by=by
    )
    _audit(by, "webhook.add", endpoint, events=endpoint.events)
    return endpoint, written(secret_of(endpoint))


@transaction.atomic
def change_webhook(
    *, endpoint: WebhookEndpoint, name: str, url: str, events: Collection[str], by: Person
) -> None:
    """Give it another name, address or choice of events; its secret stays. Audited, without the address.

    What waits is sent to the new address, at once. Refuses: NOT_ALLOWED, MALFORMED (no event),
    ADDRESS_REFUSED. Begins or joins a transaction; locks the audit log's head.
    """
    _require_administrator(by)
    _require_usable(url, events)
    is_moved = endpoint.url != url
    endpoint.name, endpoint.url, endpoint.events = name, url, sorted(events)
    if is_moved:
        endpoint.failing_since, endpoint.rests_until = None, None
    endpoint.save(update_fields=["name", "url", "events", "failing_since", "rests_until"])
    if is_moved:
        _send_what_waits(endpoint)
    _audit(by, "webhook.change", endpoint, events=endpoint.events, moved=is_moved)


@transaction.atomic
def renew_secret(*, endpoint: WebhookEndpoint, by: Person) -> str:
    """Give it another secret; the one before is worth nothing from now on. Audited.

    Refuses: NOT_ALLOWED. Begins or joins a transaction; locks the audit log's head.
    """
    _require_administrator(by)
    endpoint.salt = secrets.token_hex(32)
    endpoint.save(update_fields=["salt"])
    _audit(by, "webhook.renew_secret", endpoint)
    return written(secret_of(endpoint))


@transaction.atomic
def switch_webhook(*, endpoint: WebhookEndpoint, is_on: bool, by: Person) -> None:
    """Switch it on or off. What waited goes on waiting; what happens while it is off is never told. Audited.

    Refuses: NOT_ALLOWED. Begins or joins a transaction; locks the audit log's head.
    """
    _require_administrator(by)
    endpoint.is_on, endpoint.failing_since, endpoint.rests_until = is_on, None, None
    endpoint.save(update_fields=["is_on", "failing_since", "rests_until"])
    _audit(by, "webhook.switch_on" if is_on else "webhook.switch_off", endpoint)


@transaction.atomic
def remove_webhook(*, endpoint: WebhookEndpoint, by: Person) -> None:
    """Remove it with its log. Audited. Refuses: NOT_ALLOWED.

    Begins or joins a transaction; locks the audit log's head.
    """
    _require_administrator(by)
    key, name = endpoint.pk, endpoint.name
    endpoint.delete()
    audit.record(actor=by, action="webhook.remove", subject=("webhook", key), name=name)


@transaction.atomic
def send_test(*, endpoint: WebhookEndpoint, by: Person) -> None:
    """Send an event that means nothing. Refuses: NOT_ALLOWED, TOO_FAST. Begins or joins a transaction."""
    _require_administrator(by)
    require_within("10/minute", "webhook", endpoint.public_id)
    outbox.post_to([endpoint], WebhookEvent.TEST, [{"webhook": endpoint.public_id}])


@transaction.atomic
def send_again(*, delivery: WebhookDelivery, by: Person) -> None:
    """Send one again, at once and then as any other. Refuses: NOT_ALLOWED, TOO_FAST.

    Begins or joins a transaction.
    """
    _require_administrator(by)
    require_within("30/minute", "webhook", delivery.endpoint.public_id)
    delivery.state, delivery.due_at = DeliveryState.PENDING, now()
    delivery.gives_up_at = now() + outbox.GIVE_UP_AFTER
    delivery.save(update_fields=["state", "due_at", "gives_up_at"])
    WebhookEndpoint.objects.filter(pk=delivery.endpoint_id).update(rests_until=None)
    outbox.ring_bell()


def _send_what_waits(endpoint: WebhookEndpoint) -> None:
    endpoint.deliveries.filter(state=DeliveryState.PENDING).update(due_at=now())
    outbox.ring_bell()


def _require_usable(url: str, events: Collection[str]) -> None:
    if not events or not set(events) <= set(EVENTS):
        raise Refused(Code.MALFORMED)
    if not is_possible(url, private_allowed=settings.WEBHOOKS_PRIVATE_ALLOWED):
        raise Refused(Code.ADDRESS_REFUSED)


def _require_administrator(by: Person) -> None:
    if refusal := refusal_to_administer(by):
        raise refusal


def _audit(by: Person, action: str, endpoint: WebhookEndpoint, **facts: object) -> None:
    audit.record(actor=by, action=action, subject=("webhook", endpoint.pk), name=endpoint.name, **facts)
