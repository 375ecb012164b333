"""The gate: rules before a message is stored, what is written when one is held, and who waits."""

import datetime as dt
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Person
from common.clock import now
from common.errors import Code, Refused
from moderation.gate import ModerationGate
from moderation.models import (
    Action,
    Assessment,
    AssessmentState,
    Case,
    Decision,
    FindingRow,
    Policy,
    PolicyVersion,
    Rule,
    StatementOfReasons,
)
from moderation.rules.conditions import RuleError
from moderation.selectors import policy_version
from moderation.services.policies import delete_rule, save_rule
from rooms.models import Message, Room, Visibility
from rooms.seams import Draft, Outcome, RecentMessage
from rooms.services.messages import Posted, Sending, edit_message, post_message
from tests.cast import Cast
from tests.factories import MessageFactory


def says(person: Person, room: Room, body: str) -> Posted:
    return post_message(Sending(person.pk, room.public_id, uuid.uuid4(), body, None))


def the_message(posted: Posted) -> Message:
    return Message.objects.get(public_id=posted.message_public_id)


def rule(cast: Cast, pattern: str, outcome: Outcome, *, room: Room | None = None) -> Rule:
    return save_rule(
        rule=Rule(kind="word", pattern=pattern, outcome=outcome, severity=3, room=room), by=cast.ada
    )


def draft(room: Room, body: str = "hello", **more: object) -> Draft:
    facts = {
        "author_id": 1,
        "sent_at": now(),
        "author_age": 30,
        "author_is_new": False,
        "author_is_exempt": False,
        "screens_before": False,
        "minors_may_read": False,
        **more,
    }
    return Draft(room_id=room.pk, body=body, **facts)  # type: ignore[arg-type]


@pytest.mark.usefixtures("committed_cast")
class TestPosting:
    """Through rooms' own service, committed."""

    def test_every_message_is_queued_for_the_classifier(self, committed_cast: Cast) -> None:
        posted = says(committed_cast.rex, committed_cast.harbour, "good morning")

        assessment = Assessment.objects.get()
        assert assessment.message == the_message(posted)
        assert (assessment.state, assessment.text_version) == (AssessmentState.PENDING, 1)
        assert posted.state == Visibility.CHECKING

    def test_a_message_that_a_rule_holds_opens_a_case_and_its_author_is_told_why(
        self, committed_cast: Cast
    ) -> None:
        cast = committed_cast
        rule(cast, "flibbertigibbet", Outcome.HOLD)

        posted = says(cast.rex, cast.lounge, "you flibbertigibbet")

        message = the_message(posted)
        assert message.visibility == Visibility.HELD
        assert not message.was_visible
        assert Case.objects.get().message == message
        finding = FindingRow.objects.get()
        assert (finding.source, finding.label, finding.span) == ("rule", "word", [4, 19])
        decision = Decision.objects.get()
        assert (decision.action, decision.is_automated) == (Action.HOLD, True)
        assert "a word on the list" in decision.reason
        assert "flibbertigibbet" not in decision.reason
        assert StatementOfReasons.objects.get().person == cast.rex
        assert Assessment.objects.get().state == AssessmentState.PENDING

    def test_a_new_rule_holds_from_the_next_message_on_and_a_removed_one_no_longer(
        self, committed_cast: Cast
    ) -> None:
        cast = committed_cast
        assert says(cast.rex, cast.lounge, "a flibbertigibbet").state == Visibility.VISIBLE

        made = rule(cast, "flibbertigibbet", Outcome.BLOCK)
        with pytest.raises(Refused, match=Code.BLOCKED_BY_RULE):
            says(cast.rex, cast.lounge, "that flibbertigibbet")

        delete_rule(rule=made, by=cast.ada)
        assert says(cast.rex, cast.lounge, "this flibbertigibbet").state == Visibility.VISIBLE

    def test_a_rule_of_one_room_does_not_reach_another(self, committed_cast: Cast) -> None:
        cast = committed_cast
        rule(cast, "flibbertigibbet", Outcome.HOLD, room=cast.lounge)

        assert says(cast.rex, cast.lounge, "a flibbertigibbet").state == Visibility.HELD
        assert says(cast.rex, cast.harbour, "the flibbertigibbet").state == Visibility.CHECKING

    def test_an_edit_is_assessed_anew_and_overtakes_what_was_waiting(self, committed_cast: Cast) -> None:
        cast = committed_cast
        posted = says(cast.rex, cast.lounge, "a first thought")

        edit_message(
            person=cast.rex,
            room_public_id=cast.lounge.public_id,
            message_public_id=posted.message_public_id,
            body="a second thought",
            client_key=uuid.uuid4(),
        )

        first, second = Assessment.objects.order_by("text_version")
        assert (first.state, second.state) == (AssessmentState.STALE, AssessmentState.PENDING)

    def test_rules_that_cannot_be_loaded_hold_everything(self, committed_cast: Cast) -> None:
        cast = committed_cast
        rule(cast, "flibbertigibbet", Outcome.HOLD)
        Rule.objects.update(kind="pattern", pattern="(")  # as an older release may have left it

        posted = says(cast.rex, cast.lounge, "good morning")

        assert posted.state == Visibility.HELD
        assert Case.objects.exists()


