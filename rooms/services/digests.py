"""Digests by e-mail: whose is due becomes a row, each row is sent once. The worker calls it by schedule.

A mail holds names of rooms and numbers, no text; what it may say is asked when it is sent.
"""

import datetime as dt
import logging
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import Person
from common.clock import now, zone_named
from common.errors import Code, Refused
from rooms.models import DeliveryState, DigestDelivery, NotificationWish, Rhythm
from rooms.selectors.digest import Digest, digest_for

log = logging.getLogger(__name__)

# After each failed attempt it waits so long; after the last it is given up.
PAUSES = (dt.timedelta(minutes=5), dt.timedelta(minutes=30), dt.timedelta(hours=2))
# Whoever was sending it for so long has died: it may have been sent, so it is not sent again.
SENDING_MAX = dt.timedelta(minutes=15)
KEPT = dt.timedelta(days=90)
BATCH = 200
MONDAY = 0

_SALT = "rooms.digest.unsubscribe"


def set_wish(*, person: Person, notices: bool, rhythm: Rhythm, hour: int) -> None:
    """Choose of what one is told outside of a room's page.

    Begins no transaction: one statement.
    """
    due_at = next_due(rhythm, hour, zone_of(person), now())
    facts = {"notices": notices, "rhythm": rhythm, "hour": hour, "due_at": due_at}
    NotificationWish.objects.update_or_create(person=person, defaults=facts)


def unsubscribe(*, token: str) -> Person:
    """No more digests for whom this token names. Refuses: NOT_FOUND (no token of ours). One statement."""
    person = person_of_token(token)
    NotificationWish.objects.filter(person=person).update(rhythm=Rhythm.NEVER, due_at=None)
    return person


def person_of_token(token: str) -> Person:
    """Whose token it is. Refuses: NOT_FOUND."""
    try:
        public_id = signing.Signer(salt=_SALT).unsign(token)
    except signing.BadSignature:
        raise Refused(Code.NOT_FOUND) from None
    person = Person.objects.filter(public_id=public_id).first()
    if person is None:
        raise Refused(Code.NOT_FOUND)
    return person


def token_for(person: Person) -> str:
    """What a mail's link carries: it ends this person's digests and does nothing else. It never expires."""
    return signing.Signer(salt=_SALT).sign(person.public_id)


def send_due() -> int:
    """Make a row of each digest that is due, then send what waits. Gives how many were sent."""
    _note_due()
    _give_up_stale()
    DigestDelivery.objects.filter(at__lt=now() - KEPT).delete()
    waiting = DigestDelivery.objects.filter(state=DeliveryState.WAITING, at__lte=now())
    due = list(waiting.select_related("person").order_by("at")[:BATCH])
    return sum(_deliver(delivery) for delivery in due)


def next_due(rhythm: Rhythm, hour: int, zone: ZoneInfo, after: dt.datetime) -> dt.datetime | None:
    """The first moment after `after` at that hour in that zone; on a Monday where it is weekly."""
    if rhythm == Rhythm.NEVER:
        return None
    local = after.astimezone(zone)
    days = (MONDAY - local.weekday()) % 7 if rhythm == Rhythm.WEEKLY else 0
    step = 7 if rhythm == Rhythm.WEEKLY else 1
    due = _at_hour(local.date() + dt.timedelta(days=days), hour, zone)
    if due <= after:
        due = _at_hour(local.date() + dt.timedelta(days=days + step), hour, zone)
    return due


def zone_of(person: Person) -> ZoneInfo:
    """The zone that the person chose, or the site's."""
    return zone_named(person.time_zone) or ZoneInfo(settings.TIME_ZONE)


@transaction.atomic
def _note_due() -> None:
    """What was missed while nothing ran is one digest, not many."""
    due = NotificationWish.objects.filter(due_at__lte=now()).select_related("person")
    wishes = list(due.select_for_update(of=("self",), skip_locked=True).order_by("due_at")[:BATCH])
    DigestDelivery.objects.bulk_create(
        [DigestDelivery(person=wish.person, due_at=wish.due_at or now()) for wish in wishes],
        ignore_conflicts=True,
    )
    for wish in wishes:
        wish.due_at = next_due(Rhythm(wish.rhythm), wish.hour, zone_of(wish.person), now())
    NotificationWish.objects.bulk_update(wishes, ["due_at"])


def _give_up_stale() -> None:
    stale = DigestDelivery.objects.filter(state=DeliveryState.SENDING, at__lt=now() - SENDING_MAX)
    given_up = stale.update(state=DeliveryState.FAILED)
    if given_up:
        log.warning("digest.broke_off", extra={"digests": given_up})


def _deliver(delivery: DigestDelivery) -> bool:
    """Send one, unless another worker has it. A fault is a later attempt."""
    mine = DigestDelivery.objects.filter(pk=delivery.pk, state=DeliveryState.WAITING)
    if not mine.update(state=DeliveryState.SENDING, at=now(), attempts=delivery.attempts + 1):
        return False
    try:
        state = _send(delivery.person)
    except Exception as error:  # noqa: BLE001 - whatever the mail server does
        log.warning("digest.not_sent", extra={"digest": delivery.pk, "error": type(error).__name__})
        _try_later(delivery)
        return False
    DigestDelivery.objects.filter(pk=delivery.pk).update(state=state, at=now())
    return state is DeliveryState.SENT


def _try_later(delivery: DigestDelivery) -> None:
    is_last = delivery.attempts >= len(PAUSES)
    state = DeliveryState.FAILED if is_last else DeliveryState.WAITING
    at = now() if is_last else now() + PAUSES[delivery.attempts]
    DigestDelivery.objects.filter(pk=delivery.pk).update(state=state, at=at)


def _send(person: Person) -> DeliveryState:
    wants = NotificationWish.objects.filter(person=person).exclude(rhythm=Rhythm.NEVER).exists()
    digest = digest_for(person) if wants else None
    if digest is None:
        return DeliveryState.EMPTY
    with translation.override(person.reads_in), timezone.override(zone_of(person)):
        _mail(person, digest).send()
    return DeliveryState.SENT


def _mail(person: Person, digest: Digest) -> EmailMultiAlternatives:
    stop = settings.ORIGINS[0] + reverse("rooms:unsubscribe", args=[token_for(person)])
    facts = {
        "person": person,
        "rooms": digest.rooms,
        "at": now(),
        "origin": settings.ORIGINS[0],
        "site_name": settings.SITE_NAME,
        "stop": stop,
    }
    mail = EmailMultiAlternatives(
        subject=" ".join(render_to_string("rooms/mail/digest_subject.txt", facts).split()),
        body=render_to_string("rooms/mail/digest.txt", facts),
        to=[digest.address],
        headers={"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
    )
    mail.attach_alternative(render_to_string("rooms/mail/digest.html", facts), "text/html")
    return mail


def _at_hour(day: dt.date, hour: int, zone: ZoneInfo) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour), tzinfo=zone).astimezone(dt.UTC)
