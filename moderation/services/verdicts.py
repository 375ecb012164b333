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
from moderation.decisions import Call, Ground, Judgement, Thresholds, decide, not_judged
from moderation.grounds import automated_reason, found
from moderation.labels import policy_for
from moderation.languages.detect import Language
from moderation.models import Action, Assessment, AssessmentState, Case, FindingRow, Severity
from moderation.selectors.policies import Standard, standard_in_force
from moderation.services.effects import show_or_hide
from moderation.services.enforcement import Order, enforce
from moderation.services.opening import Opening, open_cases
from moderation.services.passing import Judged, Model, keep_passed, language_facts
from moderation.services.pending import lock_pending
from rooms.models import Message, Room, Visibility

__all__ = ["Judged", "Model", "conclude"]

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
    *("model_name", "model_version", "policy_version", "language", "not_judged"),
)
_SEVERITY = {
    Call.NONE: Severity.LOW,
    Call.REVIEW: Severity.MEDIUM,
    Call.HIDE: Severity.HIGH,
    Call.ESCALATE: Severity.URGENT,
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the scores mean for a message as it stands now."""

    row: Assessment
    message: Message
    judgement: Judgement
    model: Model
    language: Language | None

    @property
    def action(self) -> Action | None:
        """What is to be done about the message; None leaves it as it is."""
        visibility = Visibility(self.message.visibility)
        if self.judgement.holds and (self.judgement.call, visibility) == (Call.REVIEW, Visibility.VISIBLE):
            return Action.HOLD
        return _ACTIONS.get((self.judgement.call, visibility))

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


def conclude(judged: Sequence[Judged], *, model: Model) -> None:
    """Do what these scores ask for, and keep them.

    Whatever changed while the classifier worked counts: a text that was edited or judged meanwhile is left
    alone, and the thresholds of now decide. A plain pass writes no decision: its assessment is the record.

    Begins two transactions. The first keeps what changes nothing and locks assessments alone; the second
    locks the rooms of messages that may change, the assessments, cases, and the audit head last.
    """
    standard = standard_in_force()
    found = _judgements(judged, standard)
    judged = [item for item in judged if item.waiting.assessment_id in found]
    passed = [item for item in judged if not found[item.waiting.assessment_id].grounds]
    done = keep_passed([item for item in passed if not item.waits_to_be_shown], model, standard.version)
    rest = [item for item in judged if item.waiting.assessment_id not in done]
    if rest:
        _conclude_under_locks(rest, found, model, standard)


def _judgements(judged: Sequence[Judged], standard: Standard) -> dict[int, Judgement]:
    """What the scores ask for, by assessment, where the room is still there. Each room's thresholds once."""
    rooms = Room.objects.only("minimum_age").in_bulk({item.waiting.room_id for item in judged})
    thresholds = {room_id: standard.for_room(room) for room_id, room in rooms.items()}
    return {
        item.waiting.assessment_id: _judgement(item, rooms[room_id], thresholds[room_id], standard)
        for item in judged
        if (room_id := item.waiting.room_id) in rooms
    }


def _judgement(item: Judged, room: Room, thresholds: Thresholds, standard: Standard) -> Judgement:
    judgement = decide(item.scores, thresholds)
    if item.language is None or item.language.is_known:
        return judgement
    treatment = standard.languages.for_room(room, standard.bands)
    return not_judged(judgement, language=item.language.code, treatment=treatment)


@transaction.atomic
def _conclude_under_locks(
    judged: Sequence[Judged], judgements: dict[int, Judgement], model: Model, standard: Standard
) -> None:
    by_id = {item.waiting.assessment_id: item for item in judged}
    locked = lock_pending(by_id.keys(), changing=[item.waiting.message_id for item in judged])
    verdicts = [
        Verdict(row, message, judgements[row.pk], model, by_id[row.pk].language)
        for row, message in locked
        if row.text_version == message.text_version
    ]
    _keep(locked, verdicts, by_id, standard)
    show_or_hide(
        (verdict.message, Visibility.VISIBLE) for verdict in verdicts if verdict.action is Action.RELEASE
    )
    cases = _open_cases([verdict for verdict in verdicts if verdict.needs_human])
    if orders := [_order(verdict, cases.get(verdict.message.pk)) for verdict in verdicts if _limits(verdict)]:
        enforce(orders)


def _keep(
    locked: Sequence[tuple[Assessment, Message]],
    verdicts: Sequence[Verdict],
    judged: dict[int, Judged],
    standard: Standard,
) -> None:
    """Scores, call and findings; one overtaken by an edit is marked so."""
    _mark_stale({row.pk for row, _message in locked} - {verdict.row.pk for verdict in verdicts})
    for verdict in verdicts:
        row = verdict.row
        row.state, row.judged_at, row.error = AssessmentState.DONE, now(), ""
        row.outcome, row.scores = verdict.judgement.call.name.lower(), dict(judged[row.pk].scores)
        row.model_name, row.model_version = verdict.model.name, verdict.model.version
        row.policy_version = standard.version
        row.language, row.not_judged = language_facts(verdict.language)
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
        detail=ground.detail,
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
        **({"language": ground.language, "not_judged": "language"} if ground.language else {}),
    }
