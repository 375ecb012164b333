"""The second model: reads what the first is unsure of, and a sample; if it fails nothing reads as clean."""

from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Person
from common.clock import now
from moderation.band import Asked as Why
from moderation.band import band_of, counting, is_sampled, is_unsure
from moderation.classifiers.base import Scores
from moderation.decisions import DEFAULT_THRESHOLDS, Levels
from moderation.models import (
    Asked,
    Assessment,
    AssessmentState,
    Case,
    Decision,
    FindingRow,
    SecondOpinion,
    Threshold,
)
from moderation.selectors.second import second_report, wilson
from moderation.services.assessment import assess_pending, sweep
from moderation.services.second import Second
from rooms.models import Message, Room, Visibility
from tests.cast import Cast
from tests.factories import MessageFactory
from tests.moderation.keyword_classifier import KeywordClassifier

# Between half of what calls a human (0.60) and what hides (0.945), for grown-ups.
UNSURE = "rather dubious"


class Larger(KeywordClassifier):
    """A second model that gives the scores it is told, by a word of the text; else it finds nothing."""

    name, version = "larger", "9"
    labels: tuple[str, ...] = ("toxicity", "insult")

    def __init__(self, **scores: float) -> None:
        super().__init__()
        self._scores: Mapping[str, float] = scores

    def scores(self, texts: Sequence[str]) -> Scores:
        super().scores(texts)  # fails as that does
        found = [max((s for word, s in self._scores.items() if word in text), default=0.01) for text in texts]
        return np.array([[score] + [0.02] * (len(self.labels) - 1) for score in found], dtype=np.float32)


def waiting(room: Room, author: Person, body: str) -> Message:
    state = {} if room.slug == "lounge" else {"checking": True}
    message = MessageFactory.create(room=room, author=author, body=body, **state)
    Assessment.objects.create(message=message, text_version=message.text_version)
    return message


def judge(second: KeywordClassifier | None, *, sample: float = 0.0) -> KeywordClassifier:
    """What waits, by the keyword classifier and this second one; gives the first."""
    first = KeywordClassifier()
    assess_pending(classifier=first, second=Second(second, sample, "" if second else "its files are gone"))
    return first


def visibility(message: Message) -> str:
    message.refresh_from_db()
    return message.visibility


def nothing_is_left_to_wait_for() -> None:
    """As if the pauses between two tries were over."""
    Assessment.objects.filter(state=AssessmentState.PENDING).update(leased_until=now())


# --- the band ----------------------------------------------------------------------------------


def test_the_band_begins_at_half_of_what_calls_a_human_and_ends_where_hiding_begins() -> None:
    assert band_of(Levels(review=0.6, hide=0.9)) == (0.3, 0.9)


def test_a_label_that_never_hides_is_unsure_up_to_the_top() -> None:
    assert is_unsure({"threat": 1.0}, {"threat": Levels(review=0.2)})


def test_a_label_without_thresholds_has_no_band() -> None:
    assert not is_unsure({"mood": 0.5}, DEFAULT_THRESHOLDS)
    assert not is_unsure({"mood": 0.5}, {"mood": Levels()})


@pytest.mark.parametrize(("score", "unsure"), [(0.19, False), (0.2, True), (0.69, True), (0.7, False)])
def test_a_band_that_was_set_holds_instead(score: float, unsure: bool) -> None:
    levels = Levels(review=0.6, hide=0.9, band_from=0.2, band_to=0.7)

    assert is_unsure({"toxicity": score}, {"toxicity": levels}) is unsure


def test_what_the_first_is_sure_of_the_second_does_not_undo() -> None:
    first = {"toxicity": 0.97, "insult": 0.5}

    counts = counting(first, {"toxicity": 0.1, "insult": 0.2}, DEFAULT_THRESHOLDS, Why.BAND)

    assert counts == {"insult": 0.2}


def test_in_the_sample_the_higher_score_counts() -> None:
    assert counting({"a": 0.4, "b": 0.1}, {"a": 0.1, "b": 0.9}, {}, Why.SAMPLE) == {"b": 0.9}


def test_a_sample_is_its_share_and_the_same_each_time() -> None:
    sampled = [number for number in range(20_000) if is_sampled(number, 0.05)]

    assert 0.04 < len(sampled) / 20_000 < 0.06
    assert sampled == [number for number in range(20_000) if is_sampled(number, 0.05)]
    assert not any(is_sampled(number, 0) for number in range(1000))
    assert all(is_sampled(number, 1) for number in range(1000))


# --- what it decides ---------------------------------------------------------------------------


def test_the_second_reads_only_what_the_first_is_unsure_of(cast: Cast) -> None:
    for body in ("hello", UNSURE, "you are awful"):
        waiting(cast.lounge, cast.rex, body)
    second = Larger()

    first = judge(second)

    assert sorted(first.asked[0]) == ["hello", UNSURE, "you are awful"]
    assert second.asked == [[UNSURE]]


