"""What was taken away is noted with it, and written into the ledger outside of the database soon after.

So that a backup from before does not bring it back (config/backup). The row is the truth, the task a
doorbell: a ledger that cannot be written is written later, and `doctor` says so meanwhile.
"""

import datetime as dt
import logging
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.db import transaction

from accounts import ledger
from accounts.models import Erased, Erasure
from common.clock import now
from common.jobs import answer, ring

WRITE_DOWN = "accounts.write_down_erasures"
_AT_ONCE = 1000

log = logging.getLogger(__name__)


def note(what: Erased, public_ids: Iterable[str]) -> None:
    """This happened to these. Joins the transaction of the service that did it (there must be one)."""
    kind = what.partition(".")[0]
    rows = [Erasure(what=what, mark=ledger.mark_of(kind, public_id)) for public_id in public_ids]
    if rows:
        Erasure.objects.bulk_create(rows)
        ring(WRITE_DOWN, queue="default")


def write_down() -> int:
    """Move what waits into the ledger, oldest first; says how many. Creates the file where there is none.

    Raises OSError: the ledger cannot be written; everything then waits on. Begins transactions and locks the
    rows, so that of two who do this at once the second waits. A crash in between writes some lines twice.
    """
    answer(WRITE_DOWN)
    file, written = Path(settings.ERASURE_LEDGER), 0
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    while True:
        with transaction.atomic():
            rows = list(Erasure.objects.select_for_update().order_by("pk")[:_AT_ONCE])
            ledger.append(file, rows)
            Erasure.objects.filter(pk__in=[row.pk for row in rows]).delete()
        written += len(rows)
        if len(rows) < _AT_ONCE:
            return written


def waiting_since() -> dt.timedelta | None:
    """How long the oldest line waits for the ledger; None where none does."""
    oldest = Erasure.objects.order_by("pk").values_list("at", flat=True).first()
    return None if oldest is None else now() - oldest
