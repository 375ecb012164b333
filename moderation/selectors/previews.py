"""What a change of a threshold would have meant for the messages of the last seven days. Changes nothing.

Called by the thresholds page, before the change is made.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from django.db.models import Q, QuerySet

from common.clock import now
from moderation.band import Asked, counting, is_unsure
from moderation.decisions import DEFAULT_THRESHOLDS, Call, Levels, Thresholds, decide
from moderation.models import Assessment, AssessmentState, Threshold
from moderation.selectors.policies import Standard, levels_of, levels_over, standard_in_force

LOOKS_BACK = dt.timedelta(days=7)
# Enough to see what a change does; a busy site judges more than this in a week.
_MOST = 20_000


@dataclass(frozen=True, slots=True)
class Preview:
    """How many messages were judged, and how many would have been treated otherwise: (was, would be)."""

    judged: int
    changed: Mapping[tuple[Call, Call], int]

    @property
    def total(self) -> int:
        """How many would have been treated otherwise."""
        return sum(self.changed.values())


def preview_of(threshold: Threshold) -> Preview:
    """The difference that this row, saved or not, would have made to what was judged lately."""
    before = standard_in_force()
    after = _with(before, threshold)
    lately = _judged_lately(threshold)
    pairs = (_calls(assessment, before, after) for assessment in _concerned(lately, threshold, before))
    return Preview(lately.count(), Counter(pair for pair in pairs if pair[0] != pair[1]))


def _judged_lately(threshold: Threshold) -> QuerySet[Assessment]:
    judged = Assessment.objects.filter(state=AssessmentState.DONE, judged_at__gte=now() - LOOKS_BACK)
    return judged.filter(message__room=threshold.room_id) if threshold.room_id else judged


def _concerned(lately: QuerySet[Assessment], threshold: Threshold, before: Standard) -> Iterator[Assessment]:
    """Those whose score of the label reaches any figure of the old or the new: others stay as they are."""
    old = before.site.get(threshold.label, Levels())
    figures = [old.review, old.hide, old.escalate, threshold.review, threshold.hide, threshold.escalate]
    figures += [old.band_from, old.band_to, threshold.band_from, threshold.band_to]
    least = min((figure for figure in figures if figure is not None), default=1.0)
    first = Q(**{f"scores__{threshold.label}__gte": least})
    second = Q(**{f"second_opinion__scores__{threshold.label}__gte": least})
    reaching = lately.filter(first | second).select_related("message__room", "second_opinion")
    return iter(reaching.order_by("-judged_at")[:_MOST])


def _calls(assessment: Assessment, before: Standard, after: Standard) -> tuple[Call, Call]:
    room = assessment.message.room
    return _call(assessment, before.for_room(room)), _call(assessment, after.for_room(room))


def _call(assessment: Assessment, thresholds: Thresholds) -> Call:
    """By both models' scores where the second was asked; one that was not is not asked now."""
    scores, opinion = assessment.scores, getattr(assessment, "second_opinion", None)
    if opinion is None:
        return decide(scores, thresholds).call
    asked = Asked.BAND if is_unsure(scores, thresholds) else Asked.SAMPLE
    return decide({**scores, **counting(scores, opinion.scores, thresholds, asked)}, thresholds).call


def _with(standard: Standard, row: Threshold) -> Standard:
    """The standard with this row in it, in place of the one of the same scope."""
    levels = levels_of(row)
    if row.room_id:
        return replace(standard, of_room=_put(standard.of_room, row.room_id, row.label, levels))
    if row.age_band_id:
        return replace(standard, of_band=_put(standard.of_band, row.age_band_id, row.label, levels))
    usual = DEFAULT_THRESHOLDS.get(row.label, Levels())
    return replace(standard, site={**standard.site, row.label: levels_over(usual, row)})


def _put(scopes: dict[int, Thresholds], scope: int, label: str, levels: Levels) -> dict[int, Thresholds]:
    return {**scopes, scope: {**scopes.get(scope, {}), label: levels}}
