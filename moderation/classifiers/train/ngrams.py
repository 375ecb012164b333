"""Character 2- to 5-grams and word 1- and 2-grams, as hashed numbers: what the linear teacher sees."""

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

_SHORTEST, _LONGEST = 2, 5
_MOST_BYTES = 400
_ODD = np.uint64(0x9E3779B97F4A7C15)
Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Bags:
    """For each text the buckets of its n-grams; a text's are `buckets[starts[i]:starts[i + 1]]`."""

    buckets: npt.NDArray[np.int32]
    starts: Numbers

    def __len__(self) -> int:
        return len(self.starts) - 1

    def batch(self, rows: Numbers) -> tuple[npt.NDArray[np.int32], Numbers, Numbers]:
        """The buckets of some texts one after the other; for each bucket, its row among them; and counts."""
        sizes = self.starts[rows + 1] - self.starts[rows]
        owners = np.repeat(np.arange(len(rows)), sizes)
        within = np.arange(int(sizes.sum())) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        return self.buckets[np.repeat(self.starts[rows], sizes) + within], owners, sizes


def bags_of(texts: Sequence[str], buckets_log2: int) -> Bags:
    """The n-grams of texts that were folded before, in 2 ** buckets_log2 buckets."""
    each = [_buckets(text, buckets_log2) for text in texts]
    starts = np.concatenate([[0], np.cumsum([len(bucket) for bucket in each])]).astype(np.int64)
    return Bags(np.concatenate([*each, np.empty(0, np.int32)]).astype(np.int32), starts)


def _buckets(text: str, buckets_log2: int) -> npt.NDArray[np.int32]:
    hashes = np.concatenate([*_characters(text), np.fromiter(_words(text), np.uint64)])
    mixed = (hashes ^ (hashes >> np.uint64(29))) * _ODD
    buckets: npt.NDArray[np.int32] = (mixed >> np.uint64(64 - buckets_log2)).astype(np.int32)
    return buckets


def _characters(text: str) -> Iterator[npt.NDArray[np.uint64]]:
    letters = np.frombuffer(f" {text} ".encode(errors="replace")[:_MOST_BYTES], np.uint8).astype(np.uint64)
    gram = letters
    for length in range(_SHORTEST, _LONGEST + 1):
        gram = gram[:-1] * np.uint64(257) + letters[length - 1 :]
        if not len(gram):
            return
        yield gram + np.uint64(length << 56)


def _words(text: str) -> Iterator[int]:
    before = 0
    for word in text[:_MOST_BYTES].split():
        now = _digest(word)
        yield now + (6 << 56)
        yield (before * 31 + now) % (1 << 48) + (7 << 56)
        before = now


@lru_cache(maxsize=1 << 16)
def _digest(word: str) -> int:
    return zlib.crc32(word.encode(errors="replace"))
