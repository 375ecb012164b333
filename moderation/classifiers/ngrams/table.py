"""The linear part of a served model: a table of whole numbers by n-gram and label, and how it is mixed in."""

import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from moderation.classifiers.base import ModelUnavailableError, Scores
from moderation.classifiers.detoxify.card import LINEAR, Card
from moderation.classifiers.ngrams.hashing import MOST_CHARACTERS, Grams, grams_of

_OVERLAP = 100
_VECTORS = ("scale", "bias", "network", "linear", "offset")


@dataclass(frozen=True, slots=True)
class LinearPart:
    """A linear model over hashed n-grams.

    Attributes:
        table: int8, shape (2 ** n + 1, labels); the last row, for what is not there, is 0.
        scale: what one step of the table is worth, by label.
        bias: what each label begins from.
        network, linear, offset: what the network's logits and these count for in their mean, by label.
    """

    table: npt.NDArray[np.int8]
    scale: Scores
    bias: Scores
    network: Scores
    linear: Scores
    offset: Scores

    def logits(self, texts: Sequence[str]) -> Scores:
        """Shape (texts, labels). A long text is read in overlapping windows; the highest counts by label."""
        windows = [(place, window) for place, text in enumerate(texts) for window in _windows(text)]
        result = np.full((len(texts), len(self.bias)), -np.inf, np.float32)
        if windows:
            np.maximum.at(
                result, [place for place, _ in windows], self._of_short([window for _, window in windows])
            )
        return result

    def mixed(self, network: Scores, texts: Sequence[str]) -> Scores:
        """The logits of both parts as one, given those of the network."""
        mean: Scores = network * self.network + self.logits(texts) * self.linear + self.offset
        return mean

    def _of_short(self, texts: list[str]) -> Scores:
        grams = grams_of(texts)
        summed = np.add.reduceat(self._at_each_byte(grams), grams.starts, dtype=np.int32)
        roots = np.sqrt(np.maximum(grams.counts(), 1))[:, None]
        found: Scores = (summed * self.scale / roots + self.bias).astype(np.float32)
        return found

    def _at_each_byte(self, grams: Grams) -> npt.NDArray[np.int16]:
        """The steps of the n-grams that begin there: a take by kind is three times as fast as one of all."""
        buckets = grams.buckets((len(self.table) - 1).bit_length() - 1)
        steps = np.zeros((len(buckets), len(self.bias)), np.int16)
        for kind in range(buckets.shape[1]):
            steps += self.table.take(buckets[:, kind], 0)
        return steps

    def save(self, file: Path) -> None:
        """Writes it as load reads it; rows that say nothing take hardly any room."""
        np.savez_compressed(file, table=self.table, **{name: getattr(self, name) for name in _VECTORS})


def linear_part(folder: Path, card: Card) -> LinearPart | None:
    """The part that a model's folder has by its card, or None. Raises ModelUnavailableError."""
    return load(folder / LINEAR, len(card.labels)) if LINEAR in card.files else None


def load(file: Path, labels: int) -> LinearPart:
    """The part that a file holds. Raises ModelUnavailableError where it is none for so many labels."""
    try:
        with file.open("rb") as content, np.load(content, allow_pickle=False) as saved:
            part = LinearPart(**{name: saved[name] for name in ("table", *_VECTORS)})
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise ModelUnavailableError(f"{file} is no linear part: {error}") from error
    buckets = len(part.table) - 1
    if part.table.dtype != np.int8 or part.table.shape[1:] != (labels,) or buckets & (buckets - 1):
        raise ModelUnavailableError(f"{file} is no linear part for {labels} labels")
    return part


def _windows(text: str) -> Iterator[str]:
    for start in range(0, max(1, len(text) - _OVERLAP), MOST_CHARACTERS - _OVERLAP):
        yield text[start : start + MOST_CHARACTERS]
