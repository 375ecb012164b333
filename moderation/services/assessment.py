"""Judging what waits: take a batch, ask the classifier outside any transaction, decide and enforce in one.

What a verdict leads to is verdicts.py's; what happens to a message that nobody could judge, sweeping.py's.
Called by tasks.py, in the worker that holds the classifier.
"""

import logging
import time
from collections.abc import Sequence

from moderation.classifiers.base import Classifier, Scores, checked
from moderation.figures import CLASSIFIER, FAILURES, TEXTS
from moderation.selectors.pipeline import oldest_pending_s
from moderation.services.canary import canary
from moderation.services.failures import what_failed
from moderation.services.pending import Waiting, put_back, take
from moderation.services.sweeping import sweep
from moderation.services.verdicts import Judged, Model, conclude
from moderation.services.watchdog import Bite, end_process, watching

__all__ = ["assess_pending", "canary", "oldest_pending_s", "sweep"]

log = logging.getLogger(__name__)

BATCH = 32


def assess_pending(
    *,
    classifier: Classifier,
    batch_size: int = BATCH,
    for_s: float = float("inf"),
    limit_s: float = 20,
    bite: Bite = end_process,
) -> int:
    """Judge until nothing is due, or for about `for_s` seconds; gives how many texts were looked at.

    A batch that fails is judged again one by one. A classifier that takes longer than `limit_s` for one
    batch ends the process (`bite`). Begins transactions; holds none while the classifier works.
    """
    stop_at, looked_at = time.monotonic() + for_s, 0
    while batches := take(batch_size):
        for batch in batches:
            _judge(batch, _Asking(classifier, limit_s, bite))
            looked_at += len(batch)
        if time.monotonic() > stop_at:
            break
    return looked_at


class _Asking:
    """The classifier, and how long it may take."""

    def __init__(self, classifier: Classifier, limit_s: float, bite: Bite) -> None:
        self.classifier, self._limit_s, self._bite = classifier, limit_s, bite
        self.model = Model(classifier.name, classifier.version)

    def scores(self, batch: Sequence[Waiting]) -> Scores:
        ids = [waiting.assessment_id for waiting in batch]
        TEXTS.inc(len(batch))
        with CLASSIFIER.time(), watching(ids, limit_s=self._limit_s, bite=self._bite):
            return checked(self.classifier, [waiting.body for waiting in batch])


def _judge(batch: Sequence[Waiting], asking: _Asking) -> None:
    try:
        scores = asking.scores(batch)
    except Exception as error:  # noqa: BLE001 - whatever it is: it is not a verdict
        FAILURES.inc()
        _after_failure(batch, asking, error)
        return
    conclude(
        [
            Judged(waiting, dict(zip(asking.classifier.labels, map(float, row), strict=True)))
            for waiting, row in zip(batch, scores, strict=True)
        ],
        model=asking.model,
    )


def _after_failure(batch: Sequence[Waiting], asking: _Asking, error: Exception) -> None:
    if len(batch) > 1:
        for waiting in batch:
            _judge([waiting], asking)
        return
    waiting, what = batch[0], what_failed(error)
    facts = {"assessment": waiting.assessment_id, "attempts": waiting.attempts, "error": what}
    log.warning("classifier.failed", extra=facts)
    put_back(waiting, what)
