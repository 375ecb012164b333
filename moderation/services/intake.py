"""A message has been stored: what is to be assessed, what the rules found, and whom that concerns.

Called by gate.py inside the transaction that stored it, with its room locked.
"""

from collections.abc import Iterable, Sequence

from django.db.models import Q

from common.database import insert_each
from common.jobs import ring
from moderation import jobs
from moderation.grounds import automated_reason, held
from moderation.labels import policy_for
from moderation.models import Action, Assessment, AssessmentState, Case, FindingRow
from moderation.services.enforcement import Order, enforce
from moderation.services.opening import Opening, open_cases
from rooms.seams import Finding, Outcome, Recorded

_BY_RULES = Finding(source="rule", label="rules_failed", detail="", severity=2)


def take_in(messages: Sequence[Recorded]) -> None:
    """Queue these messages for the classifier; open a case and tell the author where the rules held one.

    A held one is assessed as well: the scores help whoever decides. An edit overtakes what was waiting.
    Joins the caller's transaction; locks cases, last the audit head. The doorbell rings on commit.
    """
    _overtake(messages)
    insert_each(
        [Assessment(message_id=message.message_id, text_version=message.text_version) for message in messages]
    )
    FindingRow.objects.bulk_create(
        _finding_row(message.message_id, message.text_version, finding)
        for message in messages
        for finding in message.verdict.findings
    )
    _hold([message for message in messages if message.verdict.outcome is not Outcome.ALLOW])
    ring(jobs.ASSESS, queue=jobs.JUDGE)


def _finding_row(message_id: int, text_version: int, finding: Finding) -> FindingRow:
    """A finding as it is kept."""
    return FindingRow(
        message_id=message_id,
        text_version=text_version,
        source=finding.source,
        label=finding.label,
        detail=finding.detail[:200],
        score=finding.score,
        span=list(finding.span) if finding.span else None,
        severity=finding.severity,
    )


def _gravest(findings: Iterable[Finding]) -> Finding:
    """The finding that a decision rests on: the most severe, then the surest. The rules' first on a tie."""
    return max(findings, key=lambda finding: (finding.severity, finding.score or 0.0), default=_BY_RULES)


def _overtake(messages: Sequence[Recorded]) -> None:
    edited = [message for message in messages if message.text_version > 1]
    for message in edited:
        older = Q(message=message.message_id, text_version__lt=message.text_version)
        Assessment.objects.filter(older, state=AssessmentState.PENDING).update(state=AssessmentState.STALE)


def _hold(held: Sequence[Recorded]) -> None:
    if not held:
        return  # as nearly always: neither asks nor locks anything
    cases = open_cases([_opening(message) for message in held])
    enforce([_order(message, case) for message, case in zip(held, cases, strict=True)])


def _opening(message: Recorded) -> Opening:
    finding = _gravest(message.verdict.findings)
    return Opening(
        message_id=message.message_id,
        person_id=message.author_id,
        room_id=message.room_id,
        severity=finding.severity,
        why=held(finding.label),
    )


def _order(message: Recorded, case: Case) -> Order:
    finding = _gravest(message.verdict.findings)
    return Order(
        action=Action.HOLD,
        person_id=message.author_id,
        message_id=message.message_id,
        room_id=message.room_id,
        case_id=case.pk,
        policy_key=policy_for(finding.label),
        reason=automated_reason(Action.HOLD, source=finding.source, label=finding.label),
        grounds={
            "source": finding.source,
            "label": finding.label,
            "detail": finding.detail,
            "span": finding.span,
            "rules_version": message.verdict.rules_version,
        },
        text_version=message.text_version,
    )
