"""What other systems are told: written in the transaction of what happened, sent afterwards until it arrives.

The row is the truth and the task a doorbell. An endpoint is leased to one sender at a time, which sends in
order; what fails comes again for about a day. Sending is at least once: `webhook-id` stays the same.
"""

import datetime as dt
import functools
import json
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.template.loader import render_to_string

from accounts.models import Person, SiteRole
from accounts.services import audit
from common.clock import now
from common.jobs import ring
from moderation import jobs
from moderation.models import DeliveryState, WebhookDelivery, WebhookEndpoint, WebhookEvent
from moderation.outgoing import Answer, post, signature
from moderation.services.webhook_secrets import secret_of

log = logging.getLogger(__name__)

Facts = Mapping[str, str | int | bool | None]

# How long after each failed attempt the next one comes; the last one is repeated until GIVE_UP_AFTER.
DELAYS = tuple(
    dt.timedelta(seconds=seconds) for seconds in (5, 30, 120, 600, 1800, 3600, 7200, 14_400, 28_800)
)
GIVE_UP_AFTER = dt.timedelta(hours=26)
# Nothing arrived for so long: the endpoint is switched off, and the administrators are told.
SWITCH_OFF_AFTER = dt.timedelta(days=3)
# Longer than one attempt takes (outgoing.WITHIN_S and a slow name server).
LEASE = dt.timedelta(seconds=60)
KEPT_FOR = dt.timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Parcel:
    """One delivery, about to be sent."""

    delivery_id: int
    webhook_id: str
    url: str
    secret: bytes
    body: bytes


def record(event: WebhookEvent, facts_of: Callable[[], Iterable[Facts]]) -> None:
    """Write down what happened for everybody who wants to hear of it; without them `facts_of` is not asked.

    Joins the caller's transaction; no locks.
    """
    endpoints = list(WebhookEndpoint.objects.filter(is_on=True, events__contains=[event]))
    if endpoints:
        post_to(endpoints, event, list(facts_of()))


def post_to(endpoints: Iterable[WebhookEndpoint], event: WebhookEvent, many: Iterable[Facts]) -> None:
    """One delivery for each of these endpoints and facts. Joins the caller's transaction."""
    at = now()
    bodies = [
        json.dumps({"type": event.value, "timestamp": at.isoformat(), "data": dict(one)}) for one in many
    ]
    WebhookDelivery.objects.bulk_create(
        WebhookDelivery(
            endpoint=endpoint,
            event=event,
            body=body,
            created_at=at,
            due_at=at,
            gives_up_at=at + GIVE_UP_AFTER,
        )
        for body in bodies
        for endpoint in endpoints
    )
    ring_bell()


def ring_bell() -> None:
    """Ask the worker to look, once this is committed."""
    ring(jobs.DELIVER, queue=settings.CELERY_TASK_DEFAULT_QUEUE)


@transaction.atomic
def take_endpoint() -> int | None:
    """Lease an endpoint for which something is due, for LEASE; None where there is none.

    Begins a transaction; skips rows that are locked.
    """
    at = now()
    waiting = _due(at).filter(endpoint=OuterRef("pk"))
    free = WebhookEndpoint.objects.filter(Q(rests_until=None) | Q(rests_until__lte=at), is_on=True)
    endpoint = (
        free.filter(Exists(waiting)).select_for_update(skip_locked=True).order_by("rests_until").first()
    )
    if endpoint is None:
        return None
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(rests_until=at + LEASE)
    return endpoint.pk


def send_all(endpoint_id: int) -> None:
    """Send what is due for an endpoint that was taken, oldest first, until something fails.

    Begins transactions; holds none while it sends.
    """
    while parcel := _next(endpoint_id):
        if not conclude(parcel, _send(parcel)):
            return
    WebhookEndpoint.objects.filter(pk=endpoint_id).update(rests_until=None)


