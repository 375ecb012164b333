"""Other thresholds, proposed from what humans decided, and what they would have meant. Pure.

A level moves over a band of scores only where that band itself bears it out: so many decided texts, of which
so large a share speaks for the move, at the cautious end of a 95 % interval. docs/models.md says what it
cannot know, docs/adr/proposals.md why it is made so. Called by selectors/proposals.py.
"""

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import accumulate

from moderation.decisions import DEFAULT_THRESHOLDS, Call, Levels, Thresholds, decide
from moderation.truth import Outcome

# Below so many texts in a band nothing is proposed about it.
LEAST = 30
# And so many must tell: upheld ones that were missed, hides that were wrong.
LEAST_TELLING = 5
# Hidden without a human only where nine in ten were upheld; a review is given up only where 19 in 20 were
# harmless; a hide is eased where at least one in ten was wrong; a review is worth it for one in twenty.
HIDE_FROM, EASE_REVIEW_FROM, EASE_HIDE_FROM, REVIEW_FROM = 0.90, 0.95, 0.10, 0.05
# How far a level may ever get from the figure that comes with Wardroom, and how far at once.
_REVIEW_UP, _HIDE_UP, _HIGHEST_HIDE, _LOWEST_HIDE, _LOWEST_REVIEW = 0.15, 0.03, 0.985, 0.5, 0.05
_MOST_AT_ONCE = 0.10
_STEPS = 200  # levels are multiples of 0.005
_Z = 1.96  # of a 95 % interval
_LOOKED_AT = frozenset({Call.REVIEW, Call.HIDE, Call.ESCALATE})
_HIDDEN = frozenset({Call.HIDE, Call.ESCALATE})


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many, with Wilson's 95 % interval."""

    count: int
    of: int

    @property
    def low(self) -> float:
        """The interval's lower end, in [0, 1]."""
        return max(0.0, self._middle - self._half) if self.of else 0.0

    @property
    def high(self) -> float:
        """The interval's upper end, in [0, 1]."""
        return min(1.0, self._middle + self._half) if self.of else 1.0

    @property
    def _middle(self) -> float:
        return (self.count + _Z**2 / 2) / (self.of + _Z**2)

    @property
    def _half(self) -> float:
        rest = self.count * (self.of - self.count) / self.of + _Z**2 / 4
        return _Z * math.sqrt(rest) / (self.of + _Z**2)


@dataclass(frozen=True, slots=True)
class Sample:
    """A text that the classifier scored, and what is known of it.

    Attributes:
        truth: the labels that a human's decision says something about, 1 or 0; empty where nobody decided.
        outcome: what the human made of it, None where nobody decided.
        was_hidden: the classifier hid it by itself.
    """

    scores: Mapping[str, float]
    room_id: int
    truth: Mapping[str, int] = field(default_factory=dict)
    outcome: Outcome | None = None
    was_hidden: bool = False


class Move(StrEnum):
    """In which direction a level moves."""

    HIDE_MORE = "hide_more"
    HIDE_LESS = "hide_less"
    REVIEW_MORE = "review_more"
    REVIEW_LESS = "review_less"


_OF_HIDE = frozenset({Move.HIDE_MORE, Move.HIDE_LESS})


@dataclass(frozen=True, slots=True)
class Step:
    """One level that moves, and what bears it out: so many of the texts in between speak for it."""

    move: Move
    before: float
    after: float
    share: Share

    @property
    def level(self) -> str:
        """The figure that moves: "hide" or "review"."""
        return "hide" if self.move in _OF_HIDE else "review"


