"""Celery's tasks: each calls one service. The worker that consumes the judge queue holds the classifier.

Run it with --pool=solo: a fork after torch hangs. Tasks may be lost, repeated or late without harm.
"""

import logging
from functools import cache
from typing import Any

from celery import shared_task
from celery.signals import worker_ready
from django.conf import settings
from django.db import DatabaseError

from common.jobs import answer, ring
from moderation import jobs
from moderation.classifiers.base import Classifier
from moderation.services import assessment, couriers, explanations, outbox, pending
from moderation.services.serving import Serving

log = logging.getLogger(__name__)

# A drain gives way after this long, so that the heartbeat and the sweep get their turn in a busy worker.
DRAIN_S = 5


@shared_task(name=jobs.ASSESS)
def assess() -> None:
    """Judge what waits; ask to be called again where there is more."""
    answer(jobs.ASSESS)
    assessment.assess_pending(
        classifier=_classifier(),
        second=_serving().second(),
        for_s=DRAIN_S,
        limit_s=settings.CLASSIFIER_TIMEOUT_S,
    )
    if pending.due().exists():
        ring(jobs.ASSESS, queue=jobs.JUDGE)


@shared_task(name=jobs.EXPLAIN)
def explain() -> None:
    """Work out which words drove what was found; ask to be called again where more wait."""
    answer(jobs.EXPLAIN)
    classifiers = _classifier(), _serving().second_classifier()
    if explanations.explain_pending(*classifiers, limit_s=settings.CLASSIFIER_TIMEOUT_S):
        explanations.ring_for_waiting()


@shared_task(name=jobs.SWEEP)
def sweep() -> None:
    """Look after what was not judged in time, and what was not explained."""
    assessment.sweep()
    explanations.ring_for_waiting()


@shared_task(name=jobs.CANARY)
def canary() -> None:
    """Ask the classifiers what is known."""
    _serving().say_what_is_wrong()
    assessment.canary(
        classifier=_classifier(),
        second=_serving().second_classifier(),
        limit_s=settings.CLASSIFIER_TIMEOUT_S,
    )


@shared_task(name=jobs.DELIVER)
def deliver() -> None:
    """Have sent what waits for webhooks. In threads: this task is over before they are."""
    answer(jobs.DELIVER)
    couriers.send_out()


@shared_task(name=jobs.FORGET)
def forget() -> None:
    """Delete what was kept long enough."""
    outbox.forget_old()


@shared_task(name=jobs.HEARTBEAT)
def heartbeat() -> None:
    """Say that the worker works: the supervisor restarts one that does not. Take over a chosen model."""
    jobs.beat_heart()
    _serving().keep_up()


@worker_ready.connect
def load_classifier(sender: Any, **_more: Any) -> None:
    """Load the classifier before the first message needs it, in the worker that judges."""
    if jobs.JUDGE not in sender.app.amqp.queues.consume_from:
        return
    try:
        assessment.canary(classifier=_classifier())
    except Exception:  # the worker still sweeps, so that messages reach a human
        log.critical("classifier.not_loaded", exc_info=True)
    jobs.beat_heart()
    _take_over()


def _take_over() -> None:
    """What a worker that died has left is judged now, not after the next sweep."""
    try:
        assessment.free_abandoned()
    except DatabaseError:
        log.warning("assessment.not_taken_over", exc_info=True)
    ring(jobs.ASSESS, queue=jobs.JUDGE)


@cache
def _serving() -> Serving:
    return Serving()


def _classifier() -> Classifier:
    return _serving().current()
