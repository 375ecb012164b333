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
    """From which score on, in [0, 1], a label asks for something; None: never by itself.

    Attributes:
        band_from, band_to: between which scores a second model decides; None: as band.py derives them.
    """

    review: float | None = None
    hide: float | None = None
    escalate: float | None = None
    band_from: float | None = None
    band_to: float | None = None


Thresholds = Mapping[str, Levels]

# Chosen for the bundled model on the validation split (16,055 labelled lines) and 12,931 lines of a moderated
# chat: hide hides 0.48 % of the harmless labelled lines and 0.14 % of the chat, and finds 46 % of what people
# called toxic; review takes in 0.75 % of the chat and finds 83 %. threat and severe_toxicity have too few
# positives (68 and 57 there) to be trusted alone: a human looks, nothing is hidden on them.
DEFAULT_THRESHOLDS: Thresholds = {
    "toxicity": Levels(review=0.60, hide=0.955),
    "severe_toxicity": Levels(review=0.20),
    "obscene": Levels(review=0.69, hide=0.945),
    "threat": Levels(review=0.14),
    "insult": Levels(review=0.45, hide=0.90),
    "identity_attack": Levels(review=0.58, hide=0.95),
    "sexual_explicit": Levels(review=0.60, hide=0.83),
}

# For bands of minors, on top of the above: 1 % of the chat goes to a human, 88 % of the toxic is found.
MINOR_THRESHOLDS: Thresholds = {
    "toxicity": Levels(review=0.44, hide=0.94),
    "severe_toxicity": Levels(review=0.15),
    "obscene": Levels(review=0.60, hide=0.92),
    "threat": Levels(review=0.10),
    "insult": Levels(review=0.40, hide=0.87),
    "identity_attack": Levels(review=0.48, hide=0.94),
    "sexual_explicit": Levels(review=0.50, hide=0.79),
}


@dataclass(frozen=True, slots=True)
class Ground:
    """A score that reached a threshold; or, without either, a language that the classifier does not know."""

    label: str
    score: float | None
    threshold: float | None
    call: Call
    language: str = ""

    @property
    def detail(self) -> str:
        """What it rests on, for the record: "hide from 0.9", or the language's code."""
        return self.language or f"{self.call.name.lower()} from {self.threshold:g}"


@dataclass(frozen=True, slots=True)
class Judgement:
    """The strictest call, and every ground for it or for a milder one, the weightiest first.

    Attributes:
        holds: it is to be held until a human has looked, also where it has been shown already.
    """

    call: Call
    grounds: tuple[Ground, ...]
    holds: bool = False


def decide(scores: Mapping[str, float], thresholds: Thresholds) -> Judgement:
    """What `scores` (label → [0, 1]) ask for. A label without thresholds asks for nothing."""
    grounds = [
        ground
        for label, score in scores.items()
        if (ground := _ground(label, score, thresholds.get(label, Levels())))
    ]
    grounds.sort(key=_weight)
    return Judgement(grounds[0].call if grounds else Call.NONE, tuple(grounds))


def _weight(ground: Ground) -> tuple[int, float, str]:
    """The weightiest sorts first."""
    return -ground.call, -(ground.score or 0.0), ground.label


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
        band_from=_least(each.band_from for each in levels),
        band_to=_least(each.band_to for each in levels),
    )


def _least(values: Iterable[float | None]) -> float | None:
    return min((value for value in values if value is not None), default=None)


# --- a language that the classifier does not know ------------------------------------------------

UNKNOWN_LANGUAGE = "unknown_language"


class Treatment(StrEnum):
    """What becomes of a text whose language the classifier does not know, from mildest to strictest.

    The rules have read it all the same, and a score that reaches a threshold counts: nobody buys mildness
    with a few words of another language.
    """

    PASS = "pass"  # noqa: S105 - on the rules' word alone
    REVIEW = "review"  # a moderator looks; shown meanwhile where the room shows at once
    HOLD = "hold"  # nobody else sees it before a moderator has looked


# For adults a moderator looks; children are shown nothing that nobody could judge.
DEFAULT_TREATMENT, MINOR_TREATMENT = Treatment.REVIEW, Treatment.HOLD


def strictest(treatments: Iterable[Treatment]) -> Treatment:
    """The strictest of several that hold at once."""
    return max(treatments, key=list(Treatment).index)


def not_judged(judgement: Judgement, *, language: str, treatment: Treatment) -> Judgement:
    """The judgement of a text in a language that the classifier does not know (ISO 639-1)."""
    call = Call.NONE if treatment is Treatment.PASS else Call.REVIEW
    ground = Ground(UNKNOWN_LANGUAGE, None, None, call, language)
    grounds = sorted((*judgement.grounds, ground), key=_weight)
    return Judgement(max(judgement.call, call), tuple(grounds), holds=treatment is Treatment.HOLD)


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
