"""Character 2- to 5-grams and word 1- and 2-grams of many texts at once, as numbers of 64 bits.

All in a few numpy passes over the texts' bytes laid end to end, without a loop over texts or words. Trained
tables are made by these numbers: a change here makes every table worthless.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

# Characters of a text that are looked at; whoever has longer ones cuts them into windows.
MOST_CHARACTERS = 400
_SHORTEST, _LONGEST = 2, 5
_CHARACTERS = _LONGEST - _SHORTEST + 1
_WORD, _PAIR = _CHARACTERS, _CHARACTERS + 1
_BASE = 257
_INVERSE = pow(_BASE, -1, 1 << 64)
_ODD = np.uint64(0x9E3779B97F4A7C15)
_SPACE = 32

Hashes = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Grams:
    """The n-grams of some texts, by the byte at which each begins (a word's, at which it ends).

    Attributes:
        hashes: shape (bytes, 6): four lengths of characters, the word, the word with the one before it.
        there: whether there is such a one, same shape.
        starts: the first byte of each text; no text is without bytes.
    """

    hashes: Hashes
    there: npt.NDArray[np.bool_]
    starts: npt.NDArray[np.int64]

    def buckets(self, log2: int) -> npt.NDArray[np.int64]:
        """For each n-gram one of 2 ** log2 numbers; 2 ** log2 itself where there is none."""
        mixed = (self.hashes ^ (self.hashes >> np.uint64(29))) * _ODD
        buckets = (mixed >> np.uint64(64 - log2)).astype(np.int64)
        buckets[~self.there] = 1 << log2
        return buckets

    def counts(self) -> npt.NDArray[np.int64]:
        """How many n-grams each text has."""
        counts: npt.NDArray[np.int64] = np.add.reduceat(self.there.sum(1), self.starts)
        return counts


def grams_of(texts: Sequence[str]) -> Grams:
    """The n-grams of texts in the model's reading, which has one space between words; at least one text."""
    each = [f" {text[:MOST_CHARACTERS]} ".encode(errors="replace") for text in texts]
    letters = np.frombuffer(b"".join(each), np.uint8).astype(np.uint64)
    sizes = np.array([len(part) for part in each])
    starts = np.cumsum(sizes) - sizes
    left = np.repeat(starts + sizes, sizes) - np.arange(len(letters))
    hashes = np.zeros((len(letters), _PAIR + 1), np.uint64)
    there = np.zeros(hashes.shape, np.bool_)
    _put_characters(letters, left, hashes, there)
    _put_words(letters, np.repeat(starts, sizes), hashes, there)
    return Grams(hashes, there, starts)


def _put_characters(
    letters: Hashes, left: npt.NDArray[np.int64], hashes: Hashes, there: npt.NDArray[np.bool_]
) -> None:
    """Rolling hashes; those that would reach into the next text are not there."""
    gram = letters
    for length in range(_SHORTEST, _LONGEST + 1):
        gram = gram[:-1] * np.uint64(_BASE) + letters[length - 1 :]
        hashes[: len(gram), length - _SHORTEST] = gram + np.uint64(length << 56)
        there[:, length - _SHORTEST] = left >= length


def _put_words(
    letters: Hashes, starts: npt.NDArray[np.int64], hashes: Hashes, there: npt.NDArray[np.bool_]
) -> None:
    """Each word by the difference of two running sums: the bytes before it fall out."""
    inside = letters != _SPACE
    if not inside.any():
        return
    first = np.flatnonzero(inside & ~np.roll(inside, 1))
    last = np.flatnonzero(inside & ~np.roll(inside, -1))
    powers, inverses = _powers(len(letters))
    running = np.cumsum(letters * powers)
    words = (running[last] - running[first - 1]) * inverses[first]
    before = np.where(starts[first] == np.roll(starts[first], 1), np.roll(words, 1), np.uint64(0))
    before[0] = 0
    hashes[last, _WORD] = words + np.uint64(6 << 56)
    hashes[last, _PAIR] = before * np.uint64(31) + words + np.uint64(7 << 56)
    there[last, _WORD] = there[last, _PAIR] = True


def _powers(length: int) -> tuple[Hashes, Hashes]:
    powers, inverses = _many_powers(max(12, length.bit_length()))
    return powers[:length], inverses[:length]


@lru_cache(maxsize=4)
def _many_powers(log2: int) -> tuple[Hashes, Hashes]:
    """Powers of the base and of its inverse, modulo 2 ** 64."""
    return tuple(  # type: ignore[return-value]
        np.cumprod(np.array([1] + [base] * ((1 << log2) - 1), np.uint64)) for base in (_BASE, _INVERSE)
    )
