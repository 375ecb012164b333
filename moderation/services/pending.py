"""The queue of record: which assessments wait, whose turn it is, and how one is taken and locked.

Called by assessment.py, verdicts.py and sweeping.py. Attempts are counted when a row is taken, so that a text
that kills its worker counts too.
"""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F, Q, QuerySet

from common.clock import now
from moderation.models import Assessment, AssessmentState
from moderation.services.scene import lock_rooms_of
from rooms.models import Message

# Longer than the watchdog gives one batch, and short enough that what a killed worker held is judged again
# well before it is given to a human.
LEASE = dt.timedelta(seconds=30)
ATTEMPTS_MAX = 5
GIVE_UP_AFTER = dt.timedelta(seconds=60)
# Characters of one batch; base.BATCH_WINDOWS windows of its WINDOW_CHARACTERS.
_BATCH_CHARACTERS = 64 * 800


@dataclass(frozen=True, slots=True)
class Waiting:
    """A text whose turn it is. `attempts` counts this one."""

    assessment_id: int
    message_id: int
    text_version: int
    body: str
    attempts: int


@transaction.atomic
def take(count: int) -> list[list[Waiting]]:
    """Lease what is due, oldest first: a batch of at most `count` new ones, and one that failed before.

    That one is a batch by itself, so that a text which brings the classifier down takes no others with it.
    Begins a transaction; skips rows that are locked.
    """
    once_more = due().filter(attempts__gt=0).order_by("created_at").values("pk")[:1]
    free = due().filter(Q(attempts=0) | Q(pk__in=once_more)).order_by("created_at")
    rows = free.select_for_update(of=("self",), skip_locked=True).select_related("message")[: count + 1]
    again = [row for row in rows if row.attempts]
    fresh = _as_many_as_fit([row for row in rows if not row.attempts][:count])
    if again or fresh:
        leased = Assessment.objects.filter(pk__in=[row.pk for row in (*again, *fresh)])
        leased.update(leased_until=now() + LEASE, attempts=F("attempts") + 1)
    return [[_waiting(row) for row in batch] for batch in (again, fresh) if batch]


def due() -> QuerySet[Assessment]:
    """What waits and nobody works on. Answered from the partial index."""
    is_free = Q(leased_until=None) | Q(leased_until__lte=now())
    return Assessment.objects.filter(is_free, state=AssessmentState.PENDING, attempts__lt=ATTEMPTS_MAX)


def put_back(waiting: Waiting, error: str) -> None:
    """Judging it failed: it waits a little longer each time, then it is a human's (sweeping.py)."""
    wait = dt.timedelta(seconds=2 ** (waiting.attempts - 1))
    pending = Assessment.objects.filter(pk=waiting.assessment_id, state=AssessmentState.PENDING)
    pending.update(leased_until=now() + wait, error=error[:200])


def lock_pending(
    assessment_ids: Collection[int], *, changing: Collection[int]
) -> list[tuple[Assessment, Message]]:
    """Those of these that still wait, and their messages as they are now.

    Locks the rooms of the messages in `changing`, then the assessments: nobody else judges them. One whose
    text was edited or deleted away in between is not among them.
    """
    lock_rooms_of(message_ids=changing)
    rows = Assessment.objects.select_for_update().filter(pk__in=assessment_ids, state=AssessmentState.PENDING)
    assessments = list(rows.order_by("pk"))
    messages = Message.objects.in_bulk([assessment.message_id for assessment in assessments])
    return [(assessment, messages[assessment.message_id]) for assessment in assessments]


def _waiting(row: Assessment) -> Waiting:
    return Waiting(row.pk, row.message_id, row.text_version, row.message.body, row.attempts + 1)


def _as_many_as_fit(rows: list[Assessment]) -> list[Assessment]:
    """The first one and what fits into one call with it."""
    fitting: list[Assessment] = []
    characters = 0
    for row in rows:
        characters += len(row.message.body)
        if fitting and characters > _BATCH_CHARACTERS:
            break
        fitting.append(row)
    return fitting
