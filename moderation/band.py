"""Where the first model is unsure, and which of the second's scores count beside its own. Pure.

Callers: services/second.py and services/passing.py for messages, judging.py for lines, selectors/previews.py.
docs/models.md says why the band is where it is.
"""

import hashlib
import math
from collections.abc import Mapping
from enum import StrEnum

from moderation.decisions import Levels, Thresholds

# Where nothing else is set the band begins at this share of the score from which a human looks.
SHARE_OF_REVIEW = 0.5
# How much of what the first is sure of is read again, where nothing else is said.
USUAL_SAMPLE = 0.02
_WHOLE = 2**64


class Asked(StrEnum):
    """Why the second model read a text."""

    BAND = "band"  # the first was unsure of some label
    SAMPLE = "sample"  # to measure what the first misses


def band_of(levels: Levels) -> tuple[float, float]:
    """From which score on, and below which one, the first model is unsure of a label; empty: (inf, inf).

    By default from a share of the lowest threshold up to the one that hides. A label that never hides has
    no upper end: the second decides however sure the first is.
    """
    acts = [level for level in (levels.review, levels.hide, levels.escalate) if level is not None]
    if not acts:
        return math.inf, math.inf
    begins = SHARE_OF_REVIEW * min(acts) if levels.band_from is None else levels.band_from
    if levels.band_to is not None:
        return begins, levels.band_to
    takes_from_view = [level for level in (levels.hide, levels.escalate) if level is not None]
    return begins, min(takes_from_view, default=math.inf)


def is_unsure(scores: Mapping[str, float], thresholds: Thresholds) -> bool:
    """Whether any label's score is in its band."""
    for label, score in scores.items():
        if levels := thresholds.get(label):
            begins, ends = band_of(levels)
            if begins <= score < ends:
                return True
    return False


def is_sampled(message_id: int, share: float) -> bool:
    """Whether a message is of the sampled share: by digest, so that trying again asks the same ones."""
    digest = hashlib.sha256(f"second:{message_id}".encode()).digest()
    return int.from_bytes(digest[:8]) < share * _WHOLE


def counting(
    first: Mapping[str, float], second: Mapping[str, float], thresholds: Thresholds, asked: Asked
) -> dict[str, float]:
    """The second model's scores that count; for all other labels the first's do.

    In the band they are those of every label of which the first is not sure: at the band's end and above its
    word stands. In the sample the higher of the two counts: what the first finds stays found.
    """
    if asked is Asked.SAMPLE:
        return {label: score for label, score in second.items() if score > first.get(label, -1)}
    return {
        label: score
        for label, score in second.items()
        if first.get(label, 0) < band_of(thresholds.get(label, Levels()))[1]
    }
