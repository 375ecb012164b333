"""Objections and notices: what a person is told, once, in time, answered by another moderator."""

import datetime as dt

import pytest

from accounts.models import AuditEntry, Person
from common.clock import now
from common.errors import Code, Refused
from moderation.models import Action, AppealState, Case, Decision, ReportOutcome, StatementOfReasons
from moderation.selectors import can_object, judged_text, notices_for, open_appeals
from moderation.services.appeals import lodge_appeal, resolve_appeal
from moderation.services.cases import decide_case
from moderation.services.enforcement import Order, enforce, reverse
from moderation.services.notices import mark_notice_read, mark_outcomes_read
from moderation.services.reports import report_message
from rooms.models import Message, Visibility
from tests.cast import Cast
from tests.factories import MessageFactory


@pytest.fixture
def decision(cast: Cast, case: Case) -> Decision:
    """Nora hid what Rex said."""
    return decide_case(
        case=case, by=cast.nora, action=Action.HIDE, policy_key="harassment", reason="It insults people."
    )


def refusal_of_appeal(decision: Decision, person: Person, text: str = "It was a joke.") -> Code:
    with pytest.raises(Refused) as refusal:
        lodge_appeal(decision=decision, person=person, text=text)
    return refusal.value.code


def test_the_author_is_told_what_why_and_how_to_object(cast: Cast, said: Message, decision: Decision) -> None:
    told = notices_for(cast.rex)

    (statement,) = told.statements
    assert told.unread == 1
    assert statement.decision.reason == "It insults people."
    assert statement.decision.policy
    assert statement.decision.policy.title == "Harassment and bullying"
    assert not statement.decision.is_automated
    assert can_object(statement)
    assert judged_text(statement) == said.body


def test_a_statement_shows_the_text_that_was_judged_not_what_it_became(
    cast: Cast, said: Message, decision: Decision
) -> None:
    said.versions.create(text_version=1, body=said.body)
    Message.objects.filter(pk=said.pk).update(text_version=2, body="lovely")

    (statement,) = notices_for(cast.rex).statements

    assert judged_text(statement) == "you are all fools"


def test_a_statement_is_marked_read_by_its_person_alone(cast: Cast, decision: Decision) -> None:
    statement = StatementOfReasons.objects.get(decision=decision)

    mark_notice_read(statement=statement, person=cast.mara)
    assert notices_for(cast.rex).unread == 1

    mark_notice_read(statement=statement, person=cast.rex)
    assert notices_for(cast.rex).unread == 0


def test_only_the_person_concerned_objects(cast: Cast, decision: Decision) -> None:
    assert refusal_of_appeal(decision, cast.mara) == Code.NOT_FOUND


def test_an_objection_says_something(cast: Cast, decision: Decision) -> None:
    assert refusal_of_appeal(decision, cast.rex, "  ") == Code.EMPTY
    assert refusal_of_appeal(decision, cast.rex, "x" * 2001) == Code.TOO_LONG


def test_one_objects_once(cast: Cast, decision: Decision) -> None:
    lodge_appeal(decision=decision, person=cast.rex, text="It was a joke.")

    assert refusal_of_appeal(decision, cast.rex) == Code.ALREADY_APPEALED


def test_after_six_months_it_is_too_late(cast: Cast, decision: Decision) -> None:
    StatementOfReasons.objects.update(object_until=now() - dt.timedelta(seconds=1))

    assert refusal_of_appeal(decision, cast.rex) == Code.APPEAL_OVER


def test_a_suspended_person_may_object(cast: Cast, case: Case) -> None:
    suspension = decide_case(
        case=case, by=cast.nora, action=Action.SUSPEND, policy_key="harassment", reason="Again and again."
    )
    cast.rex.refresh_from_db()

    assert lodge_appeal(decision=suspension, person=cast.rex, text="It was not me.")


def test_the_moderator_who_decided_does_not_judge_the_objection(cast: Cast, decision: Decision) -> None:
    appeal = lodge_appeal(decision=decision, person=cast.rex, text="It was a joke.")

    assert open_appeals(cast.nora) == []
    assert open_appeals(cast.otis) == [appeal]
    with pytest.raises(Refused, match=Code.SAME_MODERATOR):
        resolve_appeal(appeal=appeal, by=cast.nora, overturn=False, answer="No.")


