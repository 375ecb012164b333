"""Saying something, changing it, taking it back, and what others may see of it.

Every text passes the gate here and nowhere else. Who may: permissions.py. How a batch is loaded: batch.py.
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import IntegrityError, OperationalError, transaction
from psycopg.errors import DeadlockDetected, UniqueViolation

from accounts.models import Erased, Person
from accounts.services import erasures
from accounts.services.sessions import Credentials
from common.database import insert_each, update_each
from common.errors import Refused
from rooms import fanout
from rooms.figures import seen_on_commit, stored_on_commit
from rooms.gates import gate
from rooms.models import Mention, Message, MessageVersion, Room, Visibility
from rooms.seams import Outcome, Recorded, Verdict
from rooms.selectors import frames
from rooms.services.batch import Accepted, Batch, Posted, Sending
from rooms.services.loading import load_batch, load_with_message
from rooms.services.revisions import keep_counters, lock_rooms, stamp
from rooms.services.screening import prepare_gate, refusal_by_verdict, screen
from rooms.services.threads import touch_roots

__all__ = [
    "Posted",
    "Sending",
    "VisibilityChange",
    "delete_message",
    "edit_message",
    "post_message",
    "post_messages",
    "show_or_hide",
]

# Two processes with the same key, or two transactions in each other's way: the second try finds order.
_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class VisibilityChange:
    """What others shall see of a message from now on.

    Attributes:
        text_version: of which text this was decided; None is whichever it has.
    """

    message_id: int
    visibility: Visibility
    text_version: int | None = None


def post_message(sending: Sending) -> Posted:
    """Say one thing: a batch of one. Refuses whatever `post_messages` answers with a refusal."""
    [answer] = post_messages([sending])
    if isinstance(answer, Refused):
        raise answer
    return answer


def post_messages(sendings: Sequence[Sending]) -> list[Posted | Refused]:
    """Say several things in one transaction; each is answered by itself, in the order given.

    Answers with: NOT_SIGNED_IN, SUSPENDED, DEACTIVATED, NOT_FOUND, NOT_A_MEMBER, REMOVED, TOO_YOUNG, MUTED,
    READ_ONLY, SLOW_MODE, EMPTY, TOO_LONG, MALFORMED, KEY_REUSED, NUDGED, BLOCKED_BY_RULE. A repeated
    sending gets its first answer. Begins the transaction; locks the rooms by id, then their people (shared).
    """
    is_ready = prepare_gate()
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            return _post(sendings, is_ready)
        except (IntegrityError, OperationalError) as error:
            if attempt == _ATTEMPTS or not _is_a_race(error):
                raise
    raise AssertionError  # the loop returns or raises


def edit_message(
    *,
    person: Person,
    room_public_id: str,
    message_public_id: str,
    body: str,
    client_key: uuid.UUID,
    nudged: bool = False,
    credentials: Credentials | None = None,
) -> Posted:
    """Replace the text of one's own message; it is screened again, the earlier text is kept as a version.

    Refuses what posting refuses, and: GONE (deleted), NOT_ALLOWED (a moderator is looking, or hid it).
    In a room screened before, it is taken from view until it is cleared. Begins the transaction; locks
    the room. A repeated edit changes nothing.
    """
    is_ready = prepare_gate()
    sending = Sending(person.pk, room_public_id, client_key, body, None, nudged, credentials)
    with transaction.atomic(durable=True):
        batch, message = load_with_message(sending, message_public_id)
        refusal = batch.refusal_to_edit(sending, message)
        if refusal:
            raise refusal
        if message.body != body:
            _edit(batch, message, sending, is_ready)
    return Posted.of(message)


@transaction.atomic(durable=True)
def delete_message(
    *,
    person: Person,
    room_public_id: str,
    message_public_id: str,
    credentials: Credentials | None = None,
) -> Posted:
    """Take back one's own message: others keep a tombstone, moderators keep the text.

    Refuses: NOT_FOUND (also another's), and what entering the room refuses. A second time changes nothing.
    Begins the transaction; locks the room.
    """
    sending = Sending(person.pk, room_public_id, uuid.uuid4(), body="", credentials=credentials)
    batch, message = load_with_message(sending, message_public_id)
    refusal = batch.refusal_to_be_here(sending)
    if refusal:
        raise refusal
    if message.visibility != Visibility.DELETED:
        message.visibility = Visibility.DELETED
        _store_changed([message], batch)
        erasures.note(Erased.MESSAGE_DELETED, [message.public_id])
    return Posted.of(message)


@transaction.atomic(savepoint=False)  # what fails here undoes the service that asked, to its own beginning
def show_or_hide(*, changes: Sequence[VisibilityChange]) -> set[int]:
    """Set what others see of these messages, and say which (ids) really changed.

    Left alone: a message that is deleted, already is as asked, or whose text has been edited since it was
    judged (`text_version`). Joins the caller's transaction; locks the rooms by id; publishes on commit.
    """
    wanted = {change.message_id: change for change in changes}
    rooms = lock_rooms(Room.objects.filter(pk__in=Message.objects.filter(pk__in=wanted).values("room")))
    rows = frames.with_all_that_shows(Message.objects.filter(pk__in=wanted)).order_by("pk")
    changed = [row for row in rows if _applies(wanted[row.pk], row)]
    seen_on_commit(row.sent_at for row in changed if _is_cleared(row, wanted[row.pk]))
    _note_erased(changed, wanted)
    for message in changed:
        message.visibility = wanted[message.pk].visibility
        message.was_visible |= message.visibility == Visibility.VISIBLE
    stamp(changed, rooms)
    update_each(changed, ["visibility", "was_visible", "revision", "shown_revision"])
    roots = touch_roots(changed, rooms)
    keep_counters(rooms)
    _publish([*changed, *roots])
    return {message.pk for message in changed}


@transaction.atomic(durable=True)
def _post(sendings: Sequence[Sending], is_ready: bool) -> list[Posted | Refused]:
    batch = load_batch(sendings)
    answers = [_judge(batch, sending, is_ready) for sending in sendings]
    if batch.accepted:
        _store(batch)
    return [Posted.of(answer.message) if isinstance(answer, Accepted) else answer for answer in answers]


def _judge(batch: Batch, sending: Sending, is_ready: bool) -> Accepted | Posted | Refused:
    """One sending: its first answer again, a refusal, or a message to be stored."""
    answer = (
        batch.refusal_of_sender(sending) or batch.answer_before(sending) or batch.refusal_to_send(sending)
    )
    if answer:
        return answer
    verdict = screen(batch.draft(sending), is_ready=is_ready)
    return refusal_by_verdict(verdict, nudged=sending.nudged) or batch.accept(
        sending, verdict, _visibility(batch, sending, verdict)
    )


def _visibility(batch: Batch, sending: Sending, verdict: Verdict) -> Visibility:
    if verdict.outcome is not Outcome.ALLOW:
        return Visibility.HELD
    waits = verdict.waits or batch.screens_before(sending)
    return Visibility.CHECKING if waits else Visibility.VISIBLE


def _store(batch: Batch) -> None:
    """The accepted messages, their mentions and counters, and what is to be assessed."""
    accepted = list(batch.accepted.values())
    insert_each([one.message for one in accepted])
    insert_each(
        [Mention(message=one.message, person_id=person_id) for one in accepted for person_id in one.mentioned]
    )
    shown = [one.message for one in accepted if one.message.visibility == Visibility.VISIBLE]
    roots = touch_roots(shown, batch.rooms.values())
    keep_counters(batch.rooms.values())
    gate().recorded([_recorded(one.message, one.verdict) for one in accepted])
    stored_on_commit(len(accepted))
    seen_on_commit(one.message.sent_at for one in accepted if one.message.was_visible)
    badges = frames.badges_of(batch.memberships.values())
    fanout.publish_on_commit(
        [frames.change_of(one.message, mentioned=one.mentioned, badges=badges) for one in accepted]
    )
    if roots:
        _publish(roots)


def _edit(batch: Batch, message: Message, sending: Sending, is_ready: bool) -> None:
    verdict = screen(batch.draft(sending, is_edit=True), is_ready=is_ready)
    refusal = refusal_by_verdict(verdict, nudged=sending.nudged)
    if refusal:
        raise refusal
    MessageVersion.objects.create(message=message, text_version=message.text_version, body=message.body)
    message.body, message.body_html = sending.body, batch.html(sending)
    message.text_version += 1
    message.edited_at = batch.at
    message.visibility = _visibility(batch, sending, verdict)
    message.was_visible |= message.visibility == Visibility.VISIBLE
    _mention_instead(message, batch.mentions(sending).values())
    _store_changed([message], batch)
    gate().recorded([_recorded(message, verdict)])


def _mention_instead(message: Message, people: Iterable[Person]) -> None:
    Mention.objects.filter(message=message).delete()
    Mention.objects.bulk_create(Mention(message=message, person=person) for person in people)


def _store_changed(messages: list[Message], batch: Batch) -> None:
    stamp(messages, batch.rooms.values())
    Message.objects.bulk_update(
        messages,
        [
            "body",
            "body_html",
            "text_version",
            "edited_at",
            "visibility",
            "was_visible",
            "revision",
            "shown_revision",
        ],
    )
    roots = touch_roots(messages, batch.rooms.values())
    keep_counters(batch.rooms.values())
    _publish([*messages, *roots])


def _publish(messages: Sequence[Message]) -> None:
    fanout.publish_on_commit(frames.changes_of(messages))


def _applies(change: VisibilityChange, message: Message) -> bool:
    is_current = change.text_version in {None, message.text_version}
    return is_current and message.visibility not in {Visibility.DELETED, change.visibility}


def _note_erased(changed: Sequence[Message], wanted: Mapping[int, VisibilityChange]) -> None:
    """For the ledger outside of the database: what is hidden now, and what is so no longer."""
    hidden = [row.public_id for row in changed if wanted[row.pk].visibility == Visibility.HIDDEN]
    erasures.note(Erased.MESSAGE_HIDDEN, hidden)
    erasures.note(
        Erased.MESSAGE_SHOWN, [row.public_id for row in changed if row.visibility == Visibility.HIDDEN]
    )


def _is_cleared(message: Message, change: VisibilityChange) -> bool:
    """Whether this shows it for the first time, without a human in between."""
    is_first = message.visibility == Visibility.CHECKING and not message.was_visible
    return is_first and change.visibility == Visibility.VISIBLE


def _recorded(message: Message, verdict: Verdict) -> Recorded:
    return Recorded(
        message_id=message.pk,
        text_version=message.text_version,
        room_id=message.room_id,
        author_id=message.author_id,
        verdict=verdict,
    )


def _is_a_race(error: Exception) -> bool:
    return isinstance(error.__cause__, UniqueViolation | DeadlockDetected)
