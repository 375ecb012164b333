"""Judging what waits: each text once, in the order of its coming, and never clean by accident."""

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from unittest.mock import patch

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from accounts.models import AgeBand, AuditEntry, Person
from common.clock import now
from moderation.classifiers.base import Scores
from moderation.models import (
    Action,
    Assessment,
    AssessmentState,
    Case,
    Decision,
    FindingRow,
    Severity,
    StatementOfReasons,
    Threshold,
)
from moderation.services.assessment import assess_pending, oldest_pending_s
from moderation.services.pending import Waiting, due
from moderation.services.verdicts import Judged, Model, conclude
from rooms.models import Message, Room, Visibility
from rooms.services.messages import Sending, edit_message, post_message
from tests.cast import Cast
from tests.factories import MessageFactory
from tests.moderation.keyword_classifier import KeywordClassifier


@pytest.fixture
def classifier() -> KeywordClassifier:
    return KeywordClassifier()


def waiting(room: Room, author: Person, body: str, **more: object) -> Message:
    """A message in a room, stored and to be judged."""
    state = more or ({} if room.slug == "lounge" else {"checking": True})
    message = MessageFactory.create(room=room, author=author, body=body, **state)
    Assessment.objects.create(message=message, text_version=message.text_version)
    return message


def visibility(message: Message) -> str:
    message.refresh_from_db()
    return message.visibility


def test_a_clean_message_is_shown_and_its_scores_kept(cast: Cast, classifier: KeywordClassifier) -> None:
    message = waiting(cast.harbour, cast.rex, "hello")

    assess_pending(classifier=classifier)

    assessment = Assessment.objects.get()
    assert visibility(message) == Visibility.VISIBLE
    assert message.was_visible
    assert (assessment.state, assessment.outcome) == (AssessmentState.DONE, "none")
    assert assessment.scores["toxicity"] == pytest.approx(0.01)
    assert (assessment.model_name, assessment.model_version) == ("keyword", "1")
    assert not Decision.objects.exists()
    assert not AuditEntry.objects.exists()


def test_a_message_over_the_hiding_threshold_is_hidden_with_its_grounds(
    cast: Cast, classifier: KeywordClassifier
) -> None:
    message = waiting(cast.harbour, cast.rex, "you are awful")

    assess_pending(classifier=classifier)

    decision = Decision.objects.get()
    assert visibility(message) == Visibility.HIDDEN
    assert not message.was_visible
    assert decision.grounds["label"] == "toxicity"
    assert decision.grounds["score"] == pytest.approx(0.99)
    assert decision.policy
    assert decision.policy.key == "harassment"
    assert StatementOfReasons.objects.get().person == cast.rex
    assert FindingRow.objects.get().source == "classifier"
    assert AuditEntry.objects.filter(action="message.hide", actor_id=None).count() == 1


def test_in_doubt_a_room_screened_before_waits_for_a_human(cast: Cast, classifier: KeywordClassifier) -> None:
    message = waiting(cast.harbour, cast.rex, "rather dubious")

    assess_pending(classifier=classifier)

    assert visibility(message) == Visibility.HELD
    assert Case.objects.get().message == message
    assert Decision.objects.get().action == Action.HOLD


def test_in_doubt_a_room_screened_after_goes_on_while_a_human_looks(
    cast: Cast, classifier: KeywordClassifier
) -> None:
    message = waiting(cast.lounge, cast.rex, "rather dubious")

    assess_pending(classifier=classifier)

    assert visibility(message) == Visibility.VISIBLE
    assert Case.objects.get().message == message
    assert not Decision.objects.exists()


def test_a_room_screened_after_loses_what_is_over_the_hiding_threshold(
    cast: Cast, classifier: KeywordClassifier
) -> None:
    message = waiting(cast.lounge, cast.rex, "you are awful")

    assess_pending(classifier=classifier)

    assert visibility(message) == Visibility.HIDDEN


def test_what_escalates_is_hidden_and_looked_at_first(cast: Cast, classifier: KeywordClassifier) -> None:
    Threshold.objects.create(label="toxicity", escalate=0.98)
    message = waiting(cast.lounge, cast.rex, "you are awful")

    assess_pending(classifier=classifier)

    assert visibility(message) == Visibility.HIDDEN
    assert Case.objects.get().severity == Severity.URGENT


@pytest.mark.parametrize("body", ["hello", "rather dubious", "you are awful"])
def test_what_a_rule_holds_stays_held_whatever_the_classifier_says(
    cast: Cast, classifier: KeywordClassifier, body: str
) -> None:
    message = waiting(cast.harbour, cast.rex, body, held=True)

    assess_pending(classifier=classifier)

    assert visibility(message) == Visibility.HELD
    assert not Decision.objects.exists()


