"""What thresholds take in. They are chosen by hand, in the recipe; the card says what befalls which lines."""

from collections.abc import Mapping, Sequence
from typing import Any

from moderation.classifiers.evaluate.metrics import Figures
from moderation.classifiers.evaluate.report import POSITIVE_FROM
from moderation.classifiers.rows import Rows

# For whom (everybody, minors), by label, for what (review, hide): from which score on.
Thresholds = Mapping[str, Mapping[str, Mapping[str, float]]]
HOW = (
    "Chosen by hand on the validation split and the part of the chat that was set apart, so that hiding "
    "takes in at most 0.5 % of the harmless lines (minors: 0.7 %) and 0.2 % of the chat; threat and "
    "severe_toxicity never hide by themselves"
)
_CALLS = ("review", "hide")


def taken(thresholds: Thresholds, rows: Rows, scores: Figures, chat: Figures) -> dict[str, dict[str, float]]:
    """For whom and for what: the shares of harmless, chat and toxic lines that reach a label's threshold.

    The first label says what is harmless. `scores`: of the rows, shape (rows, labels); `chat`: of the chat.
    """
    truth = rows.truth[:, 0]
    lines = {"harmless": scores[truth < POSITIVE_FROM], "chat": chat, "toxic": scores[truth >= POSITIVE_FROM]}
    return {
        f"{call}, {who}": {
            name: round(_share(by_label, call, rows.labels, part), 5) for name, part in lines.items()
        }
        for who, by_label in thresholds.items()
        for call in _CALLS
    }


def by_label(thresholds: Thresholds, labels: Sequence[str]) -> dict[str, Any]:
    """As a card has them: by label, for whom, for what."""
    return {
        label: {who: dict(levels.get(label, {})) for who, levels in thresholds.items()} for label in labels
    }


def _share(
    levels: Mapping[str, Mapping[str, float]], call: str, labels: Sequence[str], scores: Figures
) -> float:
    limits = [levels.get(label, {}).get(call, 2.0) for label in labels]
    return float((scores >= limits).any(axis=1).mean()) if len(scores) else 0.0
