"""`checked` believes nothing: wrong shapes, NaN and numbers outside [0, 1] never become scores."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.classifiers.base import (
    BATCH_WINDOWS,
    WINDOW_CHARACTERS,
    Scores,
    ScoresInvalidError,
    checked,
    windows_of,
)


class Counting:
    """Scores a text by how much of it is the letter x; remembers the largest batch it was given."""

    name, version = "counting", "1"
    labels: tuple[str, ...] = ("x",)

    def __init__(self) -> None:
        self.largest = 0

    def scores(self, texts: Sequence[str]) -> Scores:
        self.largest = max(self.largest, len(texts))
        return np.array([[text.count("x") / len(text)] for text in texts], dtype=np.float32)


class Answering:
    """Answers whatever it was made with."""

    name, version = "answering", "1"
    labels: tuple[str, ...] = ("x",)

    def __init__(self, answer: object) -> None:
        self.answer = answer

    def scores(self, texts: Sequence[str]) -> Scores:  # noqa: ARG002
        return self.answer  # type: ignore[return-value]


def test_no_texts_are_no_scores() -> None:
    assert checked(Counting(), []).shape == (0, 1)


def test_an_empty_text_scores_nothing() -> None:
    assert checked(Counting(), ["", " \n", "x"])[:, 0].tolist() == [0, 0, 1]


def test_of_a_long_text_the_worst_part_counts() -> None:
    text = "a" * (3 * WINDOW_CHARACTERS) + "x" * WINDOW_CHARACTERS

    assert checked(Counting(), [text])[0, 0] > 0.9


def test_what_one_call_holds_is_bounded() -> None:
    classifier = Counting()

    checked(classifier, ["x"] * (2 * BATCH_WINDOWS + 1))

    assert classifier.largest == BATCH_WINDOWS


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param([[float("nan")]], id="not a number"),
        pytest.param([[float("inf")]], id="infinite"),
        pytest.param([[1.01]], id="over one"),
        pytest.param([[-0.1]], id="under zero"),
        pytest.param([[0.5, 0.5]], id="a label too many"),
        pytest.param([], id="a row too few"),
    ],
)
def test_what_is_not_scores_is_refused(answer: object) -> None:
    with pytest.raises(ScoresInvalidError):
        checked(Answering(answer), ["text"])


@given(st.lists(st.text(), max_size=20), st.randoms(use_true_random=False))
@settings(deadline=None)
def test_the_order_of_texts_changes_no_score(texts: list[str], random: object) -> None:
    order = list(range(len(texts)))
    random.shuffle(order)  # type: ignore[attr-defined]

    straight = checked(Counting(), texts)
    mixed = checked(Counting(), [texts[row] for row in order])

    assert (mixed == straight[order]).all()


@given(st.text(st.characters(codec=None), max_size=50), st.integers(0, 700))
@settings(deadline=None)
def test_windows_leave_nothing_out_and_hold_no_surrogate(text: str, repeats: int) -> None:
    long = text * repeats
    windows = list(windows_of(long))

    assert all(len(window) <= WINDOW_CHARACTERS for window in windows)
    assert not any("\ud800" <= character <= "\udfff" for window in windows for character in window)
    if long.strip():
        assert windows[-1][-1:] == long[-1].encode("utf-16", "surrogatepass").decode("utf-16", "replace")[-1:]
