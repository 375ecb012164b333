"""What was not judged in time: it reaches a human, its room is told, and nobody sees it before."""

import datetime as dt
from collections.abc import Sequence

import numpy as np
import pytest

from common.clock import now
from moderation import jobs
from moderation.classifiers.base import Scores
from moderation.models import Action, Assessment, AssessmentState, Case, Decision, StatementOfReasons
from moderation.selectors.pipeline import AlarmKind, alarms, delayed_rooms
from moderation.services.assessment import assess_pending, sweep
from moderation.services.canary import canary
from moderation.services.sweeping import hold_back_late
from moderation.services.watchdog import watching
from rooms.models import Message, Room, Visibility
from tests.cast import Cast
from tests.factories import MessageFactory
from tests.moderation.keyword_classifier import KeywordClassifier


def waiting(room: Room, cast: Cast, *, for_s: float, body: str = "hello") -> Message:
    """A message of Rex, sent so long ago and not judged yet."""
    state = {} if room == cast.lounge else {"checking": True}
    message = MessageFactory.create(room=room, author=cast.rex, body=body, **state)
    sent = now() - dt.timedelta(seconds=for_s)
    Assessment.objects.create(message=message, text_version=1, created_at=sent)
    return message


def visibility(message: Message) -> str:
    message.refresh_from_db()
    return message.visibility


def test_after_a_minute_a_message_is_a_humans(cast: Cast) -> None:
    message = waiting(cast.harbour, cast, for_s=61)

    sweep()

    assert Assessment.objects.get().state == AssessmentState.FAILED
    assert visibility(message) == Visibility.HELD
    assert Case.objects.get().message == message
    assert Decision.objects.get().grounds["label"] == "unjudged"
    assert StatementOfReasons.objects.get().person == cast.rex


def test_before_that_it_waits(cast: Cast) -> None:
    message = waiting(cast.harbour, cast, for_s=50)

    sweep()

    assert visibility(message) == Visibility.CHECKING
    assert not Case.objects.exists()


def test_after_five_failures_a_message_is_a_humans(cast: Cast) -> None:
    message = waiting(cast.harbour, cast, for_s=1, body="poison")
    classifier = KeywordClassifier()

    for _ in range(5):
        assert assess_pending(classifier=classifier) == 1
        Assessment.objects.update(leased_until=now())
    assert assess_pending(classifier=classifier) == 0
    sweep()

    assert Assessment.objects.get().state == AssessmentState.FAILED
    assert visibility(message) == Visibility.HELD
    assert Case.objects.exists()


def test_a_text_that_could_not_be_judged_is_taken_from_view_in_a_room_screened_after(cast: Cast) -> None:
    message = waiting(cast.lounge, cast, for_s=1, body="poison")
    Assessment.objects.update(attempts=5)

    sweep()

    assert visibility(message) == Visibility.HELD
    assert Decision.objects.get().action == Action.HOLD


def test_a_message_that_was_edited_is_not_given_to_a_human_for_its_old_text(cast: Cast) -> None:
    message = waiting(cast.harbour, cast, for_s=61)
    Message.objects.filter(pk=message.pk).update(text_version=2)

    sweep()

    assert visibility(message) == Visibility.CHECKING
    assert not Case.objects.exists()