@transaction.atomic
def conclude(parcel: Parcel, answer: Answer) -> bool:
    """Write down how an attempt went, and say whether it arrived.

    Begins a transaction; locks the endpoint, last the audit log's head.
    """
    delivery = WebhookDelivery.objects.filter(pk=parcel.delivery_id).first()
    if delivery is None:  # its endpoint was removed meanwhile
        return False
    endpoint = WebhookEndpoint.objects.select_for_update().get(pk=delivery.endpoint_id)
    was_on = endpoint.is_on
    delivery.attempts += 1
    delivery.tried_at, delivery.status_code, delivery.error = now(), answer.status, answer.error[:200]
    if answer.is_success:
        delivery.state = DeliveryState.DELIVERED
        endpoint.failing_since = None
    else:
        _put_off(delivery, endpoint)
    delivery.save(update_fields=["state", "attempts", "due_at", "tried_at", "status_code", "error"])
    endpoint.save(update_fields=["failing_since", "rests_until", "is_on"])
    if was_on and not endpoint.is_on:
        _note_switched_off(endpoint)
    return answer.is_success


def forget_old() -> None:
    """Delete what was sent, or given up, more than KEPT_FOR ago. One statement."""
    WebhookDelivery.objects.filter(created_at__lt=now() - KEPT_FOR).exclude(
        state=DeliveryState.PENDING
    ).delete()


def _due(at: dt.datetime) -> QuerySet[WebhookDelivery]:
    return WebhookDelivery.objects.filter(state=DeliveryState.PENDING, due_at__lte=at)


def _next(endpoint_id: int) -> Parcel | None:
    """The oldest delivery that is due; the lease begins anew with it."""
    at = now()
    delivery = (
        _due(at).filter(endpoint=endpoint_id, endpoint__is_on=True).order_by("created_at", "pk").first()
    )
    if delivery is None:
        return None
    WebhookEndpoint.objects.filter(pk=endpoint_id).update(rests_until=at + LEASE)
    endpoint = delivery.endpoint
    return Parcel(delivery.pk, delivery.public_id, endpoint.url, secret_of(endpoint), delivery.body.encode())


def _send(parcel: Parcel) -> Answer:
    timestamp = int(now().timestamp())
    headers = {
        "content-type": "application/json",
        "user-agent": "Wardroom-Webhooks/1",
        "webhook-id": parcel.webhook_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature(
            parcel.secret, webhook_id=parcel.webhook_id, timestamp=timestamp, body=parcel.body
        ),
    }
    return post(
        parcel.url, body=parcel.body, headers=headers, private_allowed=settings.WEBHOOKS_PRIVATE_ALLOWED
    )


def _put_off(delivery: WebhookDelivery, endpoint: WebhookEndpoint) -> None:
    """Again later, or never; and the endpoint rests: one that is down is not asked for each delivery."""
    at = now()
    delay = DELAYS[min(delivery.attempts, len(DELAYS)) - 1]
    if at + delay > delivery.gives_up_at:
        delivery.state = DeliveryState.FAILED
    delivery.due_at = at + delay
    endpoint.rests_until = at + DELAYS[0]
    endpoint.failing_since = endpoint.failing_since or at
    endpoint.is_on &= endpoint.failing_since > at - SWITCH_OFF_AFTER


def _note_switched_off(endpoint: WebhookEndpoint) -> None:
    tell = functools.partial(_tell_administrators, endpoint.name, endpoint.public_id)
    transaction.on_commit(tell, robust=True)
    audit.record(actor=None, action="webhook.switch_off", subject=("webhook", endpoint.pk), why="failing")


def _tell_administrators(name: str, public_id: str) -> None:
    """By mail, one each; where mail fails too, the page and the audit log still say it."""
    to = Person.objects.filter(role=SiteRole.ADMINISTRATOR, is_active=True).values_list("email", flat=True)
    facts = {"name": name, "days": SWITCH_OFF_AFTER.days, "site_name": settings.SITE_NAME}
    subject = render_to_string("moderation/webhooks/email/off_subject.txt", facts).strip()
    message = render_to_string("moderation/webhooks/email/off_message.txt", facts)
    for address in to:
        try:
            send_mail(subject, message, None, [address])
        except OSError:
            log.warning("webhook.mail_failed", extra={"webhook": public_id}, exc_info=True)
