"""Threads that send webhooks, beside the worker's own work: a slow receiver never holds up judging.

Called by tasks.py. What a thread held when its process died is sent by another once its lease is over.
"""

import logging
import threading

from django.db import connections

from moderation.services import outbox

log = logging.getLogger(__name__)

COURIERS = 4
_free = threading.BoundedSemaphore(COURIERS)


def send_out() -> None:
    """Start a courier for each endpoint that waits, as long as there are some; returns at once."""
    while _free.acquire(blocking=False):
        try:
            endpoint_id = outbox.take_endpoint()
        except BaseException:
            _free.release()
            raise
        if endpoint_id is None:
            _free.release()
            return
        threading.Thread(target=_deliver, args=(endpoint_id,), name="courier", daemon=True).start()


def _deliver(endpoint_id: int) -> None:
    try:
        outbox.send_all(endpoint_id)
    except Exception:  # the rows wait, and the lease runs out
        log.exception("webhook.courier_failed", extra={"endpoint": endpoint_id})
    finally:
        connections.close_all()
        _free.release()
