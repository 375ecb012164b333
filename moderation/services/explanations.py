"""Which words drove what the classifier found: asked for by a page, worked out by the worker.

The row is the request; the doorbell may be lost, the sweep rings again. Called by views/ and tasks.py.
"""

import dataclasses
import logging
from typing import NamedTuple

from django.db import transaction
from django.db.models import F, QuerySet

from common.jobs import ring
from moderation import jobs
from moderation.classifiers.base import Classifier
from moderation.classifiers.explain import Span, explain
from moderation.models import Explanation, ExplanationState, FindingRow
from moderation.services.failures import what_failed
from moderation.services.watchdog import Bite, end_process, watching
from rooms.models import Message

log = logging.getLogger(__name__)

ATTEMPTS_MAX = 3
_AT_ONCE = 8


@transaction.atomic
def ask_for(message: Message) -> Explanation | None:
    """The explanation of the message's text as it is now: there, or asked for; None where none is needed.

    Needed is one where the classifier found something in this text. Begins or joins a transaction; rings
    after it.
    """
    if not _findings(message.pk, message.text_version).exists():
        return None
    row, _is_new = Explanation.objects.get_or_create(message=message, text_version=message.text_version)
    if row.state == ExplanationState.PENDING:
        ring(jobs.EXPLAIN, queue=jobs.JUDGE)
    return row


def ring_for_waiting() -> None:
    """Ring again where some wait: a doorbell was lost, or the worker died over them."""
    if _waiting().exists():
        ring(jobs.EXPLAIN, queue=jobs.JUDGE)


def explain_pending(
    classifier: Classifier,
    second: Classifier | None = None,
    *,
    limit_s: float = 20,
    bite: Bite = end_process,
) -> int:
    """Work out what was asked for, oldest first; says how many were looked at.

    What the second model found, that one explains, where it is there. A text at which either fails is tried
    three times, then it is marked so: the case stays as it is. A classifier that takes longer than `limit_s`
    for one ends the process. No transaction while it works.
    """
    rows = list(_waiting().select_related("message").order_by("asked_at")[:_AT_ONCE])
    for row in rows:
        _work_out(row, _Two(classifier, second), limit_s, bite)
    return len(rows)


class _Two(NamedTuple):
    """The models of now."""

    first: Classifier
    second: Classifier | None

    def of(self, finding: FindingRow) -> Classifier:
        """The one that made this finding; where that is gone, the first."""
        return self.second if self.second and self.second.name == finding.model_name else self.first


def _work_out(row: Explanation, models: _Two, limit_s: float, bite: Bite) -> None:
    mine = Explanation.objects.filter(pk=row.pk, state=ExplanationState.PENDING)
    # Counted first: a text that brings its worker down counts too.
    mine.update(attempts=F("attempts") + 1)
    if row.text_version != row.message.text_version:
        mine.delete()  # nobody asks for the words of a text that is gone
        return
    try:
        with watching((), limit_s=limit_s, bite=bite):
            found, used = _explained(row, models)
    except Exception as error:  # noqa: BLE001 - whatever it is: there is no explanation
        log.warning("explanation.failed", extra={"explanation": row.pk, "error": what_failed(error)})
        if row.attempts + 1 >= ATTEMPTS_MAX:
            mine.update(state=ExplanationState.FAILED)
        return
    spans = {label: [dataclasses.astuple(span) for span in spans] for label, spans in found.items()}
    mine.update(
        state=ExplanationState.DONE,
        spans=spans,
        model_name=" + ".join(one.name for one in used)[:80],
        model_version=" + ".join(one.version for one in used)[:80],
    )


def _explained(row: Explanation, models: _Two) -> tuple[dict[str, list[Span]], list[Classifier]]:
    """The spans by label, and the models that were asked for them."""
    labels: dict[str, Classifier] = {}
    for finding in _findings(row.message_id, row.text_version):
        labels.setdefault(finding.label, models.of(finding))
    used = [model for model in models if model and model in labels.values()] or [models.first]
    found: dict[str, list[Span]] = {}
    for model in used:
        found |= explain(model, row.message.body, [label for label, its in labels.items() if its is model])
    return found, used


def _waiting() -> QuerySet[Explanation]:
    """What is to be worked out; what brought its worker down three times is given up."""
    pending = Explanation.objects.filter(state=ExplanationState.PENDING)
    pending.filter(attempts__gte=ATTEMPTS_MAX).update(state=ExplanationState.FAILED)
    return pending


def _findings(message_id: int, text_version: int) -> QuerySet[FindingRow]:
    """What the classifiers found in this text by their scores, the highest first."""
    found = FindingRow.objects.filter(message=message_id, text_version=text_version, source="classifier")
    return found.filter(score__isnull=False).order_by("-score")
