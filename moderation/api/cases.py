"""One case as JSON: everything but texts, and the texts once that they are looked at is on record."""

import datetime as dt

from ninja import Schema

from accounts.api.shapes import Someone, someone
from moderation.api.shapes import CaseRow, case_row
from moderation.grounds import reason_in_words
from moderation.models import Action, Decision, FindingRow, Report, ReportReason
from moderation.selectors.queue import CaseDetail
from moderation.selectors.texts import CaseText, Line


class CaseReport(Schema):
    """What somebody reported."""

    reference: str
    reporter: Someone
    reason: ReportReason
    note: str
    created_at: dt.datetime


class CaseFinding(Schema):
    """A mark by a rule or the classifier. `detail`, words of the text, only where the text is shown."""

    source: str
    label: str
    detail: str
    score: float | None
    severity: int
    text_version: int


class Decided(Schema):
    """A decision, automated or by a moderator."""

    id: str
    action: Action
    policy: str | None
    reason: str
    decided_by: str | None
    is_automated: bool
    decided_at: dt.datetime
    until: dt.datetime | None
    is_reversed: bool


class CaseFacts(Schema):
    """All of a case but its texts. `actions` is what may be decided here by whoever asks."""

    case: CaseRow
    message: str | None
    reports: list[CaseReport]
    findings: list[CaseFinding]
    decisions: list[Decided]
    actions: list[Action]


class TextLine(Schema):
    """A message as it stands, or as it stood when a report kept it."""

    message: str
    author: Someone
    body: str
    visibility: str
    sent_at: dt.datetime
    is_subject: bool


class Earlier(Schema):
    """A text that its author has replaced."""

    text_version: int
    body: str
    replaced_at: dt.datetime


class KeptLines(Schema):
    """What one report kept, when it was made."""

    reference: str
    at: dt.datetime
    lines: list[TextLine]


class Texts(Schema):
    """The texts of a case. Send `text_version` back as `seen_version` with a decision."""

    body: str | None
    text_version: int | None
    earlier: list[Earlier]
    around: list[TextLine]
    kept: list[KeptLines]
    findings: list[CaseFinding]


def facts(detail: CaseDetail) -> CaseFacts:
    """Without any text."""
    message = detail.case.message
    return CaseFacts(
        case=case_row(detail.row),
        message=message.public_id if message else None,
        reports=[_report(one) for one in detail.reports],
        findings=[_finding(one, shows_text=False) for one in detail.findings],
        decisions=[decided(one) for one in detail.decisions],
        actions=list(detail.actions),
    )


def texts(text: CaseText, findings: list[FindingRow]) -> Texts:
    """What there is to read."""
    return Texts(
        body=text.body,
        text_version=text.text_version,
        earlier=[
            Earlier(text_version=one.text_version, body=one.body, replaced_at=one.replaced_at)
            for one in text.earlier
        ],
        around=[_line(one) for one in text.around],
        kept=[
            KeptLines(reference=one.report_public_id, at=one.at, lines=[_line(line) for line in one.lines])
            for one in text.kept
        ],
        findings=[_finding(one, shows_text=True) for one in findings],
    )


def decided(decision: Decision) -> Decided:
    """One decision."""
    return Decided(
        id=decision.public_id,
        action=Action(decision.action),
        policy=decision.policy.key if decision.policy else None,
        reason=reason_in_words(decision),
        decided_by=decision.decided_by.name if decision.decided_by else None,
        is_automated=decision.is_automated,
        decided_at=decision.decided_at,
        until=decision.until,
        is_reversed=hasattr(decision, "reversed_by"),
    )


def _report(report: Report) -> CaseReport:
    return CaseReport(
        reference=report.public_id,
        reporter=someone(report.reporter),
        reason=ReportReason(report.reason),
        note=report.note,
        created_at=report.created_at,
    )


def _finding(finding: FindingRow, *, shows_text: bool) -> CaseFinding:
    return CaseFinding(
        source=finding.source,
        label=finding.label,
        detail=finding.detail if shows_text else "",
        score=finding.score,
        severity=finding.severity,
        text_version=finding.text_version,
    )


def _line(line: Line) -> TextLine:
    return TextLine(
        message=line.message_public_id,
        author=Someone(id=line.author_public_id, name=line.author_name),
        body=line.body,
        visibility=line.visibility,
        sent_at=line.sent_at,
        is_subject=line.is_subject,
    )
