"""Whether two forms of one model say the same: on fixed lines, in figures that a card can carry."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec
import numpy as np
import numpy.typing as npt

from moderation.classifiers.base import Classifier, Scores, checked

# Float arithmetic in another order; a form further off computes something else.
FP32_MOST = 1e-4
# Rounded to eight bits, a score moves; what must not change is who ranks above whom.
INT8_LEAST = 0.99
_TIMED = 64


class Flip(msgspec.Struct, frozen=True):
    """A line that one form puts over a threshold and the other one under it."""

    label: str
    threshold: float
    line: str
    reference: float
    served: float


class Parity(msgspec.Struct, frozen=True):
    """One form beside the reference.

    Attributes:
        difference: the largest between two scores.
        rank_correlation: Spearman's, by label.
        flips: at every threshold that was asked about.
    """

    lines: int
    difference: float
    rank_correlation: dict[str, float]
    flips: tuple[Flip, ...]

    @property
    def lowest_correlation(self) -> float:
        """Of the label that fares worst."""
        return min(self.rank_correlation.values())


def compare(
    reference: Classifier,
    served: Classifier,
    lines: Sequence[str],
    thresholds: Mapping[str, Iterable[float]],
) -> Parity:
    """The served form beside the reference, on `lines`; `thresholds`: by label, those that are in use."""
    expected, found = checked(reference, lines), checked(served, lines)
    return Parity(
        lines=len(lines),
        difference=round(float(np.abs(expected - found).max()), 7),
        rank_correlation={
            label: round(rank_correlation(expected[:, column], found[:, column]), 5)
            for column, label in enumerate(reference.labels)
        },
        flips=tuple(_flips(reference.labels, lines, expected, found, thresholds)),
    )


def milliseconds(classifier: Classifier, lines: Sequence[str]) -> dict[str, float]:
    """Milliseconds of processor time a line, one line a call and many a call: to compare forms."""
    some = lines[:_TIMED]
    alone = _seconds(lambda: [checked(classifier, [line]) for line in some])
    together = _seconds(lambda: checked(classifier, some))
    return {"one_by_one": round(alone / len(some) * 1e3, 3), "together": round(together / len(some) * 1e3, 3)}


def rank_correlation(first: Scores, second: Scores) -> float:
    """Spearman's, from -1 to 1; equal values share their ranks. 1 where both are constant."""
    ranks = [_ranks(first), _ranks(second)]
    if not any(rank.std() for rank in ranks):
        return 1.0
    if not all(rank.std() for rank in ranks):
        return 0.0
    return float(np.corrcoef(ranks[0], ranks[1])[0, 1])


def _ranks(values: Scores) -> npt.NDArray[np.float64]:
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    upto = np.cumsum(count)
    return (upto - (count - 1) / 2)[place].astype(np.float64)


def _flips(
    labels: Sequence[str],
    lines: Sequence[str],
    expected: Scores,
    found: Scores,
    thresholds: Mapping[str, Iterable[float]],
) -> list[Flip]:
    flips = []
    for column, label in enumerate(labels):
        before, after = expected[:, column], found[:, column]
        for limit in sorted(set(thresholds.get(label, ()))):
            flips += [
                Flip(label, limit, lines[row][:80], round(float(before[row]), 4), round(float(after[row]), 4))
                for row in map(int, np.flatnonzero((before >= limit) != (after >= limit)))
            ]
    return flips


def _seconds(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started
