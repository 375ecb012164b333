"""What holds for each label in one scope, a row each: what passes, the band, what is reviewed or hidden.

Called by views/thresholds.py, where a second model is chosen.
"""

from dataclasses import dataclass

from moderation.band import band_of
from moderation.decisions import DEFAULT_THRESHOLDS, MINOR_THRESHOLDS, Levels, Thresholds, stricter
from moderation.selectors.policies import standard_in_force
from moderation.views.scopes import Scope


@dataclass(frozen=True, slots=True)
class Row:
    """One label, and between which scores what happens; None: never."""

    label: str
    begins: float | None
    ends: float | None
    review: float | None
    hide: float | None


def rows(scope: Scope) -> list[Row]:
    """In the order of the cards."""
    thresholds = _in(scope)
    return [_row(label, thresholds.get(label, Levels())) for label in DEFAULT_THRESHOLDS]


def _row(label: str, levels: Levels) -> Row:
    begins, ends = band_of(levels)
    return Row(label, _figure(begins), _figure(ends), _figure(levels.review), _figure(levels.hide))


def _figure(level: float | None) -> float | None:
    return None if level is None or level > 1 else round(level, 3)


def _in(scope: Scope) -> Thresholds:
    """The strictest of all that hold there."""
    standard = standard_in_force()
    if scope.room:
        return standard.for_room(scope.room)
    if scope.age_band:
        minors = MINOR_THRESHOLDS if scope.age_band.is_minor else {}
        return stricter(standard.site, minors, standard.of_band.get(scope.age_band.pk, {}))
    return standard.site
