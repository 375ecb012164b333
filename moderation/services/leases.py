"""Whose turn a text is: a worker's, for as long as it lives. A dead worker's texts are free at once.

A holder keeps an advisory lock of PostgreSQL on its session while it judges, and marks what it took with the
lock's number. PostgreSQL lets go when the session ends, however it ends: whoever can have the lock knows that
its holder is gone. `leased_until` stays behind that, for a machine that vanished without closing its
sessions, and for a pooler that hands sessions round. Called by assessment.py and sweeping.py.
"""

import datetime as dt
import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import Error, connection

from common.clock import now

log = logging.getLogger(__name__)

# Longer than the watchdog gives one batch, and short enough that what a vanished machine held is judged again
# well before it is given to a human.
LEASE = dt.timedelta(seconds=30)
# The first of the lock's two numbers: holders of leases, and nothing else of this database.
_HOLDERS = 1_870_421_312
_HOLDER_MAX = 2**31

_FREE_ABANDONED = """
WITH holders AS MATERIALIZED (
    SELECT DISTINCT leased_by FROM moderation_assessment
    WHERE state = 'pending' AND leased_by IS NOT NULL
), gone AS MATERIALIZED (
    SELECT leased_by FROM holders WHERE pg_try_advisory_xact_lock(%(holders)s, leased_by)
)
UPDATE moderation_assessment SET leased_until = %(at)s, leased_by = NULL
WHERE state = 'pending' AND leased_by IN (SELECT leased_by FROM gone)
"""


@contextmanager
def holding() -> Iterator[int]:
    """The number under which this thread may lease texts, for as long as the block runs."""
    holder = secrets.randbelow(_HOLDER_MAX)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [_HOLDERS, holder])
    try:
        yield holder
    finally:
        _let_go(holder)


def free_abandoned() -> int:
    """Make due what holders have left that are gone; says how many texts.

    One statement. Not to be called while this session holds a lock itself: it would take itself for gone.
    """
    with connection.cursor() as cursor:
        cursor.execute(_FREE_ABANDONED, {"holders": _HOLDERS, "at": now()})
        return int(cursor.rowcount)


def _let_go(holder: int) -> None:
    """A session that has broken has let go already."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_HOLDERS, holder])
    except Error as error:
        log.warning("lease.session_lost", extra={"error": type(error).__name__})
