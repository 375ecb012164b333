"""A classifier whose answer is plain from the text: for tests of what follows from scores.

It implements moderation.classifiers.base.Classifier; a worker takes it by the dotted path of `load`.
"awful" is certain, "dubious" is in doubt, "deadly" escalates; "ponder" takes a second; "poison",
"nonsense", "stuck" and "devours" are what a broken classifier does.
"""

import os
import signal
import threading
from collections.abc import Sequence

import numpy as np

from moderation.classifiers.base import Scores

TOXICITY = {"awful": 0.99, "dubious": 0.85, "idiot": 0.99}


class PoisonError(RuntimeError):
    """What the classifier raises at a text with "poison" in it."""


class KeywordClassifier:
    """Scores by the words that a text holds, and remembers what it was asked."""

    name: str = "keyword"
    version: str = "1"
    labels: tuple[str, ...] = ("toxicity", "insult")
    languages: tuple[str, ...] = ()

    def __init__(self) -> None:
        self.asked: list[list[str]] = []
        self.let_go = threading.Event()

    def scores(self, texts: Sequence[str]) -> Scores:
        """See base.Classifier."""
        self.asked.append(list(texts))
        if any("poison" in text for text in texts):
            raise PoisonError("this text cannot be read")
        if any("devours" in text for text in texts):
            os.kill(os.getpid(), signal.SIGKILL)  # as a system does that has no memory left
        if any("stuck" in text for text in texts):
            self.let_go.wait(60)
        if any("ponder" in text for text in texts):
            self.let_go.wait(1)
        rows = [[self._toxicity(text), 0.01] for text in texts]
        return np.array(rows, dtype=np.float32)

    def _toxicity(self, text: str) -> float:
        if "nonsense" in text:
            return float("nan")
        return max((score for word, score in TOXICITY.items() if word in text), default=0.01)


def load(_model: str, **_options: object) -> KeywordClassifier:
    """As moderation.classifiers.registry calls it."""
    return KeywordClassifier()