def test_what_the_first_doubts_and_the_second_clears_is_shown(cast: Cast) -> None:
    message = waiting(cast.harbour, cast.rex, UNSURE)

    judge(Larger())

    opinion = SecondOpinion.objects.get()
    assert visibility(message) == Visibility.VISIBLE
    assert not Case.objects.exists()
    assert (opinion.asked, opinion.first_call, opinion.second_call) == (Asked.BAND, "review", "none")


def test_what_the_first_doubts_and_the_second_is_sure_of_is_hidden(cast: Cast) -> None:
    message = waiting(cast.lounge, cast.rex, UNSURE)

    judge(Larger(dubious=0.99))

    assert visibility(message) == Visibility.HIDDEN


def test_both_models_scores_are_kept_and_the_decision_says_which_said_what(cast: Cast) -> None:
    waiting(cast.lounge, cast.rex, UNSURE)

    judge(Larger(dubious=0.99))

    assessment, grounds = Assessment.objects.get(), Decision.objects.get().grounds
    assert (assessment.model_name, round(assessment.scores["toxicity"], 2)) == ("keyword", 0.85)
    opinion = assessment.second_opinion
    assert (opinion.model_name, opinion.model_version) == ("larger", "9")
    assert round(opinion.scores["toxicity"], 2) == 0.99
    assert (grounds["model"], grounds["model_version"]) == ("larger", "9")
    assert [(said["model"], round(said["score"], 2)) for said in grounds["said"]] == [
        ("keyword", 0.85),
        ("larger", 0.99),
    ]
    assert FindingRow.objects.get().model_name == "larger"


def test_a_label_that_the_second_does_not_know_keeps_the_firsts_score(cast: Cast) -> None:
    waiting(cast.lounge, cast.rex, UNSURE)
    second = Larger()
    second.labels = ("insult",)

    judge(second)

    finding = FindingRow.objects.get()
    assert (finding.label, finding.model_name) == ("toxicity", "keyword")
    assert Case.objects.exists()


def test_what_the_first_hides_for_sure_stays_hidden_though_another_label_is_in_doubt(cast: Cast) -> None:
    Threshold.objects.create(label="insult", review=0.01)
    message = waiting(cast.lounge, cast.rex, "you are awful")

    judge(Larger())

    assert SecondOpinion.objects.get().asked == Asked.BAND
    assert visibility(message) == Visibility.HIDDEN


def test_a_band_that_was_set_for_a_room_holds_there(cast: Cast) -> None:
    Threshold.objects.create(label="toxicity", band_from=0.005, room=cast.lounge)
    waiting(cast.lounge, cast.rex, "hello")
    waiting(cast.harbour, cast.rex, "good morning")
    second = Larger()

    judge(second)

    assert second.asked == [["hello"]]


# --- the sample --------------------------------------------------------------------------------


def test_what_the_sample_finds_is_not_ignored_though_the_first_let_it_pass(cast: Cast) -> None:
    doubted = waiting(cast.harbour, cast.rex, "sly words")

    judge(Larger(sly=0.7), sample=1)

    assert visibility(doubted) == Visibility.HELD
    assert Case.objects.get().message == doubted
    assert FindingRow.objects.get().model_name == "larger"


def test_what_the_first_finds_stays_found_though_the_sample_is_milder(cast: Cast) -> None:
    message = waiting(cast.lounge, cast.rex, "you are awful")

    judge(Larger(), sample=1)

    assert visibility(message) == Visibility.HIDDEN
    assert SecondOpinion.objects.get().second_call == "none"


def test_what_is_missed_is_said_with_its_interval(cast: Cast) -> None:
    for body in [*["hello"] * 6, "sly words", "sly again", "foul", "you are awful", UNSURE]:
        waiting(cast.lounge, cast.rex, body)

    judge(Larger(sly=0.7, foul=0.99), sample=1)

    found = second_report()
    assert (found.missed.passed, found.missed.reviewed, found.missed.hidden) == (9, 2, 1)
    assert found.missed.share == pytest.approx(1 / 3)
    low, high = found.missed.between
    assert 0.1 < low < 1 / 3 < high < 0.7
    assert (found.found, found.milder, found.failed, found.in_band) == (1, 1, 0, 1)


def test_an_interval_is_never_outside_of_what_a_share_can_be() -> None:
    assert wilson(0, 0) == (0, 1)
    assert wilson(0, 100)[0] == 0
    assert wilson(0, 100)[1] == pytest.approx(0.037, abs=0.001)
    assert wilson(100, 100)[1] == 1


# --- when it fails -----------------------------------------------------------------------------

_BROKEN = "dubious poison", "dubious nonsense"


class Broken(Larger):
    """Raises at "poison", answers NaN at "nonsense"; what it reads is otherwise clean."""

    def scores(self, texts: Sequence[str]) -> Scores:
        scores = super().scores(texts)
        scores[["nonsense" in text for text in texts]] = np.nan
        return scores


