"""What moderation answers over JSON. No text of a message but in `CaseText`, which is on record."""

import datetime as dt

from ninja import Schema

from accounts.api.shapes import Someone
from moderation.grounds import reason_in_words
from moderation.models import (
    Action,
    Appeal,
    AppealState,
    CaseState,
    Report,
    ReportOutcome,
    ReportReason,
    StatementOfReasons,
)
from moderation.selectors.notices import Notices, can_object
from moderation.selectors.queue import Counts, QueueRow


class Reference(Schema):
    """A report that has arrived."""

    reference: str


class Objection(Schema):
    """What one objected to a decision about oneself, and what another moderator answered."""

    id: str
    text: str
    state: AppealState
    lodged_at: dt.datetime
    resolved_at: dt.datetime | None
    answer: str


class Statement(Schema):
    """What one was told about a decision on oneself. One objects under its `id`."""

    id: str
    action: Action
    policy: str | None
    reason: str
    is_automated: bool
    message: str | None
    room: str | None
    created_at: dt.datetime
    until: dt.datetime | None
    ended_at: dt.datetime | None
    object_until: dt.datetime
    can_object: bool
    is_read: bool
    objection: Objection | None


class OwnReport(Schema):
    """A report one made, and what became of it."""

    reference: str
    reason: ReportReason
    created_at: dt.datetime
    outcome: ReportOutcome | None
    outcome_at: dt.datetime | None


class Told(Schema):
    """What this person was told. Listing it here does not mark it as read."""

    statements: list[Statement]
    reports: list[OwnReport]
    unread: int


class CaseRow(Schema):
    """One case in the queue."""

    id: str
    severity: int
    state: CaseState
    is_about_message: bool
    person: Someone
    room: str
    why: str
    opened_at: dt.datetime
    due_at: dt.datetime
    is_overdue: bool
    claimed_by: str
    claimed_until: dt.datetime | None
    is_mine: bool
    reports: int
    involves_minor: bool
    outcome: str


class QueueCounts(Schema):
    """How much waits."""

    waiting: int
    urgent: int
    overdue: int
    escalated: int
    mine: int
    appeals: int


class Queue(Schema):
    """The cases that one may see, gravest first; decided ones newest first."""

    cases: list[CaseRow]
    counts: QueueCounts


def statement(one: StatementOfReasons) -> Statement:
    """One statement of reasons."""
    decision = one.decision
    message, appeal = decision.message, getattr(decision, "appeal", None)
    return Statement(
        id=decision.public_id,
        action=Action(decision.action),
        policy=decision.policy.key if decision.policy else None,
        reason=reason_in_words(decision),
        is_automated=decision.is_automated,
        message=message.public_id if message else None,
        room=message.room.public_id if message else None,
        created_at=one.created_at,
        until=decision.until,
        ended_at=one.ended_at,
        object_until=one.object_until,
        can_object=can_object(one),
        is_read=one.read_at is not None,
        objection=objection(appeal) if appeal else None,
    )


def objection(appeal: Appeal) -> Objection:
    """One's own objection."""
    return Objection(
        id=appeal.public_id,
        text=appeal.text,
        state=AppealState(appeal.state),
        lodged_at=appeal.lodged_at,
        resolved_at=appeal.resolved_at,
        answer=appeal.answer,
    )


def own_report(report: Report) -> OwnReport:
    """One report of one's own."""
    return OwnReport(
        reference=report.public_id,
        reason=ReportReason(report.reason),
        created_at=report.created_at,
        outcome=ReportOutcome(report.outcome) if report.outcome else None,
        outcome_at=report.outcome_at,
    )


def told(notices: Notices) -> Told:
    """Both lists."""
    return Told(
        statements=[statement(one) for one in notices.statements],
        reports=[own_report(one) for one in notices.reports],
        unread=notices.unread,
    )


def queue_counts(figures: Counts) -> QueueCounts:
    """For badges."""
    return QueueCounts(
        waiting=figures.waiting,
        urgent=figures.urgent,
        overdue=figures.overdue,
        escalated=figures.escalated,
        mine=figures.mine,
        appeals=figures.appeals,
    )


def case_row(row: QueueRow) -> CaseRow:
    """One case in the list."""
    return CaseRow(
        id=row.public_id,
        severity=int(row.severity),
        state=row.state,
        is_about_message=row.is_about_message,
        person=Someone(id=row.person_public_id, name=row.person_name),
        room=row.room_slug,
        why=row.why,
        opened_at=row.opened_at,
        due_at=row.due_at,
        is_overdue=row.is_overdue,
        claimed_by=row.claimed_by,
        claimed_until=row.claimed_until,
        is_mine=row.is_mine,
        reports=row.reports,
        involves_minor=row.involves_minor,
        outcome=row.outcome,
    )
