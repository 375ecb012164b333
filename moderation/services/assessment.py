"""Judging what waits: take a batch, ask the classifier outside any transaction, decide and enforce in one.

What a verdict leads to is verdicts.py's; what happens to a message that nobody could judge, sweeping.py's.
Called by tasks.py, in the worker that holds the classifier.
"""

import logging
import time
from collections.abc import Sequence

from moderation.classifiers.base import Classifier
from moderation.selectors.pipeline import oldest_pending_s
from moderation.services.asking import Asking
from moderation.services.canary import canary
from moderation.services.failures import what_failed
from moderation.services.leases import free_abandoned, holding
from moderation.services.pending import Waiting, put_back, take
from moderation.services.second import Reading, Second
from moderation.services.sweeping import sweep
from moderation.services.verdicts import Judged, conclude, yardstick_for
from moderation.services.watchdog import Bite, end_process
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
    second: Second | None = None,
    batch_size: int = BATCH,
    for_s: float = float("inf"),
    limit_s: float = 20,
    bite: Bite = end_process,
) -> int:
    """Judge until nothing is due, or for about `for_s` seconds; gives how many texts were looked at.

    `second` reads what the classifier is unsure of, and a sample of the rest. A batch that fails is judged
    again in halves, down to single texts. A model that takes longer than `limit_s` for one batch ends the
    process (`bite`). Begins transactions; holds none while it works.
    """
    stop_at, looked_at = time.monotonic() + for_s, 0
    panel = _Panel(classifier, second, limit_s, bite)
    with holding() as holder:
        while batches := take(batch_size, holder=holder):
            for batch in batches:
                _judge(batch, panel)
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


class _Panel:
    """Who is asked: the model that reads every text, and where there is one, the second."""

    def __init__(self, classifier: Classifier, second: Second | None, limit_s: float, bite: Bite) -> None:
        self.first = Asking(classifier, limit_s, bite)
        self.second = Reading(second, limit_s, bite) if second else None


def _judge(batch: Sequence[Waiting], panel: _Panel) -> None:
    first = panel.first
    for part, found in first.answers(batch):
        if isinstance(found, Exception):
            _put_back(part[0], found)
            continue
        texts = zip(part, first.by_label(found), strict=True)
        _conclude([Judged(waiting, scores, first.language_of(waiting)) for waiting, scores in texts], panel)


def _conclude(judged: Sequence[Judged], panel: _Panel) -> None:
    """At once what the first model is sure of: whatever the second does, that is done."""
    model = panel.first.model
    if panel.second is None:
        conclude(judged, model=model)
        return
    yardstick = yardstick_for(judged)
    why = panel.second.why(judged, yardstick)
    if sure := [item for item in judged if item.waiting.assessment_id not in why]:
        conclude(sure, model=model, yardstick=yardstick)
    for part in panel.second.read([item for item in judged if item.waiting.assessment_id in why], why):
        if part:
            conclude(part, model=model)


def _put_back(waiting: Waiting, error: Exception) -> None:
    what = what_failed(error)
    facts = {"assessment": waiting.assessment_id, "attempts": waiting.attempts, "error": what}
    log.warning("classifier.failed", extra=facts)
    put_back(waiting, what)
