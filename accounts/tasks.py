"""Celery's tasks about people: what need not be kept is forgotten, what was erased is written down.

Lost or repeated, they do no harm.
"""

import logging

from celery import shared_task

from accounts.services import erasures, joining, sessions

log = logging.getLogger(__name__)


@shared_task(name="accounts.forget")
def forget() -> None:
    """Sign-ups that nobody confirmed, and browsers that are no longer signed in."""
    joining.forget_unconfirmed()
    sessions.forget_expired()


@shared_task(name=erasures.WRITE_DOWN)
def write_down_erasures() -> None:
    """What was taken away since, into the ledger outside of the database."""
    try:
        erasures.write_down()
    except OSError:
        log.exception("erasures.not_written")
