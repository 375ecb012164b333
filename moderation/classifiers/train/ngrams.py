"""Bags of n-grams, as the linear model learns from them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from moderation.classifiers.ngrams.hashing import grams_of

_AT_ONCE = 512
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
    parts, counts = [np.empty(0, np.int32)], [np.zeros(1, np.int64)]
    for start in range(0, len(texts), _AT_ONCE):
        grams = grams_of(texts[start : start + _AT_ONCE])
        parts.append(grams.buckets(buckets_log2)[grams.there].astype(np.int32))
        counts.append(grams.counts())
    return Bags(np.concatenate(parts), np.cumsum(np.concatenate(counts)))
