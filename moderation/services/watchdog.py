"""Ends a worker whose classifier hangs: a thread that bites unless it is called off in time.

Nothing can stop a hanging native call in a solo worker, so the process goes, and its supervisor starts
another. The rows it held are judged again, each by itself. Called by assessment.py.
"""

import logging
import os
import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager

from django.db import connection

from common.clock import now
from moderation.models import Assessment, AssessmentState

log = logging.getLogger(__name__)

# EX_SOFTWARE of sysexits.h: an internal fault, as a supervisor shows it.
EXIT_HUNG = 70

Bite = Callable[[], None]


def end_process() -> None:
    """Go at once: a thread inside a native call would hold up any other way out."""
    os._exit(EXIT_HUNG)


@contextmanager
def watching(assessment_ids: Collection[int], *, limit_s: float, bite: Bite = end_process) -> Iterator[None]:
    """Bite when what is done inside takes longer than `limit_s`: note whose turn it was, then go."""
    timer = threading.Timer(limit_s, _give_way, (assessment_ids, limit_s, bite))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _give_way(assessment_ids: Collection[int], limit_s: float, bite: Bite) -> None:
    log.critical("classifier.hung", extra={"assessments": list(assessment_ids), "limit_s": limit_s})
    try:
        pending = Assessment.objects.filter(pk__in=assessment_ids, state=AssessmentState.PENDING)
        pending.update(leased_until=now(), leased_by=None, error="timed out")
    except Exception:  # the lease runs out by itself
        log.exception("classifier.hung_not_noted")
    finally:
        connection.close()
        bite()
