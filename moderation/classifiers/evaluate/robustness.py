"""How a model holds when the word that gives a line away is disguised, for each way of disguising it."""

import random
import re
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from moderation.classifiers.base import Classifier, Scores, checked
from moderation.classifiers.evaluate.metrics import auc

Way = Callable[[str, random.Random], str]

_WORD = re.compile(r"[A-Za-z]{4,12}")


def robustness(
    classifier: Classifier,
    column: int,
    *,
    toxic: Sequence[str],
    harmless: Sequence[str],
    limit: float,
    ways: Mapping[str, Way],
    seed: int = 7,
) -> dict[str, dict[str, float]]:
    """For each way: AUC, and the shares of toxic and of harmless lines that score `limit` or more.

    In a toxic line the word is disguised without which it scores least; in a harmless one, any. "as written"
    has the figures without a disguise. Lines without a word of 4 to 12 letters are left out.
    """
    rng = random.Random(seed)  # noqa: S311 (chance, not secrecy)
    bad = [(text, word) for text in toxic if (word := _decisive(classifier, column, text))]
    good = [(text, rng.choice(words)) for text in harmless if (words := list(_WORD.finditer(text)))]
    figures = {}
    for name, way in {"as written": _as_written, **ways}.items():
        found = _scores(classifier, column, [_with(text, word, way, rng) for text, word in bad])
        taken = _scores(classifier, column, [_with(text, word, way, rng) for text, word in good])
        truth = np.concatenate([np.ones(len(found)), np.zeros(len(taken))])
        figures[name] = {
            "auc": round(auc(truth, np.concatenate([found, taken])), 4),
            "found": round(float((found >= limit).mean()), 4),
            "harmless_taken": round(float((taken >= limit).mean()), 4),
        }
    return figures


def _as_written(word: str, _: random.Random) -> str:
    return word


def _decisive(classifier: Classifier, column: int, text: str) -> re.Match[str] | None:
    """The word without which the text scores least."""
    words = list(_WORD.finditer(text))
    if not words:
        return None
    without = [text[: word.start()] + text[word.end() :] for word in words]
    return words[int(_scores(classifier, column, without).argmin())]


def _with(text: str, word: re.Match[str], way: Way, rng: random.Random) -> str:
    return text[: word.start()] + way(word[0].lower(), rng) + text[word.end() :]


def _scores(classifier: Classifier, column: int, texts: Sequence[str]) -> Scores:
    return checked(classifier, texts)[:, column]