@dataclass(frozen=True, slots=True)
class Limits:
    """From where to where a label's levels may be proposed; no hide: none is ever proposed."""

    review: tuple[float, float]
    hide: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is proposed for a label.

    Attributes:
        decided: how many decided texts say something about the label.
        steps: empty where nothing is proposed.
        enough: whether enough decided or hidden texts lie where a figure may move.
    """

    label: str
    now: Levels
    proposed: Levels
    decided: int
    steps: tuple[Step, ...]
    enough: bool


@dataclass(frozen=True, slots=True)
class Effect:
    """What other thresholds would have meant for the texts that humans decided on.

    Attributes:
        changed: how many decided texts would have gone from which call to which, equal ones left out.
        avoided: harmless ones that are hidden now and would not be; of all harmless that are hidden.
        missed: upheld ones that nobody would look at any more; of all upheld that are looked at or hidden.
        gained: upheld ones that are passed now and would be looked at or hidden; of all upheld passed ones.
        wronged: harmless ones that would be hidden; of all harmless that are not hidden now.
    """

    changed: Counter[tuple[Call, Call]]
    avoided: Share
    missed: Share
    gained: Share
    wronged: Share


def limits_of(label: str) -> Limits:
    """Set by the figures that come with Wardroom.

    A label that never hides by itself was measured on too few examples: its review is never eased either.
    """
    usual = DEFAULT_THRESHOLDS[label]
    review = usual.review or 1.0
    lowest = max(_LOWEST_REVIEW, review / 2)
    if usual.hide is None:
        return Limits((lowest, review), None)
    hide = (max(_LOWEST_HIDE, review), min(_HIGHEST_HIDE, usual.hide + _HIDE_UP))
    return Limits((lowest, review + _REVIEW_UP), hide)


def propose(label: str, now: Levels, samples: Sequence[Sample]) -> Proposal:
    """What to set for a label instead of `now`, from texts that one model scored. Stricter moves go first."""
    limits = limits_of(label)
    tried = list(_tried(label, now, limits, samples))
    found = [step for one in tried if (step := _step(one))]
    hide = next((step for step in found if step.level == "hide"), None)
    review = next((step for step in found if step.level == "review"), None)
    if hide and review and review.after > hide.after:
        review = None  # what is hidden is also looked at; the stricter of the two stays
    steps = tuple(step for step in (hide, review) if step)
    proposed = replace(now, **{step.level: step.after for step in steps})
    return Proposal(
        label=label,
        now=now,
        proposed=proposed,
        decided=sum(label in sample.truth for sample in samples),
        steps=steps,
        enough=any(one.widest >= LEAST for one in tried if one.move is not Move.REVIEW_MORE),
    )


def effect_of(
    samples: Iterable[Sample], before: Mapping[int, Thresholds], after: Mapping[int, Thresholds]
) -> Effect:
    """What it would have meant; both thresholds by room."""
    decided = [
        (
            sample.outcome,
            decide(sample.scores, before[sample.room_id]).call,
            decide(sample.scores, after[sample.room_id]).call,
        )
        for sample in samples
        if sample.outcome
    ]
    upheld = [(was, would) for outcome, was, would in decided if outcome is Outcome.UPHELD]
    harmless = [(was, would) for outcome, was, would in decided if outcome is Outcome.HARMLESS]
    return Effect(
        changed=Counter((was, would) for _outcome, was, would in decided if was is not would),
        avoided=_share(would not in _HIDDEN for was, would in harmless if was in _HIDDEN),
        missed=_share(would not in _LOOKED_AT for was, would in upheld if was in _LOOKED_AT),
        gained=_share(would in _LOOKED_AT for was, would in upheld if was not in _LOOKED_AT),
        wronged=_share(would in _HIDDEN for was, would in harmless if was not in _HIDDEN),
    )


class _Tried:
    """A move, the texts that it is judged by (score, whether it speaks for the move), and where it may go."""

    def __init__(
        self,
        move: Move,
        level: float,
        ends: Sequence[float],
        texts: Iterable[tuple[float, bool]],
        bar: float,
        telling: int = 0,
    ) -> None:
        self.move, self.level, self.ends, self.bar, self.telling = move, level, ends, bar, telling
        ordered = sorted(texts)
        self._scores = [score for score, _speaks in ordered]
        self._speaking = [0, *accumulate(speaks for _score, speaks in ordered)]

    @property
    def widest(self) -> int:
        """How many texts there are in the widest band that it may move over."""
        return max((self.share(end).of for end in self.ends), default=0)

    def share(self, end: float) -> Share:
        """Of the texts between level and end, those that speak for the move."""
        low, high = sorted((self.level, end))
        first, after = bisect_left(self._scores, low), bisect_left(self._scores, high)
        return Share(self._speaking[after] - self._speaking[first], after - first)


def _tried(label: str, now: Levels, limits: Limits, samples: Sequence[Sample]) -> Iterator[_Tried]:
    """The four moves, the stricter of each level first."""
    scored = [(sample.scores[label], sample) for sample in samples if label in sample.scores]
    known = [(score, sample.truth[label]) for score, sample in scored if label in sample.truth]
    upheld = [(score, truth == 1) for score, truth in known]
    if now.hide is not None and limits.hide is not None:
        floor = max(limits.hide[0], now.review or 0.0)
        hidden = [(score, sample.truth.get(label) == 0) for score, sample in scored if sample.was_hidden]
        down, up = _near(now.hide, floor, now.hide), _near(now.hide, now.hide, limits.hide[1])
        yield _Tried(Move.HIDE_MORE, now.hide, down, upheld, HIDE_FROM)
        yield _Tried(Move.HIDE_LESS, now.hide, up, hidden, EASE_HIDE_FROM, LEAST_TELLING)
    if now.review is not None:
        everything = [(score, sample.truth.get(label) == 1) for score, sample in scored]
        harmless = [(score, truth == 0) for score, truth in known]
        down = _near(now.review, limits.review[0], now.review)
        up = _near(now.review, now.review, limits.review[1])
        yield _Tried(Move.REVIEW_MORE, now.review, down, everything, REVIEW_FROM, LEAST_TELLING)
        yield _Tried(Move.REVIEW_LESS, now.review, up, harmless, EASE_REVIEW_FROM)


def _step(tried: _Tried) -> Step | None:
    """The move to where the texts that speak for it exceed the bar by most, if they bear it out.

    Of several such places the nearest: beyond it no text says anything.
    """
    bands = [(tried.share(end), end) for end in tried.ends]
    if not bands:
        return None
    share, end = max(
        bands,
        key=lambda band: (round(band[0].count - tried.bar * band[0].of, 6), -abs(band[1] - tried.level)),
    )
    is_borne_out = share.of >= LEAST and share.count >= tried.telling and share.low >= tried.bar
    return Step(tried.move, tried.level, end, share) if is_borne_out else None


def _levels(low: float, high: float) -> tuple[float, ...]:
    """The multiples of 0.005 from one to the other."""
    return tuple(at for step in range(_STEPS + 1) if low <= (at := step / _STEPS) <= high)


def _near(level: float, low: float, high: float) -> tuple[float, ...]:
    """Where a level may move, between its limits and not far at once."""
    return _levels(max(low, level - _MOST_AT_ONCE), min(high, level + _MOST_AT_ONCE))


def _share(answers: Iterable[bool]) -> Share:
    listed = list(answers)
    return Share(sum(listed), len(listed))
