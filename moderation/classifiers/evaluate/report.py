"""What a model's scores of labelled lines are worth: plain figures for JSON, cards and the picture."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from moderation.classifiers.evaluate.groups import members
from moderation.classifiers.evaluate.metrics import (
    Figures,
    Measure,
    auc,
    average_precision,
    calibration_error,
    false_positive_gap,
    group_auc,
    interval,
    recall_at,
    threshold_at,
)
from moderation.classifiers.rows import Rows

POSITIVE_FROM = 0.5
FALSE_POSITIVE_RATES = (0.005, 0.01, 0.1)
MEASURES: dict[str, Measure] = {
    "auc": auc,
    "average_precision": average_precision,
    **{f"recall_at_{rate:.1%}_fpr": recall_at(rate) for rate in FALSE_POSITIVE_RATES},
    "calibration_error": calibration_error,
}
GROUPS_AT = 0.01  # of all harmless lines: the limit at which groups' false positives are compared
GROUP_AUCS = ("subgroup", "bpsn", "bnsp")
_FEWEST = 10  # positives and negatives of a source or group; of fewer a figure says nothing
_BINS = 10


@dataclass(frozen=True, slots=True)
class WorstError:
    """A line that the model got most wrong."""

    label: str
    score: float
    truth: int
    source: str
    text: str


def report(rows: Rows, scores: npt.NDArray[Any], *, rounds: int) -> dict[str, Any]:
    """Figures by label, by label and source, by identity group (first label), and reliability curves."""
    return {
        "rows": len(rows),
        "labels": {
            label: label_figures(rows.truth[:, column], scores[:, column], rounds=rounds)
            for column, label in enumerate(rows.labels)
        },
        "sources": _by_source(rows, scores, rounds),
        "groups": _by_group(rows, scores, rounds),
        "reliability": {
            label: reliability(rows.truth[:, column], scores[:, column])
            for column, label in enumerate(rows.labels)
        },
    }


def label_figures(truth: npt.NDArray[Any], scores: npt.NDArray[Any], *, rounds: int) -> dict[str, Any]:
    """Every measure of one label, with its 95 % interval: [value, low, high]. Unknown labels are left out."""
    wanted, given = known(truth, scores)
    figures: dict[str, Any] = {"rows": len(wanted), "positives": int(wanted.sum())}
    for name, measure in MEASURES.items():
        value = measure(wanted, given)
        if not np.isnan(value):
            low, high = interval(measure, wanted, given, rounds=rounds)
            figures[name] = [round(value, 4), round(low, 4), round(high, 4)]
    figures["thresholds"] = {
        f"{rate:.1%}_fpr": round(threshold_at(rate, wanted, given), 4) for rate in FALSE_POSITIVE_RATES
    }
    return figures


def reliability(truth: npt.NDArray[Any], scores: npt.NDArray[Any]) -> list[tuple[float, float, int]]:
    """For tenths of [0, 1]: the mean score, the share of positives, and how many lines are there."""
    wanted, given = known(truth, scores)
    which = np.minimum((given * _BINS).astype(int), _BINS - 1)
    return [
        (
            round(float(given[which == each].mean()), 4),
            round(float(wanted[which == each].mean()), 4),
            int((which == each).sum()),
        )
        for each in range(_BINS)
        if (which == each).any()
    ]


def worst_errors(rows: Rows, scores: npt.NDArray[Any], count: int) -> list[WorstError]:
    """For each label the harmless lines that score highest and the positives that score lowest."""
    errors = []
    for column, label in enumerate(rows.labels):
        truth = rows.truth[:, column]
        gap = np.where(np.isnan(truth), -1.0, np.abs(scores[:, column] - (truth >= POSITIVE_FROM)))
        for wanted in (0, 1):
            of_kind = np.flatnonzero((truth >= POSITIVE_FROM) == wanted)
            for row in of_kind[np.argsort(-gap[of_kind], kind="stable")][:count]:
                if gap[row] > POSITIVE_FROM:
                    score = round(float(scores[row, column]), 4)
                    errors.append(WorstError(label, score, wanted, rows.sources[row], rows.texts[row]))
    return errors


def known(truth: npt.NDArray[Any], scores: npt.NDArray[Any]) -> tuple[Figures, Figures]:
    """Labels as 0 and 1, and scores, of the lines whose label is known."""
    which = ~np.isnan(truth)
    return (truth[which] >= POSITIVE_FROM).astype(np.float64), scores[which].astype(np.float64)


def _by_source(rows: Rows, scores: npt.NDArray[Any], rounds: int) -> dict[str, dict[str, Any]]:
    sources = np.array(rows.sources)
    found: dict[str, dict[str, Any]] = {}
    for source in sorted(set(rows.sources)):
        of_it = sources == source
        figures = {
            label: label_figures(rows.truth[of_it, column], scores[of_it, column], rounds=rounds)
            for column, label in enumerate(rows.labels)
        }
        found[source] = {label: value for label, value in figures.items() if _enough(value)}
    return {source: value for source, value in found.items() if value}


def _by_group(rows: Rows, scores: npt.NDArray[Any], rounds: int) -> dict[str, dict[str, Any]]:
    which = ~np.isnan(rows.truth[:, 0])
    truth, given = known(rows.truth[:, 0], scores[:, 0])
    limit = threshold_at(GROUPS_AT, truth, given)
    found = {}
    for group, all_members in members(rows).items():
        member = all_members[which]
        positives = int(truth[member].sum())
        if min(positives, int(member.sum()) - positives) >= _FEWEST:
            figures = _group_figures(truth, given, member, limit=limit, rounds=rounds)
            found[group] = {"rows": int(member.sum()), "positives": positives, **figures}
    return found


def _group_figures(
    truth: Figures, given: Figures, member: npt.NDArray[np.bool_], *, limit: float, rounds: int
) -> dict[str, list[float]]:
    """Each measure of one group with its 95 % interval. The gap: its false positives less all others'."""

    def auc_of(kind: str) -> Measure:
        return lambda lines, scores: group_auc(kind, *drawn(lines, scores))

    def gap(lines: Figures, scores: Figures) -> float:
        return false_positive_gap(*drawn(lines, scores), limit)

    def drawn(lines: Figures, scores: Figures) -> tuple[Figures, Figures, npt.NDArray[np.bool_]]:
        which = lines.astype(np.int64)
        return truth[which], scores, member[which]

    lines = np.arange(len(truth), dtype=np.float64)  # in the labels' place: a sample must know its members
    measures = {**{kind: auc_of(kind) for kind in GROUP_AUCS}, "false_positive_gap": gap}
    return {
        name: [
            round(value, 4)
            for value in (measure(lines, given), *interval(measure, lines, given, rounds=rounds))
        ]
        for name, measure in measures.items()
    }


def _enough(figures: dict[str, Any]) -> bool:
    positives, rows = int(figures["positives"]), int(figures["rows"])
    return min(positives, rows - positives) >= _FEWEST