class Unfailing(KeywordClassifier):
    """The first model: at what the second fails it does not."""

    def scores(self, texts: Sequence[str]) -> Scores:
        return super().scores([text.replace("poison", "").replace("nonsense", "") for text in texts])


@pytest.mark.parametrize("body", _BROKEN)
def test_where_the_second_fails_what_the_first_doubts_is_never_clean(cast: Cast, body: str) -> None:
    message, neighbour = waiting(cast.harbour, cast.rex, body), waiting(cast.harbour, cast.rex, UNSURE)

    for _ in range(5):
        assess_pending(classifier=Unfailing(), second=Second(Broken(), 0))
        assert visibility(message) == Visibility.CHECKING
        nothing_is_left_to_wait_for()
    sweep()

    assert visibility(neighbour) == Visibility.VISIBLE
    assert visibility(message) == Visibility.HELD
    assert Case.objects.get().message == message
    assert Assessment.objects.get(message=message).error.startswith("second model:")


def test_where_the_second_is_not_there_only_what_the_first_doubts_waits(cast: Cast) -> None:
    bodies = ("hello", UNSURE, "you are awful")
    clean, unsure, foul = (waiting(cast.harbour, cast.rex, body) for body in bodies)

    judge(None)

    assert [visibility(message) for message in (clean, unsure, foul)] == [
        Visibility.VISIBLE,
        Visibility.CHECKING,
        Visibility.HIDDEN,
    ]
    assert "its files are gone" in Assessment.objects.get(message=unsure).error


@pytest.mark.parametrize("body", ["poison", "nonsense"])
def test_where_a_sample_fails_the_firsts_word_counts_and_the_failure_is_kept(cast: Cast, body: str) -> None:
    message = waiting(cast.harbour, cast.rex, body)

    assess_pending(classifier=Unfailing(), second=Second(Broken(), 1))

    assert visibility(message) == Visibility.VISIBLE
    assert SecondOpinion.objects.get().error.startswith("second model:")
    assert (second_report().failed, second_report().missed.passed) == (1, 0)


def test_a_second_that_hangs_ends_its_worker_after_what_the_first_is_sure_of_was_done(
    committed_cast: Cast,
) -> None:
    cast = committed_cast
    clean, unsure = waiting(cast.harbour, cast.rex, "hello"), waiting(cast.harbour, cast.rex, UNSURE)
    hanging = Larger()
    seen: list[tuple[str, str]] = []

    class Hanging(Larger):
        def scores(self, texts: Sequence[str]) -> Scores:
            seen.append((visibility(clean), visibility(unsure)))
            hanging.let_go.wait(60)
            return super().scores(texts)

    assess_pending(
        classifier=KeywordClassifier(),
        second=Second(Hanging(), 0),
        limit_s=0.2,
        bite=hanging.let_go.set,  # in a worker the bite ends the process; here it lets the second go on
        for_s=0,
    )

    assert hanging.let_go.is_set()
    assert seen == [(Visibility.VISIBLE, Visibility.CHECKING)]


def test_a_sampled_text_at_which_the_second_has_ended_its_worker_twice_is_not_asked_again(cast: Cast) -> None:
    message = waiting(cast.harbour, cast.rex, "hello")
    Assessment.objects.update(attempts=2)
    second = Larger()

    judge(second, sample=1)

    assert second.asked == []
    assert visibility(message) == Visibility.VISIBLE
    assert second_report().failed == 1


# --- what it costs -----------------------------------------------------------------------------


def statements(second: Second | None) -> int:
    with CaptureQueriesContext(connection) as asked:
        assess_pending(classifier=KeywordClassifier(), second=second)
    return len(asked)


def test_many_texts_of_which_the_first_is_sure_cost_as_many_statements_as_one(cast: Cast) -> None:
    waiting(cast.lounge, cast.rex, "hello")
    for_one = statements(Second(Larger(), 0))

    for number in range(100):
        waiting(cast.lounge, cast.rex, f"hello {number}")
    for_many = statements(Second(Larger(), 0))

    assert for_many == for_one
    assert not SecondOpinion.objects.exists()


def test_many_texts_that_both_clear_cost_as_many_statements_as_one(cast: Cast) -> None:
    waiting(cast.lounge, cast.rex, UNSURE)
    for_one = statements(Second(Larger(), 0))

    for number in range(60):
        waiting(cast.lounge, cast.rex, f"{UNSURE} {number}")
    for_many = statements(Second(Larger(), 0))

    assert for_many == for_one
    assert SecondOpinion.objects.count() == 61


def test_a_second_costs_nothing_where_none_is_chosen(cast: Cast) -> None:
    waiting(cast.lounge, cast.rex, "hello")
    without = statements(None)
    waiting(cast.lounge, cast.rex, "hello")

    assert statements(Second(Larger(), 0)) > 0
    waiting(cast.lounge, cast.rex, "hello")
    assert statements(None) == without
