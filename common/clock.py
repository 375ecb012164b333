"""The one place that reads the time, so that a test can stop it. Everybody calls `now()`."""

import datetime as dt
import functools
from zoneinfo import ZoneInfo, available_timezones

from django.utils import timezone

# Django and PostgreSQL both hold it; "for good" is a date that compares like any other.
FOREVER = dt.datetime(9999, 1, 1, tzinfo=dt.UTC)


def now() -> dt.datetime:
    """The current time, aware, in UTC."""
    return timezone.now()


def zone_named(name: str) -> ZoneInfo | None:
    """The time zone of that name; None where there is none, whatever the name is."""
    return ZoneInfo(name) if name in _names() else None


@functools.cache
def _names() -> frozenset[str]:
    return frozenset(available_timezones())


def today() -> dt.date:
    """The current date in UTC: ages are counted by it."""
    return now().date()
