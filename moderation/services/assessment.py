"""Judging what waits: take a batch, ask the classifier outside any transaction, decide and enforce in one.

What a verdict leads to is verdicts.py's; what happens to a message that nobody could judge, sweeping.py's.
Called by tasks.py, in the worker that holds the classifier.
"""

import logging
import time
from collections.abc import Sequence

from moderation.classifiers.base import Classifier, Scores, checked, languages_of
from moderation.figures import CLASSIFIER, FAILURES, TEXTS
from moderation.languages.detect import Language, language_of
from moderation.selectors.pipeline import oldest_pending_s
from moderation.services.canary import canary
from moderation.services.failures import what_failed
from moderation.services.leases import free_abandoned, holding
from moderation.services.pending import Waiting, put_back, take
from moderation.services.sweeping import sweep
from moderation.services.verdicts import Judged, Model, conclude
from moderation.services.watchdog import Bite, end_process, watching
from rooms.models import Visibility

__all__ = ["assess_pending", "canary", "free_abandoned", "oldest_pending_s", "sweep"]

log = logging.getLogger(__name__)

# What costs the same for one text and for many (statements, commits) is paid once for so many when many wait;
# a lone text never waits for company.
BATCH = 256
# Under load, texts that are shown already may gather for the next batch: after one of so many, for so long.
_GATHERS_FROM = 32
_GATHERS_S = 0.1


def assess_pending(
    *,
    classifier: Classifier,
    batch_size: int = BATCH,
    for_s: float = float("inf"),
    limit_s: float = 20,
    bite: Bite = end_process,
) -> int:
    """Judge until nothing is due, or for about `for_s` seconds; gives how many texts were looked at.

    A batch that fails is judged again in halves, down to single texts. A classifier that takes longer than
    `limit_s` for one batch ends the process (`bite`). Begins transactions; holds none while it works.
    """
    stop_at, looked_at = time.monotonic() + for_s, 0
    asking = _Asking(classifier, limit_s, bite)
    with holding() as holder:
        while batches := take(batch_size, holder=holder):
            for batch in batches:
                _judge(batch, asking)
                looked_at += len(batch)
            if time.monotonic() > stop_at:
                break
            if _may_gather(batches):
                time.sleep(_GATHERS_S)
    return looked_at


def _may_gather(batches: Sequence[Sequence[Waiting]]) -> bool:
    """Whether the next texts may wait a moment: there are many, and others see them meanwhile."""
    texts = [waiting for batch in batches for waiting in batch]
    is_shown = all(waiting.visibility != Visibility.CHECKING for waiting in texts)
    return is_shown and _GATHERS_FROM <= len(texts) < BATCH


class _Asking:
    """The classifier, and how long it may take."""

    def __init__(self, classifier: Classifier, limit_s: float, bite: Bite) -> None:
        self.classifier, self._limit_s, self._bite = classifier, limit_s, bite
        self.model = Model(classifier.name, classifier.version)
        self._languages = languages_of(classifier)

    def language_of(self, waiting: Waiting) -> Language | None:
        """In which language it is; not asked where the model does not say which ones it knows."""
        return language_of(waiting.body, self._languages) if self._languages else None

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
            Judged(
                waiting,
                dict(zip(asking.classifier.labels, map(float, row), strict=True)),
                asking.language_of(waiting),
            )
            for waiting, row in zip(batch, scores, strict=True)
        ],
        model=asking.model,
    )


def _after_failure(batch: Sequence[Waiting], asking: _Asking, error: Exception) -> None:
    if len(batch) > 1:
        half = len(batch) // 2
        _judge(batch[:half], asking)
        _judge(batch[half:], asking)
        return
    waiting, what = batch[0], what_failed(error)
    facts = {"assessment": waiting.assessment_id, "attempts": waiting.attempts, "error": what}
    log.warning("classifier.failed", extra=facts)
    put_back(waiting, what)
