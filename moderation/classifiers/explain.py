"""Which words drove a score, by occlusion: each word is left out once, and stands alone once.

Its part is the mean of what the text loses without it and what it brings by itself: of two insults either is
enough, so leaving one out shows nothing. One batch of at most ROWS texts; of a longer text, the stretch with
the highest score is looked at word by word, which it takes one more batch to find. Callers:
services/explanations.py, `manage.py judge --explain`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from moderation.classifiers.base import BATCH_WINDOWS, Classifier, Scores, checked

# Texts in one batch: the whole, it without each of its words, and each of them alone.
ROWS = BATCH_WINDOWS
_WORDS_MOST = (ROWS - 1) // 2
_WORD = re.compile(r"\S+")
# A word counts from this share of the weightiest one's part on, and from this many log odds on (a
# score of 0.90 that falls to 0.83): below it nothing stands out.
_SHARE, _LEAST = 0.35, 0.6
_MOST_SPANS = 8
# Scores that close to 0 or 1 are as good as there.
_EDGE = 1e-4


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a text, in code points, and its part in the score, in log odds."""

    start: int
    end: int
    part: float


def explain(classifier: Classifier, text: str, labels: Sequence[str]) -> dict[str, list[Span]]:
    """For each label that the classifier knows: the spans that drove its score, in the order they stand.

    None where no word stands out: the sentence as a whole did. Passes on what the classifier raises.
    """
    wanted = {label: classifier.labels.index(label) for label in labels if label in classifier.labels}
    words = [(found.start(), found.end()) for found in _WORD.finditer(text)]
    if not words or not wanted:
        return {label: [] for label in wanted}
    if len(words) > _WORDS_MOST:
        words = _weightiest(classifier, text, words, list(wanted.values()))
    begin, end = words[0][0], words[-1][1]
    stretch = text[begin:end]
    without = [stretch[: first - begin] + stretch[last - begin :] for first, last in words]
    alone = [text[first:last] for first, last in words]
    odds = _log_odds(checked(classifier, [stretch, *without, *alone]))
    lost, brought = odds[0] - odds[1 : len(words) + 1], odds[len(words) + 1 :]
    # What most words bring alone is what the model makes of next to nothing.
    parts = (lost + np.maximum(brought - np.median(brought, axis=0), 0)) / 2
    return {label: _spans(words, parts[:, column]) for label, column in wanted.items()}


def _weightiest(
    classifier: Classifier, text: str, words: list[tuple[int, int]], columns: list[int]
) -> list[tuple[int, int]]:
    """The stretch of at most _WORDS_MOST words that scores highest; stretches overlap by half."""
    size = _WORDS_MOST
    starts = range(0, max(1, len(words) - size // 2), max(1, size // 2, len(words) // ROWS + 1))
    stretches = [words[start : start + size] for start in starts][:ROWS]
    scores = checked(classifier, [text[part[0][0] : part[-1][1]] for part in stretches])
    return stretches[int(scores[:, columns].max(axis=1).argmax())]


def _spans(words: list[tuple[int, int]], parts: npt.NDArray[np.float32]) -> list[Span]:
    least = max(_LEAST, _SHARE * float(parts.max()))
    heaviest = sorted(range(len(words)), key=lambda at: -parts[at])[:_MOST_SPANS]
    spans: list[Span] = []
    for at in sorted(at for at in heaviest if parts[at] >= least):
        (start, end), part = words[at], float(parts[at])
        if spans and at and spans[-1].end == words[at - 1][1]:
            spans[-1] = Span(spans[-1].start, end, max(spans[-1].part, part))
        else:
            spans.append(Span(start, end, part))
    return spans


def _log_odds(scores: Scores) -> npt.NDArray[np.float32]:
    inside = np.clip(scores, _EDGE, 1 - _EDGE)
    odds: npt.NDArray[np.float32] = np.log(inside / (1 - inside))
    return odds
