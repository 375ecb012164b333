"""Texts that somebody has decided on, for tests of what is learned from that."""

from collections.abc import Iterable

from accounts.models import Person
from common.clock import now
from moderation.decisions import Call, decide
from moderation.grounds import automated_reason, found
from moderation.labels import policy_for
from moderation.models import Action, Assessment, AssessmentState, Case, Decision, FindingRow, Severity
from moderation.selectors.policies import standard_in_force
from moderation.services.appeals import lodge_appeal, resolve_appeal
from moderation.services.cases import claim_case, decide_case, open_case
from moderation.services.enforcement import Order, enforce
from rooms.models import Message, Room
from tests.factories import MessageFactory

MODEL = ("wardroom-en", "1")


def judged(
    room: Room, author: Person, body: str = "you fool", *, model: tuple[str, str] = MODEL, **scores: float
) -> Message:
    """A message with the scores that the classifier gave it, and what it found by the thresholds of now."""
    message = MessageFactory.create(room=room, author=author, body=body, sent_at=now())
    Assessment.objects.create(
        message=message, text_version=1, state=AssessmentState.DONE, judged_at=now(), scores=scores,
        model_name=model[0], model_version=model[1],
    )  # fmt: skip
    FindingRow.objects.bulk_create(
        FindingRow(
            message=message, text_version=1, source="classifier", label=ground.label, score=ground.score
        )
        for ground in decide(scores, standard_in_force().for_room(room)).grounds
    )
    return message


def decided(
    message: Message, by: Person, action: Action = Action.HIDE, *, policy: str = "harassment"
) -> Decision:
    """A moderator has claimed a case about it and decided."""
    case = claim_case(case=case_about(message), by=by)
    return decide_case(case=case, by=by, action=action, policy_key=policy, reason="I have looked.")


def case_about(message: Message) -> Case:
    """An open case about a message."""
    return open_case(
        message=message,
        person=message.author,
        room=message.room,
        severity=Severity.MEDIUM,
        why=found("toxicity"),
    )


def hidden_by_classifier(message: Message, label: str) -> Decision:
    """The classifier was sure of a label, and hid it without a human."""
    (decision,) = enforce(
        [
            Order(
                action=Action.HIDE,
                person_id=message.author_id,
                message_id=message.pk,
                room_id=message.room_id,
                policy_key=policy_for(label),
                reason=automated_reason(Action.HIDE, source="classifier", label=label),
                grounds={"source": "classifier", "label": label},
                text_version=1,
            )
        ]
    )
    return decision


def objected(decision: Decision, by: Person, *, overturn: bool) -> None:
    """Its author has objected, and a moderator has answered."""
    appeal = lodge_appeal(decision=decision, person=decision.person, text="It was a joke.")
    resolve_appeal(appeal=appeal, by=by, overturn=overturn, answer="We have looked again.")


def calls(messages: Iterable[Message]) -> list[Call]:
    """What the thresholds of now ask for, message by message."""
    standard = standard_in_force()
    return [
        decide(message.assessments.get().scores, standard.for_room(message.room)).call for message in messages
    ]
