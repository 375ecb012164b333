"""Answering a message with an emoji, and taking that back."""

import emoji as sequences
from django.db import transaction
from django.db.models import QuerySet

from accounts.models import Person
from accounts.services.sessions import Credentials
from common.errors import Code, Refused
from common.limits import require_within
from rooms.models import Message, Reaction
from rooms.permissions import refusal_to_react
from rooms.services.batch import Batch, Posted, Sending
from rooms.services.loading import load_for_anybody, require_seen
from rooms.services.revisions import tell_changed

# Different emoji under one message; how often anybody may add or take back.
EMOJI_MAX = 20
RATE = "60/minute"


def react(
    *,
    person: Person,
    room_public_id: str,
    message_public_id: str,
    emoji: str,
    credentials: Credentials | None = None,
) -> Posted:
    """Put an emoji under a message that one can read. A second time changes nothing.

    Refuses: NOT_AN_EMOJI, TOO_FAST, REACTIONS_FULL, NOT_FOUND (what one cannot read, also across a block),
    NOT_ALLOWED (a moderator across a block), and what permissions.refusal_to_react says. Begins the
    transaction; locks the room.
    """
    require_within(RATE, "react", person.public_id)
    given = _sequence(emoji)
    with transaction.atomic(durable=True):
        batch, sending, message = load_for_anybody(person, room_public_id, message_public_id, credentials)
        _require_may_react(batch, sending, message)
        if not _own(message, person, given).exists():
            _add(batch, message, person, given)
    return Posted.of(message)


def take_reaction_back(
    *,
    person: Person,
    room_public_id: str,
    message_public_id: str,
    emoji: str,
    credentials: Credentials | None = None,
) -> Posted:
    """Remove one's own emoji from a message; muted people may as well. A second time changes nothing.

    Refuses: NOT_AN_EMOJI, TOO_FAST, NOT_FOUND, and what entering the room refuses. Begins the transaction;
    locks the room.
    """
    require_within(RATE, "react", person.public_id)
    given = _sequence(emoji)
    with transaction.atomic(durable=True):
        batch, sending, message = load_for_anybody(person, room_public_id, message_public_id, credentials)
        refusal = batch.refusal_to_be_here(sending)
        if refusal:
            raise refusal
        removed, _ = _own(message, person, given).delete()
        if removed:
            tell_changed([message], batch.rooms.values())
        else:
            require_seen(person, message)
    return Posted.of(message)


def _sequence(text: str) -> str:
    """The emoji as Unicode recommends to write it: two ways of writing one are one."""
    whole = sequences.emojize(sequences.demojize(text))
    status = sequences.EMOJI_DATA.get(whole, {}).get("status")
    if status != sequences.STATUS["fully_qualified"]:
        raise Refused(Code.NOT_AN_EMOJI)
    return whole


def _require_may_react(batch: Batch, sending: Sending, message: Message) -> None:
    person, membership = batch.who(sending)
    refusal = refusal_to_react(person, batch.rooms[sending.room_public_id], membership, batch.at)
    if refusal:
        raise refusal
    require_seen(person, message)


def _own(message: Message, person: Person, emoji: str) -> QuerySet[Reaction]:
    return Reaction.objects.filter(message=message, person=person, emoji=emoji)


def _add(batch: Batch, message: Message, person: Person, emoji: str) -> None:
    present = set(Reaction.objects.filter(message=message).values_list("emoji", flat=True).distinct())
    if emoji not in present and len(present) >= EMOJI_MAX:
        raise Refused(Code.REACTIONS_FULL, limit=EMOJI_MAX)
    Reaction.objects.create(message=message, person=person, emoji=emoji, reacted_at=batch.at)
    tell_changed([message], batch.rooms.values())
