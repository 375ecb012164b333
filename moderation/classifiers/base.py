"""The classifier interface, and the one way to call it: `checked`, which believes nothing it is told.

Scores are float32 in [0, 1], shape (number of texts, number of labels).
"""

import re
from collections.abc import Iterator, Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

Scores = npt.NDArray[np.float32]

# What one call may hold: a solo worker has no time limit of its own, so the work is bounded here. Longer
# texts are cut into overlapping windows, and the highest score of each label counts. (Classifiers window
# again by their own tokens: nothing of a text is ignored.)
WINDOW_CHARACTERS = 8_000
WINDOW_OVERLAP = 200
BATCH_WINDOWS = 64

_SURROGATES = re.compile("[\ud800-\udfff]")


class ModelUnavailableError(RuntimeError):
    """The classifier cannot be loaded: files missing or changed, nothing to download from. Says which."""


class ScoresInvalidError(RuntimeError):
    """The classifier answered something that is not scores: wrong shape, NaN, outside [0, 1]."""


class Classifier(Protocol):
    """A loaded model.

    Attributes:
        name: which model, "wardroom-en".
        version: which weights, the first twelve characters of their SHA-256 where they are a file.
        labels: what each column of the scores is.
    """

    name: str
    version: str
    labels: tuple[str, ...]

    def scores(self, texts: Sequence[str]) -> Scores:
        """Scores of 1 to BATCH_WINDOWS texts of at most WINDOW_CHARACTERS characters, in their order."""


def languages_of(classifier: Classifier) -> tuple[str, ...]:
    """The languages (ISO 639-1) that the model was made for, as its card says; none where it does not say."""
    return tuple(getattr(classifier, "languages", ()))


def checked(classifier: Classifier, texts: Sequence[str]) -> Scores:
    """Scores of any number of texts of any length, verified: finite, in [0, 1], one row a text.

    Long texts are read in overlapping windows, of which the highest score counts for each label; an empty
    text scores 0. Raises ScoresInvalidError; passes on what the classifier raises.
    """
    result = np.zeros((len(texts), len(classifier.labels)), dtype=np.float32)
    windows = [(row, window) for row, text in enumerate(texts) for window in windows_of(text)]
    for start in range(0, len(windows), BATCH_WINDOWS):
        batch = windows[start : start + BATCH_WINDOWS]
        scores = _verified(classifier, [window for _, window in batch])
        np.maximum.at(result, [row for row, _ in batch], scores)
    return result


def windows_of(text: str) -> Iterator[str]:
    """The text in windows of at most WINDOW_CHARACTERS that overlap; none for a text without content.

    Lone surrogates, which no tokenizer takes, become U+FFFD.
    """
    clean = _SURROGATES.sub("\ufffd", text)
    if not clean.strip():
        return
    step = WINDOW_CHARACTERS - WINDOW_OVERLAP
    for start in range(0, max(1, len(clean) - WINDOW_OVERLAP), step):
        yield clean[start : start + WINDOW_CHARACTERS]


def _verified(classifier: Classifier, texts: list[str]) -> Scores:
    scores = np.asarray(classifier.scores(texts), dtype=np.float32)
    if scores.shape != (len(texts), len(classifier.labels)):
        raise ScoresInvalidError(f"{classifier.name}: scores of shape {scores.shape} for {len(texts)} texts")
    if not np.isfinite(scores).all():
        raise ScoresInvalidError(f"{classifier.name}: scores that are not finite")
    if (scores < 0).any() or (scores > 1).any():
        raise ScoresInvalidError(f"{classifier.name}: scores outside [0, 1]")
    return scores
