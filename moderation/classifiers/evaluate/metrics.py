"""Measures of scores against labels, in numpy. Scores and labels are one-dimensional and of one length.

Labels are 0 or 1; whoever calls leaves unknown ones out. A measure of a set without positives, or without
negatives, is NaN.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

Figures = npt.NDArray[np.floating[Any]]
Measure = Callable[[Figures, Figures], float]
NAN = float("nan")


def auc(truth: Figures, scores: Figures) -> float:
    """The area under the ROC curve: how often a positive scores above a negative, ties counting half."""
    positives = int(truth.sum())
    negatives = len(truth) - positives
    if not positives or not negatives:
        return NAN
    above = _ranks(scores)[truth > 0].sum() - positives * (positives + 1) / 2
    return float(above / (positives * negatives))


def average_precision(truth: Figures, scores: Figures) -> float:
    """Precision averaged over recall: the area under the steps of the precision-recall curve."""
    found, taken = _curve(truth, scores)
    if not len(found) or not found[-1]:
        return NAN
    precision = found / taken
    return float((np.diff(found, prepend=0) * precision).sum() / found[-1])


def recall_at(false_positive_rate: float) -> Measure:
    """The share of positives found by the lowest threshold that takes in at most that share of negatives."""

    def recall(truth: Figures, scores: Figures) -> float:
        positive = truth > 0
        if not positive.any() or positive.all():
            return NAN
        return float((scores[positive] >= threshold_at(false_positive_rate, truth, scores)).mean())

    return recall


def threshold_at(false_positive_rate: float, truth: Figures, scores: Figures) -> float:
    """The lowest threshold ("from this score on") that takes in at most that share of the negatives."""
    clean = np.sort(scores[truth == 0])[::-1]
    allowed = int(false_positive_rate * len(clean))
    if allowed >= len(clean):
        return 0.0
    return float(np.nextafter(clean[allowed], np.inf))


def calibration_error(truth: Figures, scores: Figures, bins: int = 15) -> float:
    """Expected calibration error: how far scores are from the share of positives, over bins of [0, 1]."""
    if not len(truth):
        return NAN
    which = np.minimum((scores * bins).astype(int), bins - 1)
    gaps = np.abs(np.bincount(which, truth - scores, minlength=bins))
    return float(gaps.sum() / len(truth))


def interval(
    measure: Measure, truth: Figures, scores: Figures, *, rounds: int, seed: int = 0
) -> tuple[float, float]:
    """The middle 95 % of the measure over `rounds` samples of the rows, drawn with replacement."""
    rng = np.random.default_rng(seed)
    drawn = []
    for _ in range(rounds):
        rows = rng.integers(0, len(truth), len(truth))
        drawn.append(measure(truth[rows], scores[rows]))
    known = np.array(drawn)[~np.isnan(drawn)]
    if not len(known):
        return NAN, NAN
    low, high = np.quantile(known, (0.025, 0.975))
    return float(low), float(high)


def group_auc(kind: str, truth: Figures, scores: Figures, member: npt.NDArray[np.bool_]) -> float:
    """One of three AUCs of one identity group, as in Borkan and others, "Nuanced metrics" (2019).

    subgroup: within the group. bpsn: positives of the background against negatives of the group (low:
    harmless lines that mention it score too high). bnsp: negatives of the background against positives of
    the group (low: attacks on it score too low).
    """
    positive = truth > 0
    which = {"subgroup": member, "bpsn": member ^ positive, "bnsp": member == positive}[kind]
    return auc(truth[which], scores[which])


def false_positive_gap(truth: Figures, scores: Figures, member: npt.NDArray[np.bool_], limit: float) -> float:
    """The share of a group's harmless lines that score `limit` or more, less the same share of all others."""
    clean, taken = truth == 0, scores >= limit
    inside, outside = clean & member, clean & ~member
    if not inside.any() or not outside.any():
        return NAN
    return float(taken[inside].mean() - taken[outside].mean())


def _ranks(scores: Figures) -> Figures:
    """Ranks from 1, equal scores sharing the mean of theirs."""
    _, group, sizes = np.unique(scores, return_inverse=True, return_counts=True)
    last = np.cumsum(sizes)
    shared: Figures = (last - (sizes - 1) / 2)[group]
    return shared


def _curve(truth: Figures, scores: Figures) -> tuple[Figures, Figures]:
    """For each distinct score, from high to low: positives at or above it, and all at or above it."""
    order = np.argsort(-scores, kind="stable")
    last_of_equals = np.flatnonzero(np.diff(scores[order], append=np.nan) != 0)
    return np.cumsum(truth[order])[last_of_equals], last_of_equals + 1.0