def test_what_was_judged_while_the_sweep_looked_is_not_taken_from_view(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = waiting(cast.lounge, cast, for_s=130)

    def judged_meanwhile(*args: object, **kwargs: object) -> bool:
        Assessment.objects.update(state=AssessmentState.DONE)
        return True

    monkeypatch.setattr("moderation.services.sweeping._must_wait", judged_meanwhile)

    assert hold_back_late() == 0
    assert visibility(message) == Visibility.VISIBLE


def test_an_outage_is_worked_off_whole(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("moderation.services.sweeping._AT_ONCE", 3)
    for _ in range(7):
        waiting(cast.harbour, cast, for_s=61)

    sweep()

    assert Case.objects.count() == 7
    assert not Assessment.objects.filter(state=AssessmentState.PENDING).exists()


def test_a_room_in_which_people_wait_is_known_as_delayed(cast: Cast) -> None:
    waiting(cast.harbour, cast, for_s=6)
    waiting(cast.lounge, cast, for_s=1)

    assert delayed_rooms() == {cast.harbour.pk}
    assert jobs.remember_delayed({cast.harbour.pk}) is not None
    assert jobs.remember_delayed(set()) == {cast.harbour.pk}


def test_moderators_are_alarmed_when_judging_is_late(cast: Cast) -> None:
    jobs.beat_heart()
    assert AlarmKind.LATE not in kinds_of_alarm()

    waiting(cast.harbour, cast, for_s=31)

    assert AlarmKind.LATE in kinds_of_alarm()
    assert AlarmKind.SILENT not in kinds_of_alarm()


def test_the_canary_is_well_while_good_and_bad_are_told_apart(db: None) -> None:
    assert canary(classifier=KeywordClassifier())

    assert not {AlarmKind.CANARY_WRONG, AlarmKind.CANARY_MISSING} & kinds_of_alarm()


def test_the_canary_is_ill_when_bad_reads_as_clean_or_not_at_all(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    blind = KeywordClassifier()
    monkeypatch.setattr("tests.moderation.keyword_classifier.TOXICITY", {})
    assert not canary(classifier=blind)
    assert AlarmKind.CANARY_WRONG in kinds_of_alarm()

    monkeypatch.setattr("moderation.services.canary.BAD", "poison")
    assert not canary(classifier=blind)
    last = jobs.last_canary()
    assert last
    assert "PoisonError" in last.detail


def test_the_canary_asks_the_second_model_too(db: None) -> None:
    class Blind(KeywordClassifier):
        name = "larger"

        def scores(self, texts: Sequence[str]) -> Scores:
            return np.full((len(texts), len(self.labels)), 0.01, np.float32)

    assert canary(classifier=KeywordClassifier(), second=KeywordClassifier())
    assert not canary(classifier=KeywordClassifier(), second=Blind())
    assert AlarmKind.CANARY_WRONG in kinds_of_alarm()
    last = jobs.last_canary()
    assert last
    assert last.detail.startswith("the second model: larger")


def test_a_second_model_that_hangs_over_the_canary_ends_its_worker(committed_cast: Cast) -> None:
    hanging = KeywordClassifier()

    class Hanging(KeywordClassifier):
        def scores(self, texts: Sequence[str]) -> Scores:
            hanging.let_go.wait(60)
            return super().scores(texts)

    canary(classifier=KeywordClassifier(), second=Hanging(), limit_s=0.2, bite=hanging.let_go.set)

    assert hanging.let_go.is_set()


def test_a_hanging_classifier_ends_its_worker_and_frees_what_it_held(committed_cast: Cast) -> None:
    cast = committed_cast
    message = waiting(cast.harbour, cast, for_s=1, body="stuck")
    classifier = KeywordClassifier()

    # In a worker the bite ends the process; here it lets the classifier go on, too late.
    assess_pending(classifier=classifier, limit_s=0.2, bite=classifier.let_go.set, for_s=0)

    assert classifier.let_go.is_set()
    assert visibility(message) == Visibility.VISIBLE


def test_the_watchdog_notes_whose_turn_it_was(committed_cast: Cast) -> None:
    cast = committed_cast
    waiting(cast.harbour, cast, for_s=1)
    assessment = Assessment.objects.get()
    classifier = KeywordClassifier()

    with watching([assessment.pk], limit_s=0.05, bite=classifier.let_go.set):
        classifier.let_go.wait(10)

    assessment.refresh_from_db()
    assert assessment.error == "timed out"
    assert assessment.state == AssessmentState.PENDING


def kinds_of_alarm() -> set[AlarmKind]:
    return {alarm.kind for alarm in alarms()}
