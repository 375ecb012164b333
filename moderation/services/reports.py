"""Reports: somebody says that a message or a person is not right. What was there is kept as it stood.

Who reported is known to moderators and to nobody else. Called by the report pages.
"""

import datetime as dt
from typing import Any

from django.db import transaction

from accounts.models import Person
from accounts.permissions import is_minor, refusal_to_act
from accounts.selectors import age_bands
from accounts.services import audit
from accounts.services.blocks import block_person
from common.errors import Code, Refused
from common.limits import require_within
from moderation.grounds import reported
from moderation.models import Case, Report, ReportReason
from moderation.selectors.texts import snapshot, snapshot_of_person
from moderation.services.opening import Opening, open_cases, severity_of
from rooms.models import Membership, Message, Room
from rooms.permissions import Sight, Viewer, sight

# Nobody meets twenty things worth reporting in an hour; a flood of reports is itself a way to harass.
RATE = "20/hour"
KEPT_AROUND = 5
NOTE_MAX = 1000


@transaction.atomic
def report_message(
    *,
    reporter: Person,
    room_public_id: str,
    message_public_id: str,
    reason: str,
    note: str = "",
    also_block: bool = False,
) -> Report:
    """Report a message that one can read, or could before a block, an edit, a leave or a hiding.

    Refuses: SUSPENDED, DEACTIVATED, TOO_FAST, NOT_FOUND (also a message of another room), NOT_ONESELF,
    ALREADY_REPORTED (with its reference), MALFORMED (no such reason), TOO_LONG. Begins or joins a
    transaction; locks the case, last the audit head.
    """
    _require_may_report(reporter, reason, note)
    message = _message(reporter, room_public_id, message_public_id)
    if message.author_id == reporter.pk:
        raise Refused(Code.NOT_ONESELF)
    case = _case(reporter, message.author, message, reason)
    report = _keep(case, reporter, reason, note, snapshot(message, KEPT_AROUND))
    _finish(report, reporter, message.author, also_block=also_block)
    return report


@transaction.atomic
def report_person(
    *, reporter: Person, person_public_id: str, reason: str, note: str = "", also_block: bool = False
) -> Report:
    """Report a person, also one in a block with the reporter.

    What the person said last in rooms that both were in is kept.
    Refuses: as `report_message`. Begins or joins a transaction; locks the case, last the audit head.
    """
    _require_may_report(reporter, reason, note)
    person = Person.objects.filter(public_id=person_public_id).first()
    if person is None:
        raise Refused(Code.NOT_FOUND)
    if person.pk == reporter.pk:
        raise Refused(Code.NOT_ONESELF)
    case = _case(reporter, person, None, reason)
    kept = snapshot_of_person(person.pk, _rooms_of(reporter), 2 * KEPT_AROUND)
    report = _keep(case, reporter, reason, note, kept)
    _finish(report, reporter, person, also_block=also_block)
    return report


def require_readable(*, reporter: Person, room_public_id: str, message_public_id: str) -> None:
    """For the form, which else would tell strangers whether a room is there. Refuses: NOT_FOUND."""
    _message(reporter, room_public_id, message_public_id)


def _require_may_report(reporter: Person, reason: str, note: str) -> None:
    if refusal := refusal_to_act(reporter):
        raise refusal
    if reason not in ReportReason.values:
        raise Refused(Code.MALFORMED)
    if len(note) > NOTE_MAX:
        raise Refused(Code.TOO_LONG, limit=NOTE_MAX)
    require_within(RATE, "report", reporter.public_id)


def _message(reporter: Person, room_public_id: str, message_public_id: str) -> Message:
    named = Message.objects.select_related("author", "room")
    message = named.filter(public_id=message_public_id, room__public_id=room_public_id).first()
    if message is None or not _could_read(reporter, message):
        raise Refused(Code.NOT_FOUND)
    return message


def _could_read(reporter: Person, message: Message) -> bool:
    """Whether the reporter reads it or ever could: a block does not count, leaving ends what came later."""
    membership = Membership.objects.filter(room=message.room_id, person=reporter).first()
    if membership is None or not _was_there_at(membership, message.sent_at):
        return False
    seen = sight(
        Viewer(reporter.pk),
        author_id=message.author_id,
        visibility=message.visibility,
        was_visible=message.was_visible,
    )
    return seen != Sight.NOTHING


def _was_there_at(membership: Membership, moment: dt.datetime) -> bool:
    """Members read what was said before they came; a limit put on a stranger makes a row, not a member."""
    left_at = membership.left_at
    return left_at is None or (moment <= left_at and membership.joined_at < left_at)


def _rooms_of(reporter: Person) -> list[Room]:
    return list(Room.objects.filter(memberships__person=reporter, memberships__left_at=None))


def _case(reporter: Person, about: Person, message: Message | None, reason: str) -> Case:
    bands = age_bands()
    with_minor = is_minor(about, bands) or is_minor(reporter, bands)
    opening = Opening(
        message_id=message.pk if message else None,
        person_id=about.pk,
        room_id=message.room_id if message else None,
        severity=severity_of(reason, involves_minor=with_minor),
        why=reported(reason),
    )
    return open_cases([opening])[0]


def _keep(case: Case, reporter: Person, reason: str, note: str, kept: list[dict[str, Any]]) -> Report:
    earlier = Report.objects.filter(case=case, reporter=reporter).first()
    if earlier:
        raise Refused(Code.ALREADY_REPORTED, reference=earlier.public_id)
    return Report.objects.create(
        case=case, reporter=reporter, reason=reason, note=note.strip(), snapshot=kept
    )


def _finish(report: Report, reporter: Person, about: Person, *, also_block: bool) -> None:
    if also_block:
        block_person(blocker=reporter, blocked=about)
    audit.record(actor=reporter, action="report.make", subject=("report", report.pk), case=report.case_id)
