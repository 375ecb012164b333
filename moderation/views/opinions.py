"""What two models said of one text, side by side, for the case page.

Called by views/pane.py.
"""

from dataclasses import dataclass

from moderation.labels import words_for
from moderation.models import Asked, FindingRow, SecondOpinion

# Scores of labels in which nothing was found are noise beside those that were, below this.
_LEAST = 0.1
_MOST = 4


@dataclass(frozen=True, slots=True)
class Said:
    """One label: what each model gave it, in hundredths; None: it does not know the label, or failed."""

    name: str
    first: int | None
    second: int | None


@dataclass(frozen=True, slots=True)
class Opinions:
    """What moderation/case/opinions.html shows."""

    first: str
    second: str
    is_sampled: bool
    has_failed: bool
    labels: list[Said]


def opinions(opinion: SecondOpinion | None, findings: list[FindingRow]) -> Opinions | None:
    """Both models on the labels that either took the text for; None where one model read it."""
    if opinion is None:
        return None
    first, second = opinion.assessment.scores, opinion.scores
    found = {finding.label for finding in findings if finding.score is not None}
    highest = {label: max(first.get(label, 0), second.get(label, 0)) for label in {**first, **second}}
    weighty = [label for label, score in highest.items() if score >= _LEAST or label in found]
    weighty.sort(key=lambda label: -highest[label])
    return Opinions(
        first=opinion.assessment.model_name,
        second=opinion.model_name,
        is_sampled=opinion.asked == Asked.SAMPLE,
        has_failed=bool(opinion.error),
        labels=[
            Said(words_for(label), _hundredths(first.get(label)), _hundredths(second.get(label)))
            for label in weighty[:_MOST]
        ],
    )


def _hundredths(score: float | None) -> int | None:
    return None if score is None else round(100 * score)