def test_an_administrator_does_not_judge_their_own_decision_either(cast: Cast, case: Case) -> None:
    case.claimed_by = cast.ada
    case.save()
    own = decide_case(case=case, by=cast.ada, action=Action.HIDE, policy_key="hate", reason="…")
    appeal = lodge_appeal(decision=own, person=cast.rex, text="It was a joke.")

    with pytest.raises(Refused, match=Code.SAME_MODERATOR):
        resolve_appeal(appeal=appeal, by=cast.ada, overturn=False, answer="No.")


def test_members_judge_no_objection(cast: Cast, decision: Decision) -> None:
    appeal = lodge_appeal(decision=decision, person=cast.rex, text="It was a joke.")

    with pytest.raises(Refused, match=Code.NOT_ALLOWED):
        resolve_appeal(appeal=appeal, by=cast.mara, overturn=True, answer="I liked it.")


def test_overturning_undoes_the_decision_and_tells_everybody_concerned(
    cast: Cast, said: Message, case: Case
) -> None:
    report = report_message(
        reporter=cast.mara,
        room_public_id=cast.harbour.public_id,
        message_public_id=said.public_id,
        reason="harassment",
    )
    decision = decide_case(case=case, by=cast.nora, action=Action.HIDE, policy_key="hate", reason="…")
    mark_outcomes_read(person=cast.mara)
    appeal = lodge_appeal(decision=decision, person=cast.rex, text="It was a joke.")

    resolve_appeal(appeal=appeal, by=cast.otis, overturn=True, answer="A joke among friends.")

    said.refresh_from_db()
    report.refresh_from_db()
    appeal.refresh_from_db()
    assert said.visibility == Visibility.VISIBLE
    assert (report.outcome, report.outcome_seen_at) == (ReportOutcome.CHANGED, None)
    assert (appeal.state, appeal.resolved_by) == (AppealState.OVERTURNED, cast.otis)
    assert notices_for(cast.rex).unread == 1
    assert AuditEntry.objects.filter(action="appeal.resolve", actor_id=cast.otis.pk).exists()


def test_upholding_leaves_the_decision_and_answers(cast: Cast, said: Message, decision: Decision) -> None:
    appeal = lodge_appeal(decision=decision, person=cast.rex, text="It was a joke.")

    resolve_appeal(appeal=appeal, by=cast.otis, overturn=False, answer="Nobody could know that.")

    said.refresh_from_db()
    appeal.refresh_from_db()
    assert said.visibility == Visibility.HIDDEN
    assert (appeal.state, appeal.answer) == (AppealState.UPHELD, "Nobody could know that.")


def test_an_objection_is_answered_once_and_with_words(cast: Cast, decision: Decision) -> None:
    appeal = lodge_appeal(decision=decision, person=cast.rex, text="It was a joke.")
    with pytest.raises(Refused, match=Code.REASON_MISSING):
        resolve_appeal(appeal=appeal, by=cast.otis, overturn=False, answer=" ")
    resolve_appeal(appeal=appeal, by=cast.otis, overturn=False, answer="It stands.")

    with pytest.raises(Refused, match=Code.ALREADY_DECIDED):
        resolve_appeal(appeal=appeal, by=cast.ada, overturn=True, answer="It does not.")


def test_whoever_had_a_message_held_learns_that_it_was_released(cast: Cast) -> None:
    held = MessageFactory.create(room=cast.harbour, author=cast.rex, held=True)
    enforce([Order(action=Action.HOLD, person_id=cast.rex.pk, message_id=held.pk, reason="A word.")])
    StatementOfReasons.objects.update(read_at=now())

    release = Order(
        action=Action.RELEASE, person_id=cast.rex.pk, message_id=held.pk, decided_by=cast.nora, reason="Fine."
    )
    (released,) = enforce([release])

    (statement,) = notices_for(cast.rex).statements
    assert statement.ended_at
    assert statement.read_at is None
    assert not can_object(statement)
    assert refusal_of_appeal(statement.decision, cast.rex) == Code.APPEAL_OVER

    reverse(decision=released, by=cast.nora, reason="Taken back.")
    statement.refresh_from_db()
    assert statement.ended_at is None
