"""What a digest says: names of rooms and numbers, never a text; as everything stands when it is asked."""

import datetime as dt
from dataclasses import dataclass

from allauth.account.models import EmailAddress

from accounts.models import Person
from accounts.permissions import refusal_to_act
from rooms.models import DeliveryState, DigestDelivery, Message, NotificationWish, Visibility
from rooms.selectors.rail import RailRoom, rail_for


@dataclass(frozen=True, slots=True)
class Digest:
    """What one person is told by mail, and at which address."""

    address: str
    rooms: tuple[RailRoom, ...]


def digest_for(person: Person) -> Digest | None:
    """None where there is nothing new since the last one, or nothing may be told, or no confirmed address.

    Whoever was put out of a room, is too young for it or blocked somebody is told accordingly: asked now.
    """
    if refusal_to_act(person):
        return None
    rooms = tuple(room for room in rail_for(person) if room.new)
    address = EmailAddress.objects.filter(user=person, verified=True, primary=True).first()
    if address is None or not rooms or not _is_news(person, rooms):
        return None
    return Digest(str(address.email), rooms)


def wish_of(person: Person) -> NotificationWish:
    """What this person wants to be told; defaults, not stored, where they have said nothing. One query."""
    return NotificationWish.objects.filter(person=person).first() or NotificationWish(person=person)


def _is_news(person: Person, rooms: tuple[RailRoom, ...]) -> bool:
    since = _last_told(person)
    shown = Message.objects.filter(
        room__public_id__in=[room.public_id for room in rooms], visibility=Visibility.VISIBLE
    ).exclude(author=person)
    return since is None or shown.filter(sent_at__gt=since).exists()


def _last_told(person: Person) -> dt.datetime | None:
    sent = DigestDelivery.objects.filter(person=person, state=DeliveryState.SENT).order_by("-at")
    return sent.values_list("at", flat=True).first()
