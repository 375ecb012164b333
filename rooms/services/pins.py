"""Pinning what everybody in a room should find again, and taking the pin out."""

from django.db import transaction

from accounts.models import Person
from accounts.services import audit
from accounts.services.sessions import Credentials
from common.errors import Code, Refused
from rooms.models import Message, Visibility
from rooms.permissions import may_manage
from rooms.services.batch import Batch, Posted, Sending
from rooms.services.loading import load_for_anybody, require_seen
from rooms.services.revisions import tell_changed

# More than this nobody looks through.
PINS_MAX = 50


@transaction.atomic(durable=True)
def pin_message(
    *,
    person: Person,
    room_public_id: str,
    message_public_id: str,
    credentials: Credentials | None = None,
) -> Posted:
    """Pin a message that one can read: hosts, owners, moderators. A second time changes nothing.

    Refuses: NOT_ALLOWED, NOT_FOUND, PINS_FULL, and what entering the room refuses. Begins the transaction;
    locks the room, last the audit log's head.
    """
    batch, sending, message = load_for_anybody(person, room_public_id, message_public_id, credentials)
    _require_may_pin(batch, sending)
    require_seen(person, message)
    if message.pinned_at is None:
        _require_place(message)
        message.pinned_at = batch.at
        _store(batch, message, person, "message.pin")
    return Posted.of(message)


@transaction.atomic(durable=True)
def unpin_message(
    *,
    person: Person,
    room_public_id: str,
    message_public_id: str,
    credentials: Credentials | None = None,
) -> Posted:
    """Take the pin out of a message that one can read. A second time changes nothing.

    Refuses: NOT_ALLOWED, NOT_FOUND, and what entering the room refuses. The same transaction and locks.
    """
    batch, sending, message = load_for_anybody(person, room_public_id, message_public_id, credentials)
    _require_may_pin(batch, sending)
    require_seen(person, message)
    if message.pinned_at is not None:
        message.pinned_at = None
        _store(batch, message, person, "message.unpin")
    return Posted.of(message)


def _require_may_pin(batch: Batch, sending: Sending) -> None:
    refusal = batch.refusal_to_be_here(sending)
    if refusal:
        raise refusal
    person, membership = batch.who(sending)
    if not (person.is_moderator or may_manage(membership)):
        raise Refused(Code.NOT_ALLOWED)


def _require_place(message: Message) -> None:
    """What is hidden keeps its pin and takes no place: it is not shown."""
    pinned = Message.objects.filter(room=message.room_id, pinned_at__isnull=False)
    if pinned.filter(visibility=Visibility.VISIBLE).count() >= PINS_MAX:
        raise Refused(Code.PINS_FULL, limit=PINS_MAX)


def _store(batch: Batch, message: Message, person: Person, action: str) -> None:
    Message.objects.filter(pk=message.pk).update(pinned_at=message.pinned_at)
    tell_changed([message], batch.rooms.values())
    audit.record(actor=person, action=action, subject=("message", message.pk), room=message.room_id)