def test_between_changes_preparing_costs_one_query(cast: Cast) -> None:
    gate = ModerationGate()
    gate.prepare()

    with CaptureQueriesContext(connection) as queries:
        gate.prepare()

    assert len(queries) == 1


def test_a_restored_backup_that_counts_versions_again_is_noticed(cast: Cast) -> None:
    gate = ModerationGate()
    rule(cast, "flibbertigibbet", Outcome.HOLD)
    gate.prepare()

    Rule.objects.update(pattern="gadzooks")
    PolicyVersion.objects.filter(number=policy_version()).update(created_at=now())
    gate.prepare()

    assert gate.screen(draft(cast.lounge, "gadzooks")).outcome is Outcome.HOLD


def test_screening_asks_the_database_nothing(cast: Cast) -> None:
    gate = ModerationGate()
    gate.prepare()

    with CaptureQueriesContext(connection) as queries:
        gate.screen(draft(cast.lounge))

    assert len(queries) == 0


def test_a_room_name_is_screened_for_words(cast: Cast) -> None:
    rule(cast, "flibbertigibbet", Outcome.HOLD)

    assert ModerationGate().screen_label("The Flibbertigibbet Club").outcome is Outcome.HOLD
    assert ModerationGate().screen_label("The Sailing Club").outcome is Outcome.ALLOW


def late(cast: Cast, for_s: float) -> ModerationGate:
    message = MessageFactory.create(room=cast.lounge, author=cast.mara)
    Assessment.objects.create(message=message, text_version=1, created_at=now() - dt.timedelta(seconds=for_s))
    gate = ModerationGate()
    gate.prepare()
    return gate


def test_while_judging_is_in_time_a_room_screened_after_shows_at_once(cast: Cast) -> None:
    gate = late(cast, 3)

    assert not gate.screen(draft(cast.lounge, author_is_new=True)).waits


@pytest.mark.parametrize(
    ("for_s", "more", "waits"),
    [
        (20, {}, False),
        (20, {"author_is_new": True}, True),
        (20, {"minors_may_read": True}, True),
        (20, {"body": "look at example.com"}, True),
        (90, {}, False),
        (130, {}, True),
    ],
)
def test_while_judging_is_late_the_failure_table_says_who_waits(
    cast: Cast, for_s: float, more: dict[str, object], waits: bool
) -> None:
    gate = late(cast, for_s)

    verdict = gate.screen(draft(cast.lounge, **more))  # type: ignore[arg-type]

    assert verdict.outcome is Outcome.ALLOW
    assert verdict.waits is waits


def test_in_slow_mode_a_second_message_within_ten_seconds_waits(cast: Cast) -> None:
    gate = late(cast, 90)
    just_now = RecentMessage("hi", now() - dt.timedelta(seconds=3), cast.lounge.pk)

    assert gate.screen(draft(cast.lounge, recent=(just_now,))).waits


def test_a_broken_rule_is_never_saved(cast: Cast) -> None:
    with pytest.raises(Refused, match=Code.MALFORMED_RULE) as refusal:
        save_rule(rule=Rule(kind="pattern", pattern="(", outcome="hold"), by=cast.ada)

    assert refusal.value.facts["detail"]
    assert isinstance(refusal.value.__cause__, RuleError)
    assert not Rule.objects.exists()
    assert Policy.objects.exists()
