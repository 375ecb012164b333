"""Cases: what meets in one, who may look and decide, what is on record, what is undone."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from threading import Barrier
from unittest.mock import patch

import pytest
from django.db import DatabaseError, connections

from accounts.models import AuditEntry, Person
from accounts.services import audit
from common.clock import now
from common.errors import Code, Refused
from moderation.models import Action, Case, CaseState, Decision, ReportOutcome, Severity
from moderation.permissions import actions_for
from moderation.selectors import case_detail, case_for, counts, queue_for
from moderation.services.cases import claim_case, decide_case, open_case, take_over, undo_decision, view_case
from moderation.services.reports import report_message
from rooms.models import Message, Visibility
from tests.cast import Cast
from tests.factories import MessageFactory


def refused(code: Code) -> AbstractContextManager[object]:
    return pytest.raises(Refused, check=lambda refusal: refusal.code == code)


def decide(case: Case, by: Person, action: Action = Action.HIDE, **more: object) -> Decision:
    terms = {"policy_key": "harassment", "reason": "It insults people.", **more}
    return decide_case(case=case, by=by, action=action, **terms)  # type: ignore[arg-type]


def test_everything_about_one_message_is_one_case_as_urgent_as_its_gravest_part(
    cast: Cast, said: Message
) -> None:
    mild = open_case(
        message=said, person=cast.rex, room=cast.harbour, severity=Severity.LOW, why="reported:spam"
    )
    grave = open_case(
        message=said, person=cast.rex, room=cast.harbour, severity=Severity.HIGH, why="found:threat"
    )

    assert grave.pk == mild.pk
    assert grave.severity == Severity.HIGH
    assert grave.why == "reported:spam · found:threat"
    assert grave.due_at < mild.due_at


def test_a_milder_reason_does_not_make_a_case_wait_longer(cast: Cast, said: Message) -> None:
    grave = open_case(
        message=said, person=cast.rex, room=cast.harbour, severity=Severity.URGENT, why="threat"
    )
    again = open_case(message=said, person=cast.rex, room=cast.harbour, severity=Severity.LOW, why="spam")

    assert (again.severity, again.due_at) == (grave.severity, grave.due_at)


def test_after_a_decision_a_new_complaint_is_a_new_case(cast: Cast, said: Message, case: Case) -> None:
    decide(case, cast.nora, Action.DISMISS)

    again = open_case(message=said, person=cast.rex, room=cast.harbour, severity=Severity.LOW, why="reported")

    assert again.pk != case.pk


def test_the_queue_shows_the_gravest_first_and_then_the_longest_waiting(cast: Cast) -> None:
    for severity, ago_h in ((Severity.LOW, 9), (Severity.HIGH, 1), (Severity.HIGH, 5)):
        message = MessageFactory.create(room=cast.harbour, author=cast.rex)
        opened = open_case(message=message, person=cast.rex, room=cast.harbour, severity=severity, why="…")
        Case.objects.filter(pk=opened.pk).update(opened_at=now() - dt.timedelta(hours=ago_h))

    rows = queue_for(cast.nora)

    assert [row.severity for row in rows] == [Severity.HIGH, Severity.HIGH, Severity.LOW]
    assert rows[0].opened_at < rows[1].opened_at


def test_nobody_finds_a_case_about_themselves(cast: Cast) -> None:
    about_nora = open_case(message=None, person=cast.nora, room=None, severity=Severity.HIGH, why="reported")

    assert queue_for(cast.nora) == []
    assert counts(cast.nora).waiting == 0
    with refused(Code.NOT_FOUND):
        case_for(cast.nora, about_nora.public_id)
    with refused(Code.NOT_FOUND):
        view_case(case=about_nora, by=cast.nora)
    with refused(Code.NOT_FOUND):
        claim_case(case=about_nora, by=cast.nora)
    assert len(queue_for(cast.ada)) == 1


def test_a_case_about_a_moderator_is_decided_by_an_administrator(cast: Cast) -> None:
    about_nora = open_case(message=None, person=cast.nora, room=None, severity=Severity.HIGH, why="reported")

    with refused(Code.NOT_ALLOWED):
        claim_case(case=about_nora, by=cast.otis)

    claim_case(case=about_nora, by=cast.ada)
    assert decide(about_nora, cast.ada, Action.WARN)


def test_members_see_no_case(cast: Cast, case: Case) -> None:
    with refused(Code.NOT_ALLOWED):
        case_for(cast.mara, case.public_id)
    with refused(Code.NOT_ALLOWED):
        view_case(case=case, by=cast.mara)


def test_looking_at_the_text_is_on_record_before_it_is_read(cast: Cast, said: Message, case: Case) -> None:
    text = view_case(case=case, by=cast.nora)

    assert text.body == said.body
    entry = AuditEntry.objects.get(action="case.view")
    assert (entry.actor_id, entry.subject_id) == (cast.nora.pk, str(case.pk))
    assert entry.facts["text_version"] == 1


def test_where_the_look_cannot_be_recorded_nothing_is_shown(cast: Cast, case: Case) -> None:
    with patch.object(audit, "record_many", side_effect=DatabaseError), pytest.raises(DatabaseError):
        view_case(case=case, by=cast.nora)


def test_the_case_itself_holds_no_text(cast: Cast, said: Message, case: Case) -> None:
    detail = case_detail(cast.nora, case.public_id)

    assert said.body not in repr([detail.row, detail.findings, detail.reports, detail.decisions])


def test_the_text_comes_with_its_neighbours_and_the_authors_earlier_words(cast: Cast, said: Message) -> None:
    said.versions.create(text_version=1, body="you are all lovely")
    Message.objects.filter(pk=said.pk).update(text_version=2)
    hidden = MessageFactory.create(room=cast.harbour, author=cast.mara, body="stop", hidden=True)
    opened = open_case(message=said, person=cast.rex, room=cast.harbour, severity=2, why="…")

    text = view_case(case=opened, by=cast.nora)

    assert [line.body for line in text.around] == [said.body, hidden.body]
    assert [line.is_subject for line in text.around] == [True, False]
    assert text.earlier[0].body == "you are all lovely"
    assert text.text_version == 2


def test_deciding_needs_a_claim(cast: Cast, said: Message) -> None:
    unclaimed = open_case(message=said, person=cast.rex, room=cast.harbour, severity=2, why="…")

    with refused(Code.NOT_CLAIMED):
        decide(unclaimed, cast.nora)


def test_a_case_claimed_by_another_cannot_be_decided(cast: Cast, case: Case) -> None:
    with refused(Code.CLAIMED_BY_ANOTHER):
        decide(case, cast.otis)


def test_a_limit_needs_a_reason_and_a_policy_in_force(cast: Cast, case: Case) -> None:
    for terms in ({"reason": "  "}, {"policy_key": None}, {"policy_key": "no-such-policy"}):
        with refused(Code.REASON_MISSING):
            decide(case, cast.nora, **terms)


def test_a_limit_that_ends_in_the_past_is_refused(cast: Cast, case: Case) -> None:
    with refused(Code.MALFORMED):
        decide(case, cast.nora, Action.MUTE, until=now() - dt.timedelta(minutes=1))


def test_dismissing_leaves_the_message_and_closes_the_case(cast: Cast, said: Message, case: Case) -> None:
    decide(case, cast.nora, Action.DISMISS, policy_key=None)

    said.refresh_from_db()
    case.refresh_from_db()
    assert said.visibility == Visibility.VISIBLE
    assert case.state == CaseState.DECIDED
    assert case.claimed_by is None


def test_to_dismiss_a_case_about_a_held_message_is_to_release_it(cast: Cast) -> None:
    held = MessageFactory.create(room=cast.harbour, author=cast.rex, held=True)
    opened = open_case(message=held, person=cast.rex, room=cast.harbour, severity=2, why="…")
    claim_case(case=opened, by=cast.nora)

    decision = decide(opened, cast.nora, Action.DISMISS, policy_key=None)

    held.refresh_from_db()
    assert decision.action == Action.RELEASE
    assert held.visibility == Visibility.VISIBLE


def test_a_text_that_changed_since_it_was_read_is_not_decided_on(
    cast: Cast, said: Message, case: Case
) -> None:
    seen = view_case(case=case, by=cast.nora).text_version
    Message.objects.filter(pk=said.pk).update(text_version=2, body="something far worse")

    with refused(Code.TEXT_CHANGED):
        decide(case, cast.nora, Action.DISMISS, seen_version=seen)

    case.refresh_from_db()
    assert case.state == CaseState.OPEN


def test_an_escalated_case_is_hidden_from_view_at_once_and_left_to_an_administrator(
    cast: Cast, said: Message, case: Case
) -> None:
    decide(case, cast.nora, Action.ESCALATE, policy_key=None)

    said.refresh_from_db()
    case.refresh_from_db()
    assert said.visibility == Visibility.HIDDEN
    assert case.state == CaseState.ESCALATED
    with refused(Code.NOT_ALLOWED):
        claim_case(case=case, by=cast.otis)
    claim_case(case=case, by=cast.ada)
    case.refresh_from_db()
    assert decide(case, cast.ada, Action.SUSPEND)


def test_whoever_escalated_may_take_that_back(cast: Cast, said: Message, case: Case) -> None:
    decision = decide(case, cast.nora, Action.ESCALATE, policy_key=None)

    undo_decision(decision=decision, by=cast.nora)

    case.refresh_from_db()
    said.refresh_from_db()
    assert (case.state, said.visibility) == (CaseState.OPEN, Visibility.VISIBLE)


def test_a_case_about_a_person_outside_any_room_offers_no_mute(cast: Cast) -> None:
    about_rex = open_case(message=None, person=cast.rex, room=None, severity=2, why="…")
    claim_case(case=about_rex, by=cast.nora)

    assert Action.MUTE not in actions_for(about_rex)
    with refused(Code.NOT_ALLOWED):
        decide(about_rex, cast.nora, Action.MUTE, until=now() + dt.timedelta(hours=1))


def test_undoing_puts_the_message_back_and_opens_the_case_again(
    cast: Cast, said: Message, case: Case
) -> None:
    report = report_message(
        reporter=cast.mara,
        room_public_id=cast.harbour.public_id,
        message_public_id=said.public_id,
        reason="harassment",
    )
    decision = decide(case, cast.nora)

    undo_decision(decision=decision, by=cast.nora)

    said.refresh_from_db()
    case.refresh_from_db()
    report.refresh_from_db()
    assert said.visibility == Visibility.VISIBLE
    assert (case.state, case.claimed_by) == (CaseState.OPEN, cast.nora)
    assert report.outcome == ""


def test_undoing_the_release_of_a_held_message_holds_it_again(cast: Cast) -> None:
    held = MessageFactory.create(room=cast.harbour, author=cast.rex, held=True)
    opened = open_case(message=held, person=cast.rex, room=cast.harbour, severity=2, why="…")
    claim_case(case=opened, by=cast.nora)
    released = decide(opened, cast.nora, Action.RELEASE, policy_key=None)

    undo_decision(decision=released, by=cast.nora)

    held.refresh_from_db()
    assert held.visibility == Visibility.HELD


def test_a_decision_is_undone_only_once(cast: Cast, case: Case) -> None:
    decision = decide(case, cast.nora)
    undo_decision(decision=decision, by=cast.nora)

    with refused(Code.ALREADY_DECIDED):
        undo_decision(decision=decision, by=cast.otis)


def test_after_thirty_days_a_decision_is_not_undone_any_more(cast: Cast, case: Case) -> None:
    decision = decide(case, cast.nora)
    decision.decided_at = now() - dt.timedelta(days=31)

    with refused(Code.UNDO_OVER):
        undo_decision(decision=decision, by=cast.nora)


def test_a_decision_is_not_undone_under_a_newer_case(cast: Cast, said: Message, case: Case) -> None:
    decision = decide(case, cast.nora, Action.DISMISS)
    open_case(message=said, person=cast.rex, room=cast.harbour, severity=2, why="reported again")

    with refused(Code.ALREADY_DECIDED):
        undo_decision(decision=decision, by=cast.nora)


def test_reporters_hear_whether_something_was_done(cast: Cast, said: Message, case: Case) -> None:
    report = report_message(
        reporter=cast.mara,
        room_public_id=cast.harbour.public_id,
        message_public_id=said.public_id,
        reason="harassment",
    )

    decide(case, cast.nora)

    report.refresh_from_db()
    assert report.outcome == ReportOutcome.ACTED
    assert report.outcome_seen_at is None


def test_of_two_moderators_deciding_at_once_one_wins_and_one_decision_is_on_record(
    committed_cast: Cast,
) -> None:
    cast = committed_cast
    message = MessageFactory.create(room=cast.harbour, author=cast.rex)
    case = open_case(message=message, person=cast.rex, room=cast.harbour, severity=2, why="…")
    start = Barrier(2)

    def claim_and_decide(moderator: Person) -> Code | None:
        try:
            mine = Case.objects.get(pk=case.pk)
            start.wait()
            take_over(case=mine, by=moderator)
            decide(mine, moderator)
        except Refused as refusal:
            return refusal.code
        finally:
            connections.close_all()
        return None

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(claim_and_decide, [cast.nora, cast.otis]))

    assert answers.count(None) == 1
    assert {Code.CLAIMED_BY_ANOTHER, Code.ALREADY_DECIDED} & set(answers)
    assert Decision.objects.count() == 1
    assert AuditEntry.objects.filter(action="message.hide").count() == 1
