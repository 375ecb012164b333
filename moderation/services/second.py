"""The second model's reading: of texts that the first is unsure of, and of a sampled share of the rest.

Where it fails at a text of which the first is unsure, that text is not judged: it is tried again, then it is
a human's. At a sampled one the first's word counts, and the failure is kept. Called by assessment.py.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from moderation.band import Asked, is_sampled, is_unsure
from moderation.classifiers.base import Classifier, ModelUnavailableError
from moderation.figures import OF_SECOND
from moderation.services.asking import Asking
from moderation.services.failures import what_failed
from moderation.services.passing import Judged, Model, Opinion
from moderation.services.pending import Waiting, keep_lease, put_back
from moderation.services.verdicts import Yardstick
from moderation.services.watchdog import Bite

log = logging.getLogger(__name__)

# A larger model takes longer for each: so many at once stay far below what the watchdog allows.
_AT_ONCE = 64
# A sampled text that has brought the worker down so often is not the second's to read any more.
_TRIES = 2


@dataclass(frozen=True, slots=True)
class Second:
    """The second model as a worker has it.

    Attributes:
        classifier: None where one was chosen and cannot be loaded (`failure` says why).
        sample: which share of what the first is sure of is read as well, in [0, 1].
    """

    classifier: Classifier | None
    sample: float
    failure: str = ""


class Reading:
    """One drain's way to the second model."""

    def __init__(self, second: Second, limit_s: float, bite: Bite) -> None:
        self._sample = second.sample
        self._missing = ModelUnavailableError(second.failure or "it is not loaded")
        classifier = second.classifier
        self._asking = Asking(classifier, limit_s, bite, OF_SECOND) if classifier else None

    def why(self, judged: Sequence[Judged], yardstick: Yardstick) -> dict[int, Asked]:
        """Which of these it is to read, by assessment, and why."""
        found: dict[int, Asked] = {}
        for item in judged:
            waiting = item.waiting
            if is_unsure(item.scores, yardstick.thresholds.get(waiting.room_id, {})):
                found[waiting.assessment_id] = Asked.BAND
            elif is_sampled(waiting.message_id, self._sample):
                found[waiting.assessment_id] = Asked.SAMPLE
        return found

    def read(self, judged: Sequence[Judged], why: Mapping[int, Asked]) -> Iterator[list[Judged]]:
        """The same with its opinions, part by part. Those that it left unjudged are not among them."""
        tried: list[Judged] = []
        fresh: list[Judged] = []
        for item in judged:
            is_sample = why[item.waiting.assessment_id] is Asked.SAMPLE
            (tried if is_sample and item.waiting.attempts > _TRIES else fresh).append(item)
        if tried:
            yield [self._without(item, "it had failed at this text before") for item in tried]
        for start in range(0, len(fresh), _AT_ONCE):
            yield from self._part(fresh[start : start + _AT_ONCE], why)

    def _part(self, judged: Sequence[Judged], why: Mapping[int, Asked]) -> Iterator[list[Judged]]:
        if self._asking is None:
            OF_SECOND.failures.inc()
            yield self._failed(judged, why, self._missing)
            return
        by_id = {item.waiting.assessment_id: item for item in judged}
        keep_lease(by_id)
        for batch, found in self._asking.answers([item.waiting for item in judged]):
            items = [by_id[waiting.assessment_id] for waiting in batch]
            if isinstance(found, Exception):
                yield self._failed(items, why, found)
                continue
            model = self._asking.model
            yield [
                replace(item, opinion=Opinion(model, why[item.waiting.assessment_id], scores))
                for item, scores in zip(items, self._asking.by_label(found), strict=True)
            ]

    def _failed(self, items: Sequence[Judged], why: Mapping[int, Asked], error: Exception) -> list[Judged]:
        """Put back what the first is unsure of; of sampled ones the first's word counts."""
        what = f"second model: {what_failed(error)}"
        sampled = []
        for item in items:
            if why[item.waiting.assessment_id] is Asked.SAMPLE:
                sampled.append(self._without(item, what))
            else:
                _put_back(item.waiting, what)
        return sampled

    def _without(self, item: Judged, what: str) -> Judged:
        model = self._asking.model if self._asking else Model("", "")
        return replace(item, opinion=Opinion(model, Asked.SAMPLE, {}, what))


def _put_back(waiting: Waiting, what: str) -> None:
    facts = {"assessment": waiting.assessment_id, "attempts": waiting.attempts, "error": what}
    log.warning("second.failed", extra=facts)
    put_back(waiting, what)
