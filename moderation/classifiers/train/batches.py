"""Batches of an epoch: texts as pieces, short with short. The same for one seed and epoch: runs resume."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from tokenizers import Tokenizer

from moderation.classifiers.detoxify.folding import fold
from moderation.classifiers.train.evasions import disguised

_POOL = 40  # batches: within so many, rows are sorted by length
_LABEL_UNKNOWN = -100  # what the loss of masked pieces leaves out
_KEPT, _CHANGED = 0.1, 0.1  # of the pieces asked for: shown as they are; shown as another


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows by their numbers, and their pieces, shape (rows, longest), with 0 after the end."""

    rows: np.ndarray
    pieces: torch.Tensor

    @property
    def mask(self) -> torch.Tensor:
        """1 where there is a piece."""
        return (self.pieces != 0).long()


@dataclass(frozen=True, slots=True)
class Reader:
    """Makes batches of texts.

    Attributes:
        texts: as they were written.
        folded: the same, folded.
        pieces: the tokenizer.
        longest: pieces of a text that are read; a longer one is cut at a place of chance.
        size: rows in a batch.
        disguised: the share of texts that is disguised, others in each epoch.
        seed: with the epoch's number, decides everything.
    """

    texts: Sequence[str]
    folded: Sequence[str]
    pieces: Tokenizer
    longest: int
    size: int
    disguised: float
    seed: int

    @property
    def batches_an_epoch(self) -> int:
        """How many."""
        return -(-len(self.texts) // self.size)

    def epoch(self, number: int) -> list[Batch]:
        """All batches of an epoch, in the order in which they are learned from."""
        chance = random.Random(f"{self.seed}/{number}")  # noqa: S311 (chance, not secrecy)
        texts = [
            fold(disguised(text, chance)) if chance.random() < self.disguised else folded
            for text, folded in zip(self.texts, self.folded, strict=True)
        ]
        encoded = [self._cut(made.ids, chance) for made in self.pieces.encode_batch_fast(texts)]
        order = list(range(len(encoded)))
        chance.shuffle(order)
        batches = [
            _padded(rows, encoded)
            for start in range(0, len(order), self.size * _POOL)
            for rows in _by_length(order[start : start + self.size * _POOL], encoded, self.size)
        ]
        chance.shuffle(batches)
        return batches

    def _cut(self, ids: list[int], chance: random.Random) -> list[int]:
        inside = self.longest - 2
        if len(ids) <= self.longest:
            return ids
        start = chance.choice((1, 1, chance.randrange(1, len(ids) - inside)))  # mostly the beginning
        return [ids[0], *ids[start : start + inside], ids[-1]]


def thinned(pieces: torch.Tensor, share: float, mask: int) -> torch.Tensor:
    """Pieces of which a share is hidden, special ones never."""
    return torch.where((torch.rand(pieces.shape) < share) & (pieces > mask), mask, pieces)


def masked(
    pieces: torch.Tensor, share: float, mask: int, vocabulary: int
) -> tuple[torch.Tensor, torch.Tensor]:
    """Pieces with some hidden, and those to be found, the others marked as not asked for."""
    special = pieces <= mask  # the special pieces have the lowest numbers
    asked = (torch.rand(pieces.shape) < share) & ~special
    fate = torch.rand(pieces.shape)
    shown = pieces.masked_fill(asked & (fate >= _KEPT + _CHANGED), mask)
    another = torch.randint_like(pieces, mask + 1, vocabulary)
    shown = torch.where(asked & (fate < _CHANGED), another, shown)
    return shown, pieces.masked_fill(~asked, _LABEL_UNKNOWN)


def _by_length(rows: list[int], encoded: list[list[int]], size: int) -> list[list[int]]:
    ordered = sorted(rows, key=lambda row: len(encoded[row]))
    return [ordered[start : start + size] for start in range(0, len(ordered), size)]


def _padded(rows: list[int], encoded: list[list[int]]) -> Batch:
    longest = max(len(encoded[row]) for row in rows)
    pieces = torch.zeros(len(rows), longest, dtype=torch.long)
    for place, row in enumerate(rows):
        pieces[place, : len(encoded[row])] = torch.tensor(encoded[row])
    return Batch(np.array(rows), pieces)
