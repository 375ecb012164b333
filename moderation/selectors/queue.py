"""The moderators' queue as rows and details, without any message's text: that is view_case's, on record.

Nobody finds a case about themselves here. Called by the queue's pages.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from accounts.models import Person
from accounts.permissions import is_minor
from accounts.selectors import age_bands
from common.clock import now
from common.errors import Code, Refused
from moderation.grounds import why_in_words
from moderation.models import (
    Action,
    Case,
    CaseState,
    Decision,
    FindingRow,
    Report,
    SecondOpinion,
    Severity,
)
from moderation.permissions import actions_for, refusal_to_decide, refusal_to_see
from moderation.selectors.appeals import open_appeals

PAGE = 50


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One case in the list.

    Attributes:
        is_about_message: otherwise it is about the person.
        claimed_by: who works on it now; empty where nobody does or the claim ran out.
        involves_minor: the person concerned or a reporter is a child, or of unknown age.
        outcome: what was decided, for decided ones.
    """

    public_id: str
    severity: Severity
    state: CaseState
    is_about_message: bool
    person_name: str
    person_public_id: str
    room_name: str
    room_slug: str
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


@dataclass(frozen=True, slots=True)
class CaseDetail:
    """All of a case but its texts.

    Attributes:
        actions: what may be decided here, mildest first; empty where this moderator may not decide.
        why_not: why they may not.
        opinion: the second model's of the text as it is, where it was asked.
    """

    case: Case
    row: QueueRow
    reports: list[Report]
    findings: list[FindingRow]
    decisions: list[Decision]
    actions: tuple[Action, ...]
    why_not: Refused | None
    opinion: SecondOpinion | None


@dataclass(frozen=True, slots=True)
class Counts:
    """What waits, for badges."""

    waiting: int
    urgent: int
    overdue: int
    escalated: int
    mine: int
    appeals: int


def queue_for(
    moderator: Person,
    *,
    state: CaseState | None = None,
    severity: int | None = None,
    mine: bool = False,
    limit: int = PAGE,
) -> list[QueueRow]:
    """The cases that this moderator may see, gravest first and then longest waiting.

    Without a state: all that are undecided. Decided ones come newest first.
    """
    cases = _visible_to(moderator)
    cases = cases.filter(state=state) if state else cases.exclude(state=CaseState.DECIDED)
    if severity:
        cases = cases.filter(severity=severity)
    if mine:
        cases = cases.filter(claimed_by=moderator, claimed_until__gt=now())
    order = ["-decided_at"] if state == CaseState.DECIDED else ["-severity", "opened_at"]
    return _rows(cases.order_by(*order)[:limit], moderator)


def case_for(moderator: Person, public_id: str) -> Case:
    """A case by its public id. Refuses: NOT_FOUND (also one about this moderator), NOT_ALLOWED."""
    case = (
        Case.objects.select_related("person", "room", "message", "claimed_by")
        .filter(public_id=public_id)
        .first()
    )
    if case is None:
        raise Refused(Code.NOT_FOUND)
    if refusal := refusal_to_see(case, moderator):
        raise refusal
    return case


def case_detail(moderator: Person, public_id: str) -> CaseDetail:
    """Everything about a case that is not text. Refuses as `case_for`."""
    case = case_for(moderator, public_id)
    findings = (
        FindingRow.objects.filter(message=case.message_id) if case.message_id else FindingRow.objects.none()
    )
    why_not = (
        Refused(Code.ALREADY_DECIDED)
        if case.state == CaseState.DECIDED
        else refusal_to_decide(case, moderator)
    )
    return CaseDetail(
        case=case,
        row=_rows(_visible_to(moderator).filter(pk=case.pk), moderator)[0],
        reports=list(case.reports.select_related("reporter").order_by("created_at")),
        findings=list(findings.order_by("-text_version", "-severity", "-score")),
        decisions=list(
            case.decisions.select_related("decided_by", "policy", "reversed_by").order_by("-decided_at")
        ),
        actions=() if why_not else actions_for(case),
        why_not=why_not,
        opinion=_opinion(case),
    )


def _opinion(case: Case) -> SecondOpinion | None:
    if case.message is None:
        return None
    of_text = SecondOpinion.objects.filter(
        assessment__message=case.message, assessment__text_version=case.message.text_version
    )
    return of_text.select_related("assessment").first()


def counts(moderator: Person) -> Counts:
    """How much waits: one query for cases, one for objections."""
    at = now()
    waiting = ~Q(state=CaseState.DECIDED)
    figures = _visible_to(moderator).aggregate(
        waiting=Count("pk", waiting),
        urgent=Count("pk", waiting & Q(severity=Severity.URGENT)),
        overdue=Count("pk", waiting & Q(due_at__lt=at)),
        escalated=Count("pk", Q(state=CaseState.ESCALATED)),
        mine=Count("pk", waiting & Q(claimed_by=moderator, claimed_until__gt=at)),
    )
    return Counts(**figures, appeals=len(open_appeals(moderator)))


def _visible_to(moderator: Person) -> QuerySet[Case]:
    return Case.objects.exclude(person=moderator)


def _rows(cases: QuerySet[Case], moderator: Person) -> list[QueueRow]:
    loaded = list(cases.select_related("person", "room", "claimed_by"))
    with_minors = _with_minors(loaded)
    reports = dict(
        Report.objects.filter(case__in=loaded).values_list("case").annotate(count=Count("pk")).order_by()
    )
    outcomes = _outcomes(loaded)
    return [_row(case, moderator, reports, with_minors, outcomes) for case in loaded]


def _row(
    case: Case, moderator: Person, reports: dict[int, int], with_minors: set[int], outcomes: dict[int, str]
) -> QueueRow:
    at = now()
    is_claimed = bool(case.claimed_by and case.claimed_until and case.claimed_until > at)
    return QueueRow(
        public_id=case.public_id,
        severity=Severity(case.severity),
        state=CaseState(case.state),
        is_about_message=case.message_id is not None,
        person_name=case.person.name,
        person_public_id=case.person.public_id,
        room_name=case.room.name if case.room else "",
        room_slug=case.room.slug if case.room else "",
        why=why_in_words(case.why),
        opened_at=case.opened_at,
        due_at=case.due_at,
        is_overdue=case.state != CaseState.DECIDED and case.due_at < at,
        claimed_by=case.claimed_by.name if case.claimed_by and is_claimed else "",
        claimed_until=case.claimed_until if is_claimed else None,
        is_mine=is_claimed and case.claimed_by_id == moderator.pk,
        reports=reports.get(case.pk, 0),
        involves_minor=case.pk in with_minors,
        outcome=outcomes.get(case.pk, ""),
    )


def _with_minors(cases: Sequence[Case]) -> set[int]:
    bands = age_bands()
    found = {case.pk for case in cases if is_minor(case.person, bands)}
    reports = Report.objects.filter(case__in=cases).select_related("reporter")
    return found | {report.case_id for report in reports if is_minor(report.reporter, bands)}


def _outcomes(cases: Sequence[Case]) -> dict[int, str]:
    """The last decision on each case, in words; undone ones do not count."""
    decided = [case.pk for case in cases if case.state == CaseState.DECIDED]
    last = Decision.objects.filter(case__in=decided, reversed_by=None).exclude(action=Action.REVERSE)
    return {decision.case_id or 0: decision.get_action_display() for decision in last.order_by("decided_at")}
