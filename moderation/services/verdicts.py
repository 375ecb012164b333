"""From scores to what is done, in one transaction: decide by the thresholds of now; release, hold, hide.

A verdict counts only for the text it was made about, and only once: both are checked under the room's lock.
Called by assessment.py.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from common.clock import now
from common.database import update_each
from moderation.decisions import Call, Ground, Judgement, decide
from moderation.grounds import automated_reason, found
from moderation.labels import policy_for
from moderation.models import Action, Assessment, AssessmentState, Case, FindingRow, Severity
from moderation.selectors.policies import Standard, standard_in_force
from moderation.services.effects import show_or_hide
from moderation.services.enforcement import Order, enforce
from moderation.services.opening import Opening, open_cases
from moderation.services.pending import Waiting, lock_pending
from rooms.models import Message, Visibility

# Rooms screened before show nothing in doubt: review holds there. Rooms screened after have shown it already:
# there a doubt does not take it away, and a human looks while it stands. What a rule holds stays held for a
# human whatever the classifier says; hidden and deleted messages stay so.
_ACTIONS = {
    (Call.NONE, Visibility.CHECKING): Action.RELEASE,
    (Call.REVIEW, Visibility.CHECKING): Action.HOLD,
    (Call.HIDE, Visibility.CHECKING): Action.HIDE,
    (Call.HIDE, Visibility.VISIBLE): Action.HIDE,
    (Call.ESCALATE, Visibility.CHECKING): Action.ESCALATE,
    (Call.ESCALATE, Visibility.VISIBLE): Action.ESCALATE,
}
_KEPT = (
    *("state", "judged_at", "error", "outcome", "scores"),
    *("model_name", "model_version", "policy_version"),
)
_SEVERITY = {Call.REVIEW: Severity.MEDIUM, Call.HIDE: Severity.HIGH, Call.ESCALATE: Severity.URGENT}


@dataclass(frozen=True, slots=True)
class Model:
    """Which classifier judged."""

    name: str
    version: str


@dataclass(frozen=True, slots=True)
class Judged:
    """A text and the score in [0, 1] of each label."""

    waiting: Waiting
    scores: dict[str, float]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the scores mean for a message as it stands now."""

    row: Assessment
    message: Message
    judgement: Judgement
    model: Model

    @property
    def action(self) -> Action | None:
        """What is to be done about the message; None leaves it as it is."""
        return _ACTIONS.get((self.judgement.call, Visibility(self.message.visibility)))

    @property
    def needs_human(self) -> bool:
        """Whether somebody must look: also at what waits for one already, and at grave things taken back."""
        call = self.judgement.call
        if self.message.visibility == Visibility.DELETED:
            return call is Call.ESCALATE
        return call in {Call.REVIEW, Call.ESCALATE} or (
            call is Call.HIDE and self.message.visibility == Visibility.HELD
        )

    @property
    def ground(self) -> Ground:
        """The weightiest."""
        return self.judgement.grounds[0]


@transaction.atomic
def conclude(judged: Sequence[Judged], *, model: Model) -> None:
    """Do what these scores ask for, and keep them.

    Whatever changed while the classifier worked counts: a text that was edited or judged meanwhile is left
    alone, and the thresholds of now decide. A plain pass writes no decision: its assessment is the record.

    Begins a transaction. Locks the rooms of messages that may change, the assessments, cases, and the audit
    head last.
    """
    standard = standard_in_force()
    scores = {item.waiting.assessment_id: item.scores for item in judged}
    messages = _messages(judged)
    judgements = _judgements(judged, messages, standard)
    locked = lock_pending(scores.keys(), changing=_that_may_change(judged, judgements, messages))
    verdicts = [
        Verdict(row, message, judgements[row.pk], model)
        for row, message in locked
        if row.text_version == message.text_version
    ]
    _keep(locked, verdicts, scores, standard)
    show_or_hide(
        (verdict.message, Visibility.VISIBLE) for verdict in verdicts if verdict.action is Action.RELEASE
    )
    cases = _open_cases([verdict for verdict in verdicts if verdict.needs_human])
    if orders := [_order(verdict, cases.get(verdict.message.pk)) for verdict in verdicts if _limits(verdict)]:
        enforce(orders)


