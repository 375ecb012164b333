"""Judging texts without storing anything: the stricter of rules and classifier; a failure is not clean."""

import pytest

from moderation.decisions import DEFAULT_THRESHOLDS, Levels
from moderation.judging import STRICTNESS, Bench, Judged, judge_texts
from rooms.seams import Outcome
from tests.moderation.keyword_classifier import KeywordClassifier
from tests.moderation.rules.drafts import rules, word

RULES = rules(word("heron", Outcome.NUDGE), word("owl", Outcome.HOLD), word("crow", Outcome.BLOCK))
THRESHOLDS = {**DEFAULT_THRESHOLDS, "insult": Levels()}


def judge(*texts: str, minors_may_read: bool = True) -> list[Judged]:
    bench = Bench(RULES, THRESHOLDS, 7, minors_may_read)
    return list(judge_texts(texts, bench, KeywordClassifier()))


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
