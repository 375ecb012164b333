"""The one place that reads the time, so that a test can stop it. Everybody calls `now()`.

The site's time is PostgreSQL's. Each process compares its own clock with it when it opens a connection: one
that is wrong, or jumps, neither ends a ban early nor keeps an expired token alive.
"""

import datetime as dt
import functools
import logging
import time
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django.db import Error
from django.db.backends.signals import connection_created
from django.dispatch import receiver
from django.utils import timezone

log = logging.getLogger(__name__)

# Django and PostgreSQL both hold it; "for good" is a date that compares like any other.
FOREVER = dt.datetime(9999, 1, 1, tzinfo=dt.UTC)
# What machines that keep their clocks by NTP stay well below; less than that is left as it is.
ALLOWED = dt.timedelta(seconds=1)
COMPARED_EVERY_S = 5.0
# Goes on evenly, whoever sets the clock; on Linux also while the machine sleeps.
_EVEN = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


@dataclass(frozen=True, slots=True)
class _Comparison:
    """What the database's clock said, at which even second (clock_gettime), and whether ours said else."""

    at: dt.datetime
    even_s: float
    was_wrong: bool

    @property
    def age_s(self) -> float:
        return time.clock_gettime(_EVEN) - self.even_s


_compared: list[_Comparison] = []


def now() -> dt.datetime:
    """The site's time, aware, in UTC: this machine's, or the database's where they are `ALLOWED` apart."""
    here = timezone.now()
    there = _by_the_database()
    return here if there is None or abs(here - there) <= ALLOWED else there


def is_wrong() -> bool:
    """Whether this machine's clock is not the site's."""
    return abs(now() - timezone.now()) > ALLOWED


def zone_named(name: str) -> ZoneInfo | None:
    """The time zone of that name; None where there is none, whatever the name is."""
    return ZoneInfo(name) if name in _names() else None


@functools.cache
def _names() -> frozenset[str]:
    return frozenset(available_timezones())


def today() -> dt.date:
    """The current date in UTC: ages are counted by it."""
    return now().date()


@receiver(connection_created)
def compare(connection: Any, **_more: object) -> None:
    """Ask a connection that was just opened for its server's time, every few seconds. Never raises.

    By the driver: what Django counts and logs are the queries that somebody asked.
    """
    if _compared and _compared[-1].age_s < COMPARED_EVERY_S:
        return
    began_s = time.clock_gettime(_EVEN)
    try:
        with connection.connection.cursor() as cursor:
            cursor.execute("SELECT extract(epoch FROM clock_timestamp())::float8")
            [epoch_s] = cursor.fetchone()
    except (Error, connection.Database.Error):
        return  # whoever opened it will see what is wrong
    took_s = time.clock_gettime(_EVEN) - began_s
    if took_s < ALLOWED.total_seconds():  # from a slower answer nobody can tell what time it is
        _keep(dt.datetime.fromtimestamp(epoch_s, dt.UTC), began_s + took_s / 2)


def _keep(at: dt.datetime, even_s: float) -> None:
    wrong_by = timezone.now() - at
    was_wrong, is_wrong_now = bool(_compared and _compared[-1].was_wrong), abs(wrong_by) > ALLOWED
    _compared[:] = [_Comparison(at, even_s, is_wrong_now)]
    if is_wrong_now != was_wrong:
        facts = {"wrong_by_s": round(wrong_by.total_seconds())}
        log.log(logging.ERROR if is_wrong_now else logging.WARNING, "clock.compared", extra=facts)


def _by_the_database() -> dt.datetime | None:
    if not _compared:
        return None
    return _compared[-1].at + dt.timedelta(seconds=_compared[-1].age_s)
