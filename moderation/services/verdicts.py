"""From scores to what is done, in one transaction: decide by the thresholds of now; release, hold, hide.

A verdict counts only for the text it was made about, and only once: both are checked under the room's lock.
Called by assessment.py.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from common.clock import now
from common.database import update_each
from moderation.decisions import Call, Ground, Judgement, Thresholds, decide, not_judged
from moderation.grounds import automated_reason, found
from moderation.labels import policy_for
from moderation.languages.detect import Language
from moderation.models import Action, Assessment, AssessmentState, Case, FindingRow, SecondOpinion, Severity
from moderation.selectors.policies import Standard, standard_in_force
from moderation.services.effects import show_or_hide
from moderation.services.enforcement import Order, enforce
from moderation.services.opening import Opening, open_cases
from moderation.services.passing import Judged, Model, keep_passed, language_facts
from moderation.services.pending import lock_pending
from rooms.models import Message, Room, Visibility

__all__ = ["Judged", "Model", "Yardstick", "conclude", "yardstick_for"]

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
class Yardstick:
    """What texts are measured by, at one moment: the rooms that are still there, and their thresholds."""

    standard: Standard
    rooms: Mapping[int, Room]
    thresholds: Mapping[int, Thresholds]


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the scores ask for.

    Attributes:
        first, second: what each model's alone would ask for; `second` is None where it did not answer.
        seconds: the second model's scores that count, by label.
    """

    judgement: Judgement
    first: Call
    second: Call | None
    seconds: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the scores mean for a message as it stands now."""

    row: Assessment
    message: Message
    ruling: Ruling
    model: Model
    item: Judged

    @property
    def judgement(self) -> Judgement:
        """What is asked for by both models' scores together."""
        return self.ruling.judgement

    @property
    def language(self) -> Language | None:
        """The text's, where it could be told."""
        return self.item.language

    def said_by(self, label: str) -> Model:
        """The model whose score of this label counts."""
        opinion = self.item.opinion
        return opinion.model if opinion and label in self.ruling.seconds else self.model

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


def yardstick_for(judged: Sequence[Judged]) -> Yardstick:
    """By what these texts are measured now. Each room's thresholds once."""
    standard = standard_in_force()
    rooms = Room.objects.only("minimum_age").in_bulk({item.waiting.room_id for item in judged})
    return Yardstick(standard, rooms, {key: standard.for_room(room) for key, room in rooms.items()})


def conclude(judged: Sequence[Judged], *, model: Model, yardstick: Yardstick | None = None) -> None:
    """Do what these scores ask for, and keep them. `yardstick`: what they are measured by; else that of now.

    Whatever changed while the classifier worked counts: a text that was edited or judged meanwhile is left
    alone, and the thresholds of now decide. A plain pass writes no decision: its assessment is the record.

    Begins two transactions. The first keeps what changes nothing and locks assessments alone; the second
    locks the rooms of messages that may change, the assessments, cases, and the audit head last.
    """
    yardstick = yardstick or yardstick_for(judged)
    standard = yardstick.standard
    found = _rulings(judged, yardstick)
    judged = [item for item in judged if item.waiting.assessment_id in found]
    passed = [item for item in judged if not found[item.waiting.assessment_id].judgement.grounds]
    shown = [item for item in passed if not item.waits_to_be_shown]
    done = keep_passed(shown, model, standard.version, _opinions(shown, found))
    rest = [item for item in judged if item.waiting.assessment_id not in done]
    if rest:
        _conclude_under_locks(rest, found, model, standard)


def _rulings(judged: Sequence[Judged], yardstick: Yardstick) -> dict[int, Ruling]:
    """What the scores ask for, by assessment, where the room is still there."""
    return {
        item.waiting.assessment_id: _ruling(item, yardstick)
        for item in judged
        if item.waiting.room_id in yardstick.rooms
    }


def _ruling(item: Judged, yardstick: Yardstick) -> Ruling:
    thresholds = yardstick.thresholds[item.waiting.room_id]
    alone = decide(item.scores, thresholds)
    if item.opinion is None:
        return Ruling(_of_its_language(alone, item, yardstick), alone.call, None, {})
    seconds = item.seconds(thresholds)
    both = decide({**item.scores, **seconds}, thresholds)
    second = decide(item.opinion.scores, thresholds).call if item.opinion.scores else None
    return Ruling(_of_its_language(both, item, yardstick), alone.call, second, seconds)


