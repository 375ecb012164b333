"""Moments as people type them: a date, or so many days ago. For the commands' arguments."""

import argparse
import datetime as dt
import re

from django.utils import timezone

from common.clock import now

_DAYS = re.compile(r"(\d{1,5})d")


def moment(typed: str) -> dt.datetime:
    """The moment meant: "7d" is seven days ago, "2026-11-01" that day's beginning; a time may follow after T.

    In the site's time zone where none is given. Raises argparse.ArgumentTypeError.
    """
    if days := _DAYS.fullmatch(typed):
        return now() - dt.timedelta(days=int(days[1]))
    try:
        found = dt.datetime.fromisoformat(typed)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{typed!r} is neither a date such as 2026-11-01 nor 7d") from None
    return timezone.make_aware(found) if timezone.is_naive(found) else found
