"""The queue of record: which assessments wait, whose turn it is, and how one is taken and locked.

Called by assessment.py, verdicts.py and sweeping.py. Attempts are counted when a row is taken, so that a text
that kills its worker counts too.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from common.clock import now
from moderation.models import Assessment, AssessmentState
from moderation.services.leases import LEASE
from moderation.services.scene import lock_rooms_of
from rooms.models import Message

ATTEMPTS_MAX = 5
GIVE_UP_AFTER = dt.timedelta(seconds=60)
# Characters of one batch; base.BATCH_WINDOWS windows of its WINDOW_CHARACTERS.
_BATCH_CHARACTERS = 64 * 800


# The fewest attempts first: a text that brings the classifier down lets pass what was in its batch.
_TAKE = """
WITH failed AS (
    SELECT CASE WHEN EXISTS (
        SELECT FROM moderation_assessment
        WHERE state = 'pending' AND attempts = 1 AND (leased_until IS NULL OR leased_until <= %(at)s)
    ) THEN 1 ELSE %(attempts_max)s - 1 END AS at_most
), again AS (
    SELECT id FROM moderation_assessment
    WHERE state = 'pending' AND attempts BETWEEN 1 AND (SELECT at_most FROM failed)
        AND (leased_until IS NULL OR leased_until <= %(at)s)
    ORDER BY attempts, created_at
    LIMIT (SELECT CASE at_most WHEN 1 THEN %(neighbours)s ELSE 1 END FROM failed)
    FOR UPDATE SKIP LOCKED
), fresh AS (
    SELECT id FROM moderation_assessment
    WHERE state = 'pending' AND attempts = 0 AND (leased_until IS NULL OR leased_until <= %(at)s)
    ORDER BY created_at LIMIT CASE WHEN EXISTS (SELECT FROM again) THEN %(few)s ELSE %(count)s END
    FOR UPDATE SKIP LOCKED
)
UPDATE moderation_assessment AS taken
SET leased_until = %(until)s, leased_by = %(holder)s, attempts = taken.attempts + 1
FROM rooms_message AS message
WHERE taken.id IN (SELECT id FROM again UNION ALL SELECT id FROM fresh) AND message.id = taken.message_id
RETURNING taken.created_at, taken.id, taken.message_id, taken.text_version, message.body, taken.attempts,
    message.room_id, message.visibility
"""
# How many new ones come along with some that failed before.
_FEW = 32
# So many that failed once are tried together: most were only in one batch with the text that brought the
# classifier down, and hundreds of them, one by one, would take a minute.
_NEIGHBOURS = 16


@dataclass(frozen=True, slots=True)
class Waiting:
    """A text whose turn it is. `attempts` counts this one; `visibility` is its message's as it was taken."""

    assessment_id: int
    message_id: int
    text_version: int
    body: str
    attempts: int
    room_id: int
    visibility: str


def take(count: int, *, holder: int) -> list[list[Waiting]]:
    """Lease what is due for this holder, oldest first: at most `count` new ones, and some that failed before.

    Those come last: _NEIGHBOURS that failed once, or one that failed more often, alone. So a text that brings
    the classifier down takes others with it twice at most, and they have attempts left. New ones are as many
    batches as it takes for each to fit into one call. One statement, which commits by itself unless the
    caller has a transaction; skips rows that are locked.
    """
    at = now()
    facts: dict[str, Any] = {
        "at": at,
        "until": at + LEASE,
        "holder": holder,
        "attempts_max": ATTEMPTS_MAX,
        "few": min(count, _FEW),
        "neighbours": min(count, _NEIGHBOURS),
        "count": count,
    }
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, facts)
        rows = sorted(cursor.fetchall())
    taken = [Waiting(*row[1:]) for row in rows]
    fresh, again = [one for one in taken if one.attempts == 1], [one for one in taken if one.attempts > 1]
    return [*_as_they_fit(fresh), *_as_they_fit(again)]


def due() -> QuerySet[Assessment]:
    """What waits and nobody works on. Answered from the partial index."""
    is_free = Q(leased_until=None) | Q(leased_until__lte=now())
    return Assessment.objects.filter(is_free, state=AssessmentState.PENDING, attempts__lt=ATTEMPTS_MAX)


def put_back(waiting: Waiting, error: str) -> None:
    """Judging it failed: it waits a little longer each time, then it is a human's (sweeping.py)."""
    wait = dt.timedelta(seconds=2 ** (waiting.attempts - 1))
    pending = Assessment.objects.filter(pk=waiting.assessment_id, state=AssessmentState.PENDING)
    pending.update(leased_until=now() + wait, leased_by=None, error=error[:200])


def keep_lease(assessment_ids: Collection[int]) -> None:
    """Take as long again for these, which are about to be read a second time. One statement."""
    held = Assessment.objects.filter(pk__in=assessment_ids, state=AssessmentState.PENDING)
    held.exclude(leased_by=None).update(leased_until=now() + LEASE)


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


def _as_they_fit(texts: Iterable[Waiting]) -> Iterator[list[Waiting]]:
    """In their order, cut where the next one would be too much for one call."""
    batch: list[Waiting] = []
    characters = 0
    for waiting in texts:
        characters += len(waiting.body)
        if batch and characters > _BATCH_CHARACTERS:
            yield batch
            batch, characters = [], len(waiting.body)
        batch.append(waiting)
    if batch:
        yield batch
