"""Judging texts without storing anything: the stricter of rules and classifier; a failure is not clean."""

from collections.abc import Sequence

import numpy as np
import pytest

from moderation.classifiers.base import Scores
from moderation.decisions import DEFAULT_THRESHOLDS, Levels
from moderation.judging import STRICTNESS, Bench, Judged, judge_texts
from rooms.seams import Outcome
from tests.moderation.keyword_classifier import KeywordClassifier, PoisonError
from tests.moderation.rules.drafts import rules, word

RULES = rules(word("heron", Outcome.NUDGE), word("owl", Outcome.HOLD), word("crow", Outcome.BLOCK))
THRESHOLDS = {**DEFAULT_THRESHOLDS, "insult": Levels()}


def judge(*texts: str, minors_may_read: bool = True) -> list[Judged]:
    bench = Bench(RULES, THRESHOLDS, 7, minors_may_read)
    return list(judge_texts(texts, bench, KeywordClassifier()))


def judge_by_two(*texts: str) -> list[Judged]:
    bench = Bench(RULES, THRESHOLDS, 7, minors_may_read=True)
    return list(judge_texts(texts, bench, KeywordClassifier(), Second()))


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("a swan", "allow"),
        ("a heron", "nudge"),
        ("an owl", "hold"),
        ("a crow", "block"),
        ("an awful swan", "hide"),
        ("an awful heron", "hide"),
        ("an awful crow", "block"),
        ("a dubious swan", "hold"),
    ],
)
def test_the_stricter_of_rules_and_classifier_is_the_verdict(text: str, verdict: str) -> None:
    (judged,) = judge(text)

    assert judged.verdict == verdict


def test_doubt_is_reviewed_and_not_held_among_adults() -> None:
    (judged,) = judge("a dubious swan", minors_may_read=False)

    assert judged.verdict == "review"


def test_a_judgement_shows_its_evidence() -> None:
    (judged,) = judge("an awful heron")

    assert [(finding.source, finding.label) for finding in judged.findings] == [
        ("rule", "word"),
        ("classifier", "toxicity"),
    ]
    assert judged.scores == {"toxicity": 0.99, "insult": 0.01}
    assert judged.model is not None
    assert (judged.model.name, judged.policy_version) == ("keyword", 7)


@pytest.mark.parametrize("broken", ["poison", "nonsense"])
def test_a_text_at_which_the_classifier_fails_is_held_and_its_neighbours_are_judged(broken: str) -> None:
    before, failed, after = judge("a swan", f"a {broken} swan", "an awful swan")

    assert (before.verdict, failed.verdict, after.verdict) == ("allow", "hold", "hide")
    assert failed.findings[-1].label == "unjudged"
    assert failed.classifier is None


def test_without_a_classifier_the_rules_judge_alone() -> None:
    (judged,) = judge_texts(["an awful owl"], Bench(RULES, THRESHOLDS, 7, True), None)

    assert (judged.verdict, judged.classifier, judged.model, judged.scores) == ("hold", None, None, {})


def test_every_outcome_and_call_has_its_place_among_the_verdicts() -> None:
    assert {outcome.value for outcome in Outcome} <= set(STRICTNESS)


# --- two models --------------------------------------------------------------------------------


class Second(KeywordClassifier):
    """Sure where the first doubts "dubious", unless it is "fairly" so; fails at "broken"."""

    name = "larger"

    def scores(self, texts: Sequence[str]) -> Scores:
        if any("broken" in text for text in texts):
            raise PoisonError("cannot")
        sure = [0.99 if "dubious" in text and "fairly" not in text else 0.02 for text in texts]
        return np.array([[score, 0.02] for score in sure], dtype=np.float32)


@pytest.mark.parametrize(
    ("text", "verdict"), [("dubious", "hide"), ("fairly dubious", "allow"), ("hello", "allow")]
)
def test_the_second_decides_where_the_first_is_unsure(text: str, verdict: str) -> None:
    (judged,) = judge_by_two(text)

    assert judged.verdict == verdict
    assert (judged.second is None) is (text == "hello")


def test_it_is_said_which_model_said_what() -> None:
    (judged,) = judge_by_two("dubious")

    assert judged.scores["toxicity"] == 0.85
    assert judged.model
    assert judged.model.name == "keyword"
    assert judged.second
    assert (judged.second.name, judged.second.scores["toxicity"]) == ("larger", 0.99)
    assert judged.second.decides == ["toxicity", "insult"]


def test_where_the_second_fails_what_the_first_doubts_is_held() -> None:
    broken, clear = judge_by_two("broken and dubious", "hello")

    assert (broken.verdict, broken.findings[-1].label) == ("hold", "unjudged")
    assert clear.verdict == "allow"
