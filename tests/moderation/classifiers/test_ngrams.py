"""The linear part: its n-grams by themselves, and its logits against those it was rounded from."""

from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from moderation.classifiers.base import ModelUnavailableError
from moderation.classifiers.detoxify.card import LINEAR
from moderation.classifiers.ngrams.hashing import grams_of
from moderation.classifiers.ngrams.table import LinearPart, load
from moderation.classifiers.train.beside import rounded, shares, with_shares
from moderation.classifiers.train.linear import Linear
from moderation.classifiers.train.ngrams import bags_of

BUCKETS_LOG2 = 12
TEXTS = ["you are a fool", "thanks", "", "a", "the boat is late 😂", "the boat is late, you fool"]


@pytest.fixture
def learned() -> Linear:
    """A linear model with weights of chance."""
    torch.manual_seed(3)
    return Linear(torch.randn(1 << BUCKETS_LOG2, 2), torch.randn(2))


SOME = st.lists(st.text(max_size=60), max_size=4)


@given(SOME, st.text(max_size=60), SOME)
def test_the_n_grams_of_a_text_are_the_same_whatever_it_is_beside(
    before: list[str], text: str, after: list[str]
) -> None:
    alone, among = grams_of([text]), grams_of([*before, text, *after])
    start = among.starts[len(before)]

    there = among.buckets(BUCKETS_LOG2)[start : start + len(alone.hashes)]

    assert np.array_equal(alone.buckets(BUCKETS_LOG2), there)
    assert alone.counts()[0] == among.counts()[len(before)]


def test_a_word_is_one_n_gram_wherever_it_stands() -> None:
    words = [
        set(grams.hashes[grams.there[:, 4], 4]) for grams in map(grams_of, (["fool here"], ["you fool"]))
    ]

    assert len(words[0] & words[1]) == 1


def test_eight_bits_say_what_the_weights_said(learned: Linear) -> None:
    part = rounded(learned)

    assert np.allclose(part.logits(TEXTS), learned.logits(bags_of(TEXTS, BUCKETS_LOG2)), atol=0.03)


def test_what_stands_in_a_long_text_counts_as_if_it_stood_there_alone(learned: Linear) -> None:
    part = rounded(learned)
    inside = "the ferry leaves at eight " * 60

    assert part.logits(["x " * 900 + inside])[0].max() >= part.logits([inside])[0].max() - 0.1


def test_a_part_is_read_as_it_was_written(learned: Linear, tmp_path: Path) -> None:
    part = rounded(learned)
    part.save(tmp_path / LINEAR)

    assert np.array_equal(load(tmp_path / LINEAR, 2).mixed(np.ones((1, 2), np.float32), ["fool"]),
                          part.mixed(np.ones((1, 2), np.float32), ["fool"]))  # fmt: skip


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 nothing"])
def test_a_file_that_is_no_part_is_said_to_be_none(content: bytes, tmp_path: Path) -> None:
    (tmp_path / LINEAR).write_bytes(content)

    with pytest.raises(ModelUnavailableError, match="no linear part"):
        load(tmp_path / LINEAR, 2)


def test_a_part_for_other_labels_is_refused(learned: Linear, tmp_path: Path) -> None:
    rounded(learned).save(tmp_path / LINEAR)

    with pytest.raises(ModelUnavailableError, match="for 7 labels"):
        load(tmp_path / LINEAR, 7)


def test_the_part_that_knows_more_counts_for_more() -> None:
    rng = np.random.default_rng(2)
    truth = (rng.random((2_000, 1)) < 0.5).astype(np.float32)
    knowing = (truth * 2 - 1 + rng.normal(size=truth.shape)).astype(np.float32)
    guessing = rng.normal(size=truth.shape).astype(np.float32)

    network, linear, offset = shares(knowing, guessing, truth)

    assert network[0] > 1
    assert linear[0] < 0.2
    assert abs(offset[0]) < 0.3


def test_mixing_is_a_mean_of_logits(learned: Linear) -> None:
    half = np.full(2, 0.5, np.float32)
    part: LinearPart = with_shares(rounded(learned), half, half, np.zeros(2, np.float32))
    network = np.array([[2.0, -4.0]], np.float32)

    assert np.allclose(part.mixed(network, ["fool"]), (network + part.logits(["fool"])) / 2)