def test_a_rooms_stricter_threshold_decides_there_alone(cast: Cast, classifier: KeywordClassifier) -> None:
    Threshold.objects.create(label="toxicity", hide=0.8, room=cast.lounge)
    there = waiting(cast.lounge, cast.rex, "rather dubious")
    elsewhere = waiting(cast.harbour, cast.rex, "rather dubious")

    assess_pending(classifier=classifier)

    assert visibility(there) == Visibility.HIDDEN
    assert visibility(elsewhere) == Visibility.HELD


def test_the_strictest_band_of_everybody_who_may_be_there_decides(
    cast: Cast, classifier: KeywordClassifier
) -> None:
    youngest = AgeBand.objects.order_by("minimum_age").first()
    assert youngest
    Threshold.objects.create(label="toxicity", hide=0.8, age_band=youngest)
    for_all = waiting(cast.harbour, cast.rex, "rather dubious")
    for_adults = waiting(cast.lounge, cast.rex, "rather dubious")

    assess_pending(classifier=classifier)

    assert visibility(for_all) == Visibility.HIDDEN
    assert visibility(for_adults) == Visibility.VISIBLE


def test_the_sites_figure_replaces_the_codes(cast: Cast, classifier: KeywordClassifier) -> None:
    Threshold.objects.create(label="toxicity", review=0.9, hide=0.995)
    message = waiting(cast.lounge, cast.rex, "you are awful")

    assess_pending(classifier=classifier)

    assert visibility(message) == Visibility.VISIBLE
    assert Case.objects.exists()


def test_everything_that_waits_is_judged_in_batches_oldest_first(
    cast: Cast, classifier: KeywordClassifier
) -> None:
    for number in range(7):
        message = waiting(cast.harbour, cast.rex, f"number {number}")
        ago = dt.timedelta(seconds=10 - number)
        Assessment.objects.filter(message=message).update(created_at=now() - ago)

    judged = assess_pending(classifier=classifier, batch_size=3)

    assert judged == 7
    assert [text for batch in classifier.asked for text in batch] == [f"number {n}" for n in range(7)]
    assert [len(batch) for batch in classifier.asked] == [3, 3, 1]
    assert oldest_pending_s() == 0


def test_a_poison_text_does_not_fail_its_neighbours(cast: Cast, classifier: KeywordClassifier) -> None:
    clean = [waiting(cast.harbour, cast.rex, f"hello {number}") for number in range(3)]
    poison = waiting(cast.harbour, cast.rex, "poison")

    assess_pending(classifier=classifier)

    assert [visibility(message) for message in clean] == [Visibility.VISIBLE] * 3
    assert visibility(poison) == Visibility.CHECKING
    assessment = Assessment.objects.get(message=poison)
    assert (assessment.state, assessment.attempts) == (AssessmentState.PENDING, 1)
    assert assessment.error.startswith("PoisonError at keyword_classifier.py")


def test_a_text_that_failed_before_is_judged_by_itself_after_the_new_ones(
    cast: Cast, classifier: KeywordClassifier
) -> None:
    failed_before = waiting(cast.harbour, cast.rex, "once more")
    Assessment.objects.filter(message=failed_before).update(attempts=1)
    waiting(cast.harbour, cast.rex, "the first time")

    assess_pending(classifier=classifier)

    assert classifier.asked == [["the first time"], ["once more"]]


def test_a_poison_text_among_many_is_found_in_few_calls(cast: Cast, classifier: KeywordClassifier) -> None:
    for number in range(64):
        waiting(cast.harbour, cast.rex, "poison" if number == 40 else f"hello {number}")

    assess_pending(classifier=classifier)

    sizes = Counter(len(texts) for texts in classifier.asked if len(texts) > 1)
    assert sizes == {64: 1, 32: 2, 16: 2, 8: 2, 4: 2, 2: 2}
    assert Assessment.objects.filter(state=AssessmentState.DONE).count() == 63


def test_what_was_in_a_batch_with_a_text_that_ended_its_worker_goes_before_it(
    cast: Cast, classifier: KeywordClassifier
) -> None:
    for number, attempts in enumerate((2, 1, 2, 1)):
        message = waiting(cast.harbour, cast.rex, f"number {number}")
        Assessment.objects.filter(message=message).update(attempts=attempts)

    assess_pending(classifier=classifier)

    assert classifier.asked == [["number 1", "number 3"], ["number 0"], ["number 2"]]


