"""From scores to a call, and what holds while nobody can judge. Pure: plain data in, plain data out.

Callers: services/assessment.py for messages, `manage.py judge` for lines. Where each figure comes from is
said beside it; docs/models.md has the measurements.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Call(IntEnum):
    """What the scores ask for, from least to most."""

    NONE = 0
    REVIEW = 1
    HIDE = 2
    ESCALATE = 3


@dataclass(frozen=True, slots=True)
class Levels:
    """From which score on, in [0, 1], a label asks for something; None: never by itself."""

    review: float | None = None
    hide: float | None = None
    escalate: float | None = None


Thresholds = Mapping[str, Levels]

# Chosen for the bundled model on the validation split (16,055 labelled lines) and 40,000 lines of a moderated
# chat: hide hides 0.46 % of the harmless labelled lines and 0.14 % of the chat, and finds half of what people
# called toxic; review takes in 0.5 % of the chat and finds 82 %. threat and severe_toxicity have too few
# positives (68 and 57 there) to be trusted alone: a human looks, nothing is hidden on them.
DEFAULT_THRESHOLDS: Thresholds = {
    "toxicity": Levels(review=0.80, hide=0.945),
    "severe_toxicity": Levels(review=0.20),
    "obscene": Levels(review=0.70, hide=0.93),
    "threat": Levels(review=0.10),
    "insult": Levels(review=0.60, hide=0.90),
    "identity_attack": Levels(review=0.50, hide=0.93),
    "sexual_explicit": Levels(review=0.40, hide=0.75),
}

# For bands of minors, on top of the above: 0.8 % of the chat goes to a human, 87 % of the toxic is found.
MINOR_THRESHOLDS: Thresholds = {
    "toxicity": Levels(review=0.70, hide=0.925),
    "severe_toxicity": Levels(review=0.10),
    "obscene": Levels(review=0.50, hide=0.90),
    "threat": Levels(review=0.08),
    "insult": Levels(review=0.50, hide=0.85),
    "identity_attack": Levels(review=0.40, hide=0.88),
    "sexual_explicit": Levels(review=0.25, hide=0.60),
}


@dataclass(frozen=True, slots=True)
class Ground:
    """A score that reached a threshold."""

    label: str
    score: float
    threshold: float
    call: Call


@dataclass(frozen=True, slots=True)
class Judgement:
    """The strictest call, and every ground for it or for a milder one, the weightiest first."""

    call: Call
    grounds: tuple[Ground, ...]


def decide(scores: Mapping[str, float], thresholds: Thresholds) -> Judgement:
    """What `scores` (label → [0, 1]) ask for. A label without thresholds asks for nothing."""
    grounds = [
        ground
        for label, score in scores.items()
        if (ground := _ground(label, score, thresholds.get(label, Levels())))
    ]
    grounds.sort(key=lambda ground: (-ground.call, -ground.score, ground.label))
    return Judgement(grounds[0].call if grounds else Call.NONE, tuple(grounds))


def stricter(*scopes: Thresholds) -> Thresholds:
    """All of these thresholds at once: for each label and call the lowest one given."""
    labels = dict.fromkeys(label for scope in scopes for label in scope)
    return {label: _lowest(scope.get(label, Levels()) for scope in scopes) for label in labels}


def _ground(label: str, score: float, levels: Levels) -> Ground | None:
    for call, threshold in (
        (Call.ESCALATE, levels.escalate),
        (Call.HIDE, levels.hide),
        (Call.REVIEW, levels.review),
    ):
        if threshold is not None and score >= threshold:
            return Ground(label, score, threshold, call)
    return None


def _lowest(all_levels: Iterable[Levels]) -> Levels:
    levels = list(all_levels)
    return Levels(
        review=_least(each.review for each in levels),
        hide=_least(each.hide for each in levels),
        escalate=_least(each.escalate for each in levels),
    )


def _least(values: Iterable[float | None]) -> float | None:
    return min((value for value in values if value is not None), default=None)


# --- while the classifier is down or late ------------------------------------------------------


class Company(StrEnum):
    """Who may be in the room: the strictest member decides, and unknown age counts as a child."""

    CHILDREN = "children"  # under 13, mixed ages, an adult with a minor, a new account, a link or a file
    YOUTHS = "youths"  # 13 to 17 among themselves
    ADULTS = "adults"


class Meanwhile(StrEnum):
    """What happens to a message that the rules passed and nobody has judged yet."""

    PUBLISH = "publish"
    SLOW = "slow"  # published, and the room goes into slow mode
    HOLD = "hold"
    HUMAN = "human"  # held, and a case for a moderator


# Up to this age of the oldest unjudged message an adult room goes on as if nothing were wrong; for as long
# again it slows down; after that it holds (architecture: "publish …; then slow mode; then hold").
BACKLOG_S = 60
BACKLOG_SLOW_S = 120


def meanwhile(company: Company, *, backlog_s: float, rules_passed: bool) -> Meanwhile:
    """The failure table. `rules_passed` is False where the rules could not be asked: that always holds."""
    if company is Company.CHILDREN and rules_passed:
        return Meanwhile.HUMAN
    if company is not Company.ADULTS or not rules_passed or backlog_s >= BACKLOG_SLOW_S:
        return Meanwhile.HOLD
    return Meanwhile.PUBLISH if backlog_s < BACKLOG_S else Meanwhile.SLOW
