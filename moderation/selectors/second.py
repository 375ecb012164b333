"""What the second model found that the first would have let pass: counted from its kept opinions.

Read by the operations page and `manage.py model second --report`.
"""

import datetime as dt
import math
from collections import Counter
from dataclasses import dataclass

from django.db.models import Count

from common.clock import now
from moderation.models import Asked, SecondOpinion

LOOKS_BACK = dt.timedelta(days=7)
# Two-sided 95 % of the normal distribution.
_Z = 1.959964
_PASSES, _FAILED = "none", ""


@dataclass(frozen=True, slots=True)
class Missed:
    """Of sampled texts that the first let pass, how many the second would have had reviewed or hidden."""

    passed: int
    reviewed: int
    hidden: int

    @property
    def missed(self) -> int:
        """All of those."""
        return self.reviewed + self.hidden

    @property
    def share(self) -> float | None:
        """In [0, 1]; None where nothing was sampled."""
        return self.missed / self.passed if self.passed else None

    @property
    def between(self) -> tuple[float, float]:
        """Its 95 % interval."""
        return wilson(self.missed, self.passed)


@dataclass(frozen=True, slots=True)
class SecondReport:
    """What the second model has read since some moment.

    Attributes:
        calls: in the band, how many went from which call of the first to which of the second.
        found: sampled texts in which the first had found something; `milder`: those of them that the
            second would have let pass.
        failed: sampled texts at which it failed: there the first's word counted.
    """

    days: float
    missed: Missed
    calls: Counter[tuple[str, str]]
    found: int
    milder: int
    failed: int

    @property
    def in_band(self) -> int:
        """How many texts it read because the first was unsure."""
        return self.calls.total()


def second_report(days: float = LOOKS_BACK / dt.timedelta(days=1)) -> SecondReport:
    """Of the last days. One query."""
    since = now() - dt.timedelta(days=days)
    kinds = SecondOpinion.objects.filter(created_at__gte=since).values_list(
        "asked", "first_call", "second_call"
    )
    band, passed, found = Counter[tuple[str, str]](), Counter[str](), Counter[str]()
    for asked, first, second, count in kinds.annotate(Count("pk")):
        if asked == Asked.BAND:
            band[first, second] += count
        else:
            (passed if first == _PASSES else found)[second] += count
    failed = passed.pop(_FAILED, 0) + found.pop(_FAILED, 0)
    missed = Missed(passed.total(), passed["review"], passed["hide"] + passed["escalate"])
    return SecondReport(days, missed, band, found.total(), found[_PASSES], failed)


def wilson(part: int, whole: int) -> tuple[float, float]:
    """The 95 % score interval of a share (Wilson 1927): right for few and for rare ones too."""
    if whole == 0:
        return 0.0, 1.0
    share, square = part / whole, _Z * _Z / whole
    middle = (share + square / 2) / (1 + square)
    half = _Z * math.sqrt(share * (1 - share) / whole + square / (4 * whole)) / (1 + square)
    return max(0.0, middle - half), min(1.0, middle + half)
