"""What a card says of its thresholds."""

import numpy as np

from moderation.classifiers.rows import Rows
from moderation.classifiers.train.thresholds import by_label, taken

LABELS = ("toxicity", "threat")
THRESHOLDS = {"everybody": {"toxicity": {"review": 0.5, "hide": 0.9}, "threat": {"review": 0.3}}}


def rows(*toxic: float) -> Rows:
    """Lines of which the first label is known."""
    truth = np.array([[each, np.nan] for each in toxic], np.float32)
    return Rows(
        ("pier",) * len(toxic), ("line",) * len(toxic), np.ones(len(toxic), np.float32), LABELS, truth
    )


def test_a_line_is_taken_by_the_threshold_of_any_label() -> None:
    scores = np.array([[0.1, 0.0], [0.2, 0.4], [0.95, 0.0], [0.6, 0.0]])
    chat = np.array([[0.1, 0.1], [0.5, 0.0]])

    found = taken(THRESHOLDS, rows(0, 0, 1, 1), scores, chat)

    assert found["review, everybody"] == {"harmless": 0.5, "chat": 0.5, "toxic": 1.0}
    assert found["hide, everybody"] == {"harmless": 0.0, "chat": 0.0, "toxic": 0.5}


def test_the_card_has_them_by_label() -> None:
    assert by_label(THRESHOLDS, LABELS)["threat"] == {"everybody": {"review": 0.3}}
