"""A text with the words marked that drove the findings, and in words what is marked, or why nothing is yet.

Called by views/case.py and views/pane.py, for somebody whose look at the text is on record.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from common.clock import now
from moderation.labels import words_for
from moderation.models import Explanation, ExplanationState, FindingRow
from moderation.views.pieces import Piece, pieces_of

# The worker answers within a second where it is well; a sweep rings again every three.
AWAY_AFTER_S = 20


class Standing(StrEnum):
    """What the page says below the text."""

    NONE = "none"  # the classifier found nothing in it
    WAITING = "waiting"
    AWAY = "away"  # waiting for long: no worker answers
    FAILED = "failed"
    WHOLE = "whole"  # no word stands out
    MARKED = "marked"
    CHANGED = "changed"  # the text is another by now
    OVER = "over"  # the look on record is too long ago


@dataclass(frozen=True, slots=True)
class Because:
    """One finding in words, and the words that drove it."""

    name: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Explained:
    """What moderation/case/explained.html shows."""

    standing: Standing
    pieces: Sequence[Piece] = ()
    because: Sequence[Because] = ()
    model: str = ""

    @property
    def asks_again_s(self) -> int | None:
        """After how many seconds the page asks again; None where nothing more comes."""
        return {Standing.WAITING: 1, Standing.AWAY: 10}.get(self.standing)


def explained(
    body: str, text_version: int, findings: Sequence[FindingRow], explanation: Explanation | None
) -> Explained:
    """The text marked by what rules found and by what is known of the classifier's findings."""
    of_rules = [finding.span for finding in findings if finding.span and finding.text_version == text_version]
    because = _because(body, explanation)
    marked = [(start, end) for start, end in of_rules]
    if explanation and explanation.text_version == text_version:
        marked += [(start, end) for spans in explanation.spans.values() for start, end, _part in spans]
    return Explained(
        standing=_standing(explanation),
        pieces=pieces_of(body, marked),
        because=because,
        model=f"{explanation.model_name} {explanation.model_version}" if explanation else "",
    )


def _standing(explanation: Explanation | None) -> Standing:
    if explanation is None:
        return Standing.NONE
    if explanation.state == ExplanationState.FAILED:
        return Standing.FAILED
    if explanation.state == ExplanationState.DONE:
        return Standing.MARKED if any(explanation.spans.values()) else Standing.WHOLE
    waits_s = (now() - explanation.asked_at).total_seconds()
    return Standing.WAITING if waits_s < AWAY_AFTER_S else Standing.AWAY


def _because(body: str, explanation: Explanation | None) -> list[Because]:
    spans_of = explanation.spans if explanation else {}
    return [
        Because(words_for(label), tuple(body[start:end] for start, end, _part in spans))
        for label, spans in spans_of.items()
        if spans
    ]
