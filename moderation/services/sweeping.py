"""What was not judged in time: given to a human, held where it would be seen unjudged, told to its room.

Rung by beat every few seconds. A dead broker, a dead worker or a text that nothing can judge ends here, and
never as clean.
"""

import datetime as dt
import logging
from collections.abc import Collection, Sequence

from django.db import transaction
from django.db.models import Q

from accounts.models import AgeBand
from accounts.selectors import age_bands
from common.clock import now
from common.jobs import ring
from moderation import jobs
from moderation.company import company_of
from moderation.decisions import Meanwhile, meanwhile
from moderation.grounds import UNJUDGED, automated_reason
from moderation.labels import policy_for
from moderation.models import Action, Assessment, AssessmentState, Case, Severity
from moderation.selectors.pipeline import ALARM_AFTER_S, LATE_AFTER_S, delayed_rooms, oldest_pending_s
from moderation.services.effects import show_or_hide
from moderation.services.enforcement import Order, enforce
from moderation.services.leases import free_abandoned
from moderation.services.opening import Opening, open_cases
from moderation.services.pending import ATTEMPTS_MAX, GIVE_UP_AFTER, due, lock_pending
from rooms import fanout
from rooms.models import Message, Visibility
from rooms.permissions import is_on_probation, minors_may_enter

log = logging.getLogger(__name__)

# What is held already has its case; what is hidden or deleted, nobody sees.
_UNDECIDED = frozenset({Visibility.CHECKING, Visibility.VISIBLE})
# At most so many in one transaction: a long outage is worked off in pieces.
_AT_ONCE = 200


def sweep() -> None:
    """Look after everything that waits too long. Each step commits by itself; a failing one costs a sweep."""
    while given := give_up_overdue():
        log.error("assessment.given_to_humans", extra={"count": given})
    if held_back := hold_back_late():
        log.warning("assessment.held_back", extra={"count": held_back})
    if abandoned := free_abandoned():
        log.warning("assessment.abandoned", extra={"count": abandoned})
    if due().exists():
        ring(jobs.ASSESS, queue=jobs.JUDGE)
    tell_rooms()
    waiting_s = oldest_pending_s()
    if waiting_s > ALARM_AFTER_S:
        log.error("assessment.late", extra={"oldest_pending_s": round(waiting_s)})


@transaction.atomic
def give_up_overdue() -> int:
    """Give what has failed too often, or waited too long, to a human; says how many.

    What failed is held, also where it was shown; what is only late stays as the failure table has it.
    Begins a transaction; locks as verdicts.conclude does.
    """
    overdue = Q(created_at__lt=now() - GIVE_UP_AFTER) | (
        Q(attempts__gte=ATTEMPTS_MAX) & (Q(leased_until=None) | Q(leased_until__lte=now()))
    )
    waiting = Assessment.objects.filter(overdue, state=AssessmentState.PENDING).order_by("created_at")
    found = dict(waiting.values_list("pk", "message_id")[:_AT_ONCE])
    if not found:
        return 0
    locked = lock_pending(found.keys(), changing=found.values())
    current = [(row, message) for row, message in locked if row.text_version == message.text_version]
    _close([row for row, _message in locked])
    _give_to_humans([pair for pair in current if pair[1].visibility in _UNDECIDED])
    return len(locked)


@transaction.atomic
def hold_back_late() -> int:
    """Take from view what is shown but not judged, where the failure table wants that; says how many.

    It is "being checked" again, shown once it is cleared. Begins a transaction; locks as verdicts.conclude
    does, so that what is cleared meanwhile is left alone, and what is not is seen by whoever clears it.
    """
    since = now() - dt.timedelta(seconds=LATE_AFTER_S)
    waiting = Assessment.objects.filter(
        state=AssessmentState.PENDING, created_at__lt=since, message__visibility=Visibility.VISIBLE
    ).select_related("message__room", "message__author")
    rows = waiting[:_AT_ONCE]
    if not rows:
        return 0
    backlog_s, bands = oldest_pending_s(), age_bands()
    late = {
        row.pk: row.message_id for row in rows if _must_wait(row.message, bands=bands, backlog_s=backlog_s)
    }
    if not late:
        return 0
    locked = lock_pending(late.keys(), changing=late.values())
    shown = [message for _row, message in locked if message.visibility == Visibility.VISIBLE]
    show_or_hide((message, Visibility.CHECKING) for message in shown)
    return len(shown)


def tell_rooms() -> None:
    """Tell rooms in which people wait that checking is delayed, and those where it is over."""
    delayed = delayed_rooms()
    over = jobs.remember_delayed(delayed) - delayed
    if delayed:
        fanout.screening_on_commit(delayed, is_delayed=True)
    if over:
        fanout.screening_on_commit(over, is_delayed=False)


def _must_wait(message: Message, *, bands: Sequence[AgeBand], backlog_s: float) -> bool:
    company = company_of(
        message.body,
        author_is_new=is_on_probation(message.author, now()),
        minors_may_read=minors_may_enter(message.room, bands),
    )
    what = meanwhile(company, backlog_s=backlog_s, rules_passed=True)
    return what in {Meanwhile.HOLD, Meanwhile.HUMAN}


def _close(rows: Collection[Assessment]) -> None:
    for row in rows:
        row.state, row.judged_at, row.outcome = AssessmentState.FAILED, now(), UNJUDGED
        row.error = row.error or "not judged in time"
    Assessment.objects.bulk_update(rows, ["state", "judged_at", "outcome", "error"])


def _give_to_humans(given: Sequence[tuple[Assessment, Message]]) -> None:
    cases = open_cases([_opening(message) for _row, message in given])
    backlog_s, bands = oldest_pending_s(), age_bands()

    def is_to_be_held(row: Assessment, message: Message) -> bool:
        if message.visibility == Visibility.CHECKING or row.attempts >= ATTEMPTS_MAX:
            return True
        return _must_wait(message, bands=bands, backlog_s=backlog_s)

    pairs = zip(given, cases, strict=True)
    enforce([_order(message, case) for (row, message), case in pairs if is_to_be_held(row, message)])


def _opening(message: Message) -> Opening:
    return Opening.about(message, severity=Severity.MEDIUM, why=UNJUDGED)


def _order(message: Message, case: Case) -> Order:
    return Order(
        action=Action.HOLD,
        person_id=message.author_id,
        message_id=message.pk,
        room_id=message.room_id,
        case_id=case.pk,
        policy_key=policy_for(UNJUDGED),
        reason=automated_reason(Action.HOLD, source="pipeline", label=UNJUDGED),
        grounds={"source": "pipeline", "label": UNJUDGED},
        text_version=message.text_version,
    )
