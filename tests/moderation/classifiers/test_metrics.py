"""The measures of an evaluation, against values worked out by hand and against their definitions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.classifiers.evaluate.metrics import (
    auc,
    average_precision,
    calibration_error,
    false_positive_gap,
    group_auc,
    interval,
    recall_at,
    threshold_at,
)

TRUTH = np.array([0.0, 0.0, 1.0, 1.0])
SCORES = np.array([0.1, 0.4, 0.35, 0.8])


@st.composite
def judged(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    """Labels with both kinds among them, and scores with ties."""
    rows = draw(
        st.lists(st.tuples(st.booleans(), st.integers(0, 8)), min_size=2, max_size=40).filter(
            lambda rows: 0 < sum(positive for positive, _ in rows) < len(rows)
        )
    )
    return np.array([float(p) for p, _ in rows]), np.array([score / 8 for _, score in rows])


def test_auc_and_precision_of_a_small_case_worked_out_by_hand() -> None:
    # Three of four pairs are in order. Positives at ranks 1 and 3: (1/1 + 2/3) / 2.
    assert auc(TRUTH, SCORES) == 0.75
    assert average_precision(TRUTH, SCORES) == pytest.approx(5 / 6)


@given(judged())
def test_auc_is_how_often_a_positive_scores_above_a_negative(case: tuple[np.ndarray, np.ndarray]) -> None:
    truth, scores = case
    good, bad = scores[truth > 0][:, None], scores[truth == 0][None, :]

    by_pairs = (good > bad).mean() + (good == bad).mean() / 2

    assert auc(truth, scores) == pytest.approx(by_pairs)


@given(judged())
def test_average_precision_adds_up_precision_where_recall_grows(case: tuple[np.ndarray, np.ndarray]) -> None:
    truth, scores = case
    total, before = 0.0, 0.0
    for limit in sorted(set(scores), reverse=True):
        taken = scores >= limit
        recall = truth[taken].sum() / truth.sum()
        total += (recall - before) * truth[taken].mean()
        before = recall

    assert average_precision(truth, scores) == pytest.approx(total)


@given(judged(), st.sampled_from([0.0, 0.005, 0.1, 0.5, 1.0]))
def test_a_threshold_takes_in_no_more_harmless_lines_than_it_may(
    case: tuple[np.ndarray, np.ndarray], rate: float
) -> None:
    truth, scores = case

    limit = threshold_at(rate, truth, scores)

    assert (scores[truth == 0] >= limit).mean() <= rate
    assert recall_at(rate)(truth, scores) == (scores[truth > 0] >= limit).mean()


def test_scores_that_mean_what_they_say_are_calibrated_and_boasts_are_not() -> None:
    truth = np.array([1.0, 0.0, 0.0, 0.0] * 25)

    assert calibration_error(truth, np.full(100, 0.25)) == pytest.approx(0)
    assert calibration_error(truth, np.full(100, 0.95)) == pytest.approx(0.7)


def test_an_interval_holds_the_figure_and_is_the_same_again() -> None:
    rng = np.random.default_rng(1)
    truth = (rng.random(600) < 0.3).astype(float)
    scores = truth * 0.5 + rng.random(600)

    low, high = interval(auc, truth, scores, rounds=100)

    assert low < auc(truth, scores) < high
    assert (low, high) == interval(auc, truth, scores, rounds=100)


def test_without_one_of_both_kinds_there_is_no_figure() -> None:
    nothing_wrong = np.zeros(4)

    assert np.isnan(auc(nothing_wrong, SCORES))
    assert np.isnan(average_precision(nothing_wrong, SCORES))
    assert np.isnan(recall_at(0.01)(nothing_wrong, SCORES))


def test_a_group_whose_harmless_lines_score_high_shows_in_bpsn_alone() -> None:
    member = np.array([True, True, True, True, False, False, False, False])
    truth = np.array([0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 1.0, 1.0])
    scores = np.array([0.7, 0.7, 0.9, 0.9, 0.1, 0.1, 0.6, 0.6])

    found = {kind: group_auc(kind, truth, scores, member) for kind in ("subgroup", "bpsn", "bnsp")}
    assert found == {"subgroup": 1.0, "bpsn": 0.0, "bnsp": 1.0}


def test_a_group_whose_harmless_lines_are_taken_more_often_than_others_has_a_gap() -> None:
    member = np.array([True, True, False, False, True])
    truth, scores = np.array([0.0, 0.0, 0.0, 0.0, 1.0]), np.array([0.9, 0.1, 0.2, 0.1, 0.9])

    assert false_positive_gap(truth, scores, member, 0.5) == 0.5
    assert np.isnan(false_positive_gap(truth, scores, np.ones(5, np.bool_), 0.5))
