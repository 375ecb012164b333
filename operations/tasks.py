"""What a worker does for those who watch: the minute's sample; it answers Prometheus where it is told to."""

import logging
from typing import Any

from celery import shared_task
from celery.signals import worker_ready
from django.conf import settings
from prometheus_client import start_http_server

from operations import tallies
from operations.services.samples import take_sample

log = logging.getLogger(__name__)


@shared_task(name="operations.sample")
def sample() -> None:
    """How the last minute was."""
    take_sample()


@worker_ready.connect
def tell_its_tally(**_more: Any) -> None:
    """Tell from now on how this worker does."""
    tallies.start("worker")


@worker_ready.connect
def answer_prometheus(**_more: Any) -> None:
    """On a port of its own: a worker has no pages. One that is taken costs the metrics, not the worker."""
    if settings.WORKER_METRICS:
        address, _, port = settings.WORKER_METRICS.rpartition(":")
        try:
            start_http_server(int(port), addr=address or "127.0.0.1")
        except (OSError, ValueError):
            log.exception("metrics.not_served", extra={"at": settings.WORKER_METRICS})
