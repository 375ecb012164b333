"""Which words drove what the classifier found: asked for by a page, worked out by the worker.

The row is the request; the doorbell may be lost, the sweep rings again. Called by views/ and tasks.py.
"""

import dataclasses
import logging

from django.db import transaction
from django.db.models import F, QuerySet

from common.jobs import ring
from moderation import jobs
from moderation.classifiers.base import Classifier
from moderation.classifiers.explain import explain
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
    if not _labels(message.pk, message.text_version):
        return None
    row, _is_new = Explanation.objects.get_or_create(message=message, text_version=message.text_version)
    if row.state == ExplanationState.PENDING:
        ring(jobs.EXPLAIN, queue=jobs.JUDGE)
    return row


def ring_for_waiting() -> None:
    """Ring again where some wait: a doorbell was lost, or the worker died over them."""
    if _waiting().exists():
        ring(jobs.EXPLAIN, queue=jobs.JUDGE)


def explain_pending(*, classifier: Classifier, limit_s: float = 20, bite: Bite = end_process) -> int:
    """Work out what was asked for, oldest first; says how many were looked at.

    A text that the classifier fails at is tried three times, then it is marked so: the case stays as it is.
    A classifier that takes longer than `limit_s` for one ends the process. No transaction while it works.
    """
    rows = list(_waiting().select_related("message").order_by("asked_at")[:_AT_ONCE])
    for row in rows:
        _work_out(row, classifier, limit_s, bite)
    return len(rows)


def _work_out(row: Explanation, classifier: Classifier, limit_s: float, bite: Bite) -> None:
    mine = Explanation.objects.filter(pk=row.pk, state=ExplanationState.PENDING)
    # Counted first: a text that brings its worker down counts too.
    mine.update(attempts=F("attempts") + 1)
    if row.text_version != row.message.text_version:
        mine.delete()  # nobody asks for the words of a text that is gone
        return
    try:
        with watching((), limit_s=limit_s, bite=bite):
            found = explain(classifier, row.message.body, _labels(row.message_id, row.text_version))
    except Exception as error:  # noqa: BLE001 - whatever it is: there is no explanation
        log.warning("explanation.failed", extra={"explanation": row.pk, "error": what_failed(error)})
        if row.attempts + 1 >= ATTEMPTS_MAX:
            mine.update(state=ExplanationState.FAILED)
        return
    spans = {label: [dataclasses.astuple(span) for span in spans] for label, spans in found.items()}
    mine.update(
        state=ExplanationState.DONE,
        spans=spans,
        model_name=classifier.name,
        model_version=classifier.version,
    )


def _waiting() -> QuerySet[Explanation]:
    """What is to be worked out; what brought its worker down three times is given up."""
    pending = Explanation.objects.filter(state=ExplanationState.PENDING)
    pending.filter(attempts__gte=ATTEMPTS_MAX).update(state=ExplanationState.FAILED)
    return pending


def _labels(message_id: int, text_version: int) -> list[str]:
    """What the classifier found in this text by its scores."""
    found = FindingRow.objects.filter(message=message_id, text_version=text_version, source="classifier")
    labels = found.filter(score__isnull=False).order_by("-score").values_list("label", flat=True)
    return list(dict.fromkeys(labels))