def _judgements(
    judged: Sequence[Judged], messages: dict[int, Message], standard: Standard
) -> dict[int, Judgement]:
    return {
        item.waiting.assessment_id: decide(
            item.scores, standard.for_room(messages[item.waiting.message_id].room)
        )
        for item in judged
    }


def _messages(judged: Sequence[Judged]) -> dict[int, Message]:
    """With their rooms; read before anything is locked, so only to say what is to be locked."""
    return Message.objects.select_related("room").in_bulk([item.waiting.message_id for item in judged])


def _that_may_change(
    judged: Sequence[Judged], judgements: dict[int, Judgement], messages: dict[int, Message]
) -> list[int]:
    """The messages whose rooms must be locked: those that wait, and those that something was found in."""
    return [
        item.waiting.message_id
        for item in judged
        if messages[item.waiting.message_id].visibility == Visibility.CHECKING
        or judgements[item.waiting.assessment_id].call > Call.NONE
    ]


def _keep(
    locked: Sequence[tuple[Assessment, Message]],
    verdicts: Sequence[Verdict],
    scores: dict[int, dict[str, float]],
    standard: Standard,
) -> None:
    """Scores, call and findings; one overtaken by an edit is marked so."""
    judged = {verdict.row.pk for verdict in verdicts}
    _mark_stale({row.pk for row, _message in locked} - judged)
    for verdict in verdicts:
        row = verdict.row
        row.state, row.judged_at, row.error = AssessmentState.DONE, now(), ""
        row.outcome, row.scores = verdict.judgement.call.name.lower(), scores[row.pk]
        row.model_name, row.model_version = verdict.model.name, verdict.model.version
        row.policy_version = standard.version
    update_each([verdict.row for verdict in verdicts], _KEPT)
    FindingRow.objects.bulk_create(
        _finding(verdict, ground) for verdict in verdicts for ground in verdict.judgement.grounds
    )


def _mark_stale(ids: Collection[int]) -> None:
    if ids:
        Assessment.objects.filter(pk__in=ids).update(state=AssessmentState.STALE)


def _finding(verdict: Verdict, ground: Ground) -> FindingRow:
    return FindingRow(
        message=verdict.message,
        text_version=verdict.row.text_version,
        source="classifier",
        label=ground.label,
        detail=f"{ground.call.name.lower()} from {ground.threshold:g}",
        score=ground.score,
        severity=_SEVERITY[ground.call],
    )


def _open_cases(verdicts: Sequence[Verdict]) -> dict[int, Case]:
    cases = open_cases([_opening(verdict) for verdict in verdicts]) if verdicts else []
    return {verdict.message.pk: case for verdict, case in zip(verdicts, cases, strict=True)}


def _opening(verdict: Verdict) -> Opening:
    return Opening(
        message_id=verdict.message.pk,
        person_id=verdict.message.author_id,
        room_id=verdict.message.room_id,
        severity=_SEVERITY[verdict.judgement.call],
        why=found(verdict.ground.label),
    )


def _limits(verdict: Verdict) -> bool:
    return verdict.action not in {None, Action.RELEASE}


def _order(verdict: Verdict, case: Case | None) -> Order:
    action, message, ground = Action(verdict.action or ""), verdict.message, verdict.ground
    return Order(
        action=action,
        person_id=message.author_id,
        message_id=message.pk,
        room_id=message.room_id,
        case_id=case.pk if case else None,
        policy_key=policy_for(ground.label),
        reason=automated_reason(action, source="classifier", label=ground.label),
        grounds=_grounds(verdict),
        text_version=verdict.row.text_version,
    )


def _grounds(verdict: Verdict) -> dict[str, Any]:
    ground = verdict.ground
    return {
        "source": "classifier",
        "label": ground.label,
        "score": ground.score,
        "threshold": ground.threshold,
        "model": verdict.model.name,
        "model_version": verdict.model.version,
    }
