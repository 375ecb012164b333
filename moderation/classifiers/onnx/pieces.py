"""Texts as token numbers, in windows, and the windows in batches of about one length."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

# Tokens that two windows of a long text share: what stands on their border is read whole in one of them.
STRIDE = 32
# Measured on one thread (benchmarks/serving.py): with more tokens, a batch pads more and outgrows the
# processor's second cache; with fewer, the calls themselves begin to count.
BATCH_TOKENS = 128
BATCH_TEXTS = 32

Numbers = npt.NDArray[np.int64]
Window = tuple[int, list[int]]


class Pieces:
    """A tokenizer of its own: another's user could change how this one pads and cuts."""

    def __init__(self, file: Path, *, longest: int) -> None:
        """`longest`: the tokens that the model takes, [CLS] and [SEP] included."""
        self._tokenizer = Tokenizer.from_file(str(file))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(max_length=longest, stride=STRIDE)
        self._pad = self._number_of_padding()

    def windows(self, texts: Sequence[str]) -> list[Window]:
        """For each text its windows: its place among the texts, and token numbers. At least one a text."""
        read = self._tokenizer.encode_batch_fast(list(texts))
        return [(place, part.ids) for place, whole in enumerate(read) for part in (whole, *whole.overflowing)]

    def padded(self, windows: Sequence[Window]) -> tuple[Numbers, Numbers]:
        """Token numbers and attention mask of a batch, each of shape (windows, tokens of the longest)."""
        longest = max(len(ids) for _, ids in windows)
        tokens = np.full((len(windows), longest), self._pad, dtype=np.int64)
        mask = np.zeros((len(windows), longest), dtype=np.int64)
        for row, (_, ids) in enumerate(windows):
            tokens[row, : len(ids)] = ids
            mask[row, : len(ids)] = 1
        return tokens, mask

    def _number_of_padding(self) -> int:
        for name in ("[PAD]", "<pad>"):
            if (number := self._tokenizer.token_to_id(name)) is not None:
                return int(number)
        return 0


def batches(windows: Sequence[Window]) -> Iterator[list[Window]]:
    """The windows, shortest first, in batches of at most BATCH_TEXTS and about BATCH_TOKENS with padding.

    The order in which texts were given does not change which of them share a batch.
    """
    batch: list[Window] = []
    for window in sorted(windows, key=lambda window: (len(window[1]), window[1])):
        if batch and (len(batch) == BATCH_TEXTS or (len(batch) + 1) * len(window[1]) > BATCH_TOKENS):
            yield batch
            batch = []
        batch.append(window)
    if batch:
        yield batch
