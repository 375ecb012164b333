"""From scores to a call: the strictest ground wins; what holds while nobody can judge."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.decisions import (
    DEFAULT_THRESHOLDS,
    MINOR_THRESHOLDS,
    Call,
    Company,
    Levels,
    Meanwhile,
    decide,
    meanwhile,
    stricter,
)

SCORE = st.floats(0, 1)
LEVEL = st.none() | SCORE
LEVELS = st.builds(Levels, review=LEVEL, hide=LEVEL, escalate=LEVEL)
THRESHOLDS = st.dictionaries(st.sampled_from(sorted(DEFAULT_THRESHOLDS)), LEVELS)
SCORES = st.dictionaries(st.sampled_from(sorted(DEFAULT_THRESHOLDS)), SCORE)


def test_scores_below_every_threshold_ask_for_nothing() -> None:
    judgement = decide({"toxicity": 0.2, "threat": 0.01}, DEFAULT_THRESHOLDS)

    assert judgement.call is Call.NONE
    assert not judgement.grounds


def test_a_score_on_the_threshold_counts_as_reached() -> None:
    assert decide({"toxicity": 0.955}, DEFAULT_THRESHOLDS).call is Call.HIDE


def test_the_strictest_ground_decides_and_the_milder_ones_are_kept() -> None:
    judgement = decide({"insult": 0.7, "toxicity": 0.97}, DEFAULT_THRESHOLDS)

    assert judgement.call is Call.HIDE
    assert [ground.label for ground in judgement.grounds] == ["toxicity", "insult"]


@pytest.mark.parametrize("label", ["threat", "severe_toxicity"])
def test_labels_with_too_few_examples_never_hide_by_themselves(label: str) -> None:
    for thresholds in (DEFAULT_THRESHOLDS, MINOR_THRESHOLDS):
        assert decide({label: 1.0}, thresholds).call is Call.REVIEW


@given(SCORES, THRESHOLDS, THRESHOLDS)
def test_adding_thresholds_never_makes_a_call_milder(
    scores: dict[str, float], ours: dict[str, Levels], more: dict[str, Levels]
) -> None:
    assert decide(scores, stricter(ours, more)).call >= decide(scores, ours).call


@given(THRESHOLDS, THRESHOLDS)
def test_the_order_of_scopes_does_not_matter(one: dict[str, Levels], two: dict[str, Levels]) -> None:
    assert dict(stricter(one, two)) == dict(stricter(two, one))


def test_minors_are_never_judged_more_mildly_than_everybody() -> None:
    assert dict(stricter(DEFAULT_THRESHOLDS, MINOR_THRESHOLDS)) == dict(MINOR_THRESHOLDS)


@pytest.mark.parametrize(
    ("company", "backlog_s", "rules_passed", "expected"),
    [
        (Company.CHILDREN, 0, True, Meanwhile.HUMAN),
        (Company.CHILDREN, 0, False, Meanwhile.HOLD),
        (Company.YOUTHS, 0, True, Meanwhile.HOLD),
        (Company.YOUTHS, 0, False, Meanwhile.HOLD),
        (Company.ADULTS, 0, False, Meanwhile.HOLD),
        (Company.ADULTS, 0, True, Meanwhile.PUBLISH),
        (Company.ADULTS, 59, True, Meanwhile.PUBLISH),
        (Company.ADULTS, 60, True, Meanwhile.SLOW),
        (Company.ADULTS, 120, True, Meanwhile.HOLD),
        (Company.ADULTS, 86_400, True, Meanwhile.HOLD),
    ],
)
def test_what_holds_while_the_classifier_is_down(
    company: Company, backlog_s: float, rules_passed: bool, expected: Meanwhile
) -> None:
    assert meanwhile(company, backlog_s=backlog_s, rules_passed=rules_passed) is expected