def _of_its_language(judgement: Judgement, item: Judged, yardstick: Yardstick) -> Judgement:
    if item.language is None or item.language.is_known:
        return judgement
    standard, room = yardstick.standard, yardstick.rooms[item.waiting.room_id]
    treatment = standard.languages.for_room(room, standard.bands)
    return not_judged(judgement, language=item.language.code, treatment=treatment)


def _opinions(judged: Sequence[Judged], rulings: Mapping[int, Ruling]) -> dict[int, SecondOpinion]:
    """The rows of what the second model said, by assessment."""
    return {
        (key := item.waiting.assessment_id): SecondOpinion(
            assessment_id=key,
            asked=item.opinion.asked.value,
            model_name=item.opinion.model.name,
            model_version=item.opinion.model.version,
            scores=dict(item.opinion.scores),
            first_call=rulings[key].first.name.lower(),
            second_call="" if (second := rulings[key].second) is None else second.name.lower(),
            error=item.opinion.error[:200],
        )
        for item in judged
        if item.opinion
    }


@transaction.atomic
def _conclude_under_locks(
    judged: Sequence[Judged], rulings: dict[int, Ruling], model: Model, standard: Standard
) -> None:
    by_id = {item.waiting.assessment_id: item for item in judged}
    locked = lock_pending(by_id.keys(), changing=[item.waiting.message_id for item in judged])
    verdicts = [
        Verdict(row, message, rulings[row.pk], model, by_id[row.pk])
        for row, message in locked
        if row.text_version == message.text_version
    ]
    _keep(locked, verdicts, standard)
    if opinions := _opinions([verdict.item for verdict in verdicts], rulings):
        SecondOpinion.objects.bulk_create(opinions.values())
    show_or_hide(
        (verdict.message, Visibility.VISIBLE) for verdict in verdicts if verdict.action is Action.RELEASE
    )
    cases = _open_cases([verdict for verdict in verdicts if verdict.needs_human])
    if orders := [_order(verdict, cases.get(verdict.message.pk)) for verdict in verdicts if _limits(verdict)]:
        enforce(orders)


def _keep(
    locked: Sequence[tuple[Assessment, Message]],
    verdicts: Sequence[Verdict],
    standard: Standard,
) -> None:
    """Scores, call and findings; one overtaken by an edit is marked so."""
    _mark_stale({row.pk for row, _message in locked} - {verdict.row.pk for verdict in verdicts})
    for verdict in verdicts:
        row = verdict.row
        row.state, row.judged_at, row.error = AssessmentState.DONE, now(), ""
        row.outcome, row.scores = verdict.judgement.call.name.lower(), dict(verdict.item.scores)
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
        model_name=verdict.said_by(ground.label).name,
    )


def _open_cases(verdicts: Sequence[Verdict]) -> dict[int, Case]:
    cases = open_cases([_opening(verdict) for verdict in verdicts]) if verdicts else []
    return {verdict.message.pk: case for verdict, case in zip(verdicts, cases, strict=True)}


def _opening(verdict: Verdict) -> Opening:
    severity = _SEVERITY[verdict.judgement.call]
    return Opening.about(verdict.message, severity=severity, why=found(verdict.ground.label))


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
    model = verdict.said_by(ground.label)
    return {
        "source": "classifier",
        "label": ground.label,
        "score": ground.score,
        "threshold": ground.threshold,
        "model": model.name,
        "model_version": model.version,
        **({"said": _said(verdict, ground.label)} if verdict.item.opinion else {}),
        **({"language": ground.language, "not_judged": "language"} if ground.language else {}),
    }


def _said(verdict: Verdict, label: str) -> list[dict[str, Any]]:
    """What each of the two models said of a label; None: it does not know that label, or failed."""
    item = verdict.item
    pairs = [(verdict.model, item.scores)]
    if item.opinion:
        pairs.append((item.opinion.model, item.opinion.scores))
    return [
        {"model": model.name, "model_version": model.version, "score": scores.get(label)}
        for model, scores in pairs
    ]