def test_many_that_were_in_one_batch_with_it_are_tried_again_some_at_a_time(
    cast: Cast, classifier: KeywordClassifier
) -> None:
    for number in range(40):
        waiting(cast.harbour, cast.rex, f"number {number}")
    Assessment.objects.update(attempts=1)

    assess_pending(classifier=classifier)

    assert [len(texts) for texts in classifier.asked] == [16, 16, 8]


def test_texts_that_are_too_much_for_one_call_are_several_batches(
    cast: Cast, classifier: KeywordClassifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("moderation.services.pending._BATCH_CHARACTERS", 10)
    for body in ("12345", "67890", "1234567890 and more", "12345"):
        waiting(cast.harbour, cast.rex, body)

    assess_pending(classifier=classifier)

    assert classifier.asked == [["12345", "67890"], ["1234567890 and more"], ["12345"]]


def test_many_texts_that_pass_cost_as_many_statements_as_one(
    cast: Cast, classifier: KeywordClassifier
) -> None:
    waiting(cast.lounge, cast.rex, "hello")
    with CaptureQueriesContext(connection) as for_one:
        assess_pending(classifier=classifier)

    for number in range(100):
        waiting(cast.lounge, cast.rex, f"hello {number}")
    with CaptureQueriesContext(connection) as for_many:
        assess_pending(classifier=classifier)

    assert len(for_many) == len(for_one)
    assert Assessment.objects.filter(state=AssessmentState.DONE).count() == 101


def test_what_the_sweep_took_from_view_while_the_classifier_worked_is_shown_again(cast: Cast) -> None:
    messages = [waiting(cast.lounge, cast.rex, f"hello {number}") for number in range(2)]

    class SweptMeanwhile(KeywordClassifier):
        def scores(self, texts: Sequence[str]) -> Scores:
            Message.objects.filter(pk=messages[0].pk).update(visibility=Visibility.CHECKING)
            return super().scores(texts)

    assess_pending(classifier=SweptMeanwhile())

    assert [visibility(message) for message in messages] == [Visibility.VISIBLE] * 2
    assert Assessment.objects.filter(state=AssessmentState.DONE).count() == 2


@pytest.mark.parametrize("body", ["poison", "nonsense"])
def test_an_exception_or_nan_never_reads_as_clean(
    cast: Cast, classifier: KeywordClassifier, body: str
) -> None:
    message = waiting(cast.harbour, cast.rex, body)

    assess_pending(classifier=classifier)

    assert visibility(message) == Visibility.CHECKING
    assert Assessment.objects.get().state == AssessmentState.PENDING


def test_scores_of_the_wrong_shape_never_read_as_clean(cast: Cast, classifier: KeywordClassifier) -> None:
    message = waiting(cast.harbour, cast.rex, "hello")

    class Short(KeywordClassifier):
        def scores(self, texts: Sequence[str]) -> Scores:
            return super().scores(texts)[:, :1]

    assess_pending(classifier=Short())

    assert visibility(message) == Visibility.CHECKING


def test_a_verdict_on_a_text_that_was_edited_meanwhile_is_dropped(committed_cast: Cast) -> None:
    cast = committed_cast
    said = post_message(Sending(cast.rex.pk, cast.harbour.public_id, uuid.uuid4(), "a first thought", None))

    class EditedMeanwhile(KeywordClassifier):
        def scores(self, texts: Sequence[str]) -> Scores:
            if len(self.asked) == 0:
                edit_message(
                    person=cast.rex,
                    room_public_id=cast.harbour.public_id,
                    message_public_id=said.message_public_id,
                    body="you are awful",
                    client_key=uuid.uuid4(),
                )
            return super().scores(texts)

    classifier = EditedMeanwhile()
    assess_pending(classifier=classifier)

    message = Message.objects.get(public_id=said.message_public_id)
    first, second = Assessment.objects.order_by("text_version")
    assert classifier.asked == [["a first thought"], ["you are awful"]]
    assert (first.state, second.state) == (AssessmentState.STALE, AssessmentState.DONE)
    assert message.visibility == Visibility.HIDDEN
    assert not message.was_visible


def test_thresholds_that_changed_while_the_classifier_worked_decide(cast: Cast) -> None:
    message = waiting(cast.lounge, cast.rex, "rather dubious")

    class ChangedMeanwhile(KeywordClassifier):
        def scores(self, texts: Sequence[str]) -> Scores:
            Threshold.objects.create(label="toxicity", hide=0.5)
            return super().scores(texts)

    assess_pending(classifier=ChangedMeanwhile())

    assert visibility(message) == Visibility.HIDDEN


def test_a_message_that_a_moderator_hid_meanwhile_is_not_released(cast: Cast) -> None:
    message = waiting(cast.harbour, cast.rex, "hello")

    class HiddenMeanwhile(KeywordClassifier):
        def scores(self, texts: Sequence[str]) -> Scores:
            Message.objects.filter(pk=message.pk).update(visibility=Visibility.HIDDEN)
            return super().scores(texts)

    assess_pending(classifier=HiddenMeanwhile())

    assert visibility(message) == Visibility.HIDDEN


def test_a_deleted_message_is_judged_and_stays_deleted(cast: Cast, classifier: KeywordClassifier) -> None:
    message = waiting(cast.harbour, cast.rex, "you are awful")
    Message.objects.filter(pk=message.pk).update(visibility=Visibility.DELETED)

    assess_pending(classifier=classifier)

    assert visibility(message) == Visibility.DELETED
    assert Assessment.objects.get().outcome == "hide"
    assert not Case.objects.exists()


def test_a_crash_between_verdict_and_commit_leaves_one_decision_after_the_second_try(
    committed_cast: Cast,
) -> None:
    cast = committed_cast
    message = waiting(cast.harbour, cast.rex, "you are awful")
    audit_fails = patch("moderation.services.enforcement.audit.record_many", side_effect=SystemExit)
    with audit_fails, pytest.raises(SystemExit):
        assess_pending(classifier=KeywordClassifier())
    assert visibility(message) == Visibility.CHECKING
    assert not Decision.objects.exists()
    Assessment.objects.update(leased_until=now())  # the lease of the worker that died has run out

    assess_pending(classifier=KeywordClassifier())

    assert visibility(message) == Visibility.HIDDEN
    assert Decision.objects.count() == 1
    assert AuditEntry.objects.filter(action="message.hide").count() == 1


def test_what_another_worker_holds_is_not_judged_until_its_lease_runs_out(
    cast: Cast, classifier: KeywordClassifier
) -> None:
    waiting(cast.harbour, cast.rex, "hello")
    Assessment.objects.update(leased_until=now() + dt.timedelta(seconds=30))

    assert assess_pending(classifier=classifier) == 0

    Assessment.objects.update(leased_until=now())
    assert assess_pending(classifier=classifier) == 1


def test_two_workers_together_judge_each_message_once(committed_cast: Cast) -> None:
    cast = committed_cast
    messages = [
        waiting(room, cast.rex, f"{word} {number}")
        for number in range(20)
        for room, word in ((cast.harbour, "awful"), (cast.lounge, "hello"), (cast.harbour, "dubious"))
    ]

    def work(_number: int) -> list[str]:
        classifier = KeywordClassifier()
        try:
            assess_pending(classifier=classifier, batch_size=4)
        finally:
            connections.close_all()
        return [text for batch in classifier.asked for text in batch]

    with ThreadPoolExecutor(2) as pool:
        asked = [text for texts in pool.map(work, range(2)) for text in texts]

    assert sorted(asked) == sorted(message.body for message in messages)
    assert Assessment.objects.filter(state=AssessmentState.DONE).count() == 60
    assert Decision.objects.filter(action=Action.HIDE).count() == 20
    assert Case.objects.count() == 20


def test_a_late_second_verdict_on_the_same_text_changes_nothing(
    cast: Cast, classifier: KeywordClassifier
) -> None:
    message = waiting(cast.harbour, cast.rex, "you are awful")
    assess_pending(classifier=classifier)
    judged = Judged(waiting=_as_it_waited(message), scores={"toxicity": 0.0, "insult": 0.0})

    conclude([judged], model=Model("keyword", "1"))

    assert visibility(message) == Visibility.HIDDEN
    assert Assessment.objects.get().outcome == "hide"


def test_what_a_failing_classifier_says_of_a_text_is_kept_nowhere(
    cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    waiting(cast.harbour, cast.rex, "my private affairs")

    class Telling(KeywordClassifier):
        def scores(self, texts: Sequence[str]) -> Scores:
            raise ValueError(f"cannot read {texts[0]!r}")

    assess_pending(classifier=Telling())

    assert "private affairs" not in Assessment.objects.get().error
    assert "private affairs" not in caplog.text
    assert "classifier.failed" in caplog.text


def test_what_is_due_is_found_through_the_partial_index(cast: Cast) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        plan = due().order_by("created_at")[:32].explain()

    assert "assessment_pending" in plan


def _as_it_waited(message: Message) -> Waiting:
    assessment = Assessment.objects.get(message=message)
    return Waiting(assessment.pk, message.pk, 1, message.body, 1, message.room_id, Visibility.CHECKING)
