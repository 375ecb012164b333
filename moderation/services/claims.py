"""Claims: a moderator's lease on a case, so that two never work on the same one unawares.

A claim is a lease, not a state: it runs out by itself. Called by the queue's pages, through cases.py.
"""

import datetime as dt

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.models import Person
from accounts.services import audit
from common.clock import now
from common.errors import Code, Refused
from moderation.models import Case, CaseState
from moderation.permissions import refusal_to_decide
from moderation.services import notices

# Long enough to read a case, short enough that one left open on a screen does not block it: the page renews.
CLAIM_TIME = dt.timedelta(minutes=5)


@transaction.atomic
def claim_case(*, case: Case, by: Person) -> Case:
    """Take a case that nobody works on, for CLAIM_TIME; one's own claim is renewed.

    Refuses: NOT_FOUND, NOT_ALLOWED, ALREADY_DECIDED, CLAIMED_BY_ANOTHER. Begins or joins a transaction.
    """
    if refusal := refusal_to_decide(case, by):
        raise refusal
    at = now()
    is_free = Q(claimed_by=None) | Q(claimed_until__lt=at) & ~Q(claimed_by=by)
    if _undecided(case).filter(is_free).update(claimed_by=by, claimed_until=at + CLAIM_TIME):
        audit.record(actor=by, action="case.claim", subject=("case", case.pk))
    elif not _extend(case, by):
        raise _why_not(case)
    case.refresh_from_db()
    return case


@transaction.atomic
def renew_claim(*, case: Case, by: Person) -> Case:
    """Keep one's claim for another CLAIM_TIME; also one that ran out, as long as nobody took the case.

    Refuses: ALREADY_DECIDED, CLAIMED_BY_ANOTHER, NOT_CLAIMED. Begins or joins a transaction.
    """
    if not _extend(case, by):
        raise _why_not(case)
    case.refresh_from_db()
    return case


@transaction.atomic
def take_over(*, case: Case, by: Person) -> Case:
    """Take a case from whoever works on it; they are told, and it is on record.

    Refuses: NOT_FOUND, NOT_ALLOWED, ALREADY_DECIDED. Begins or joins a transaction; locks the case.
    """
    if refusal := refusal_to_decide(case, by):
        raise refusal
    case = lock_undecided(case)
    former = case.claimed_by_id
    case.claimed_by, case.claimed_until = by, now() + CLAIM_TIME
    case.save(update_fields=["claimed_by", "claimed_until"])
    if former and former != by.pk:
        notices.notify([former])
    audit.record(actor=by, action="case.take_over", subject=("case", case.pk), former=former)
    return case


@transaction.atomic
def release_claim(*, case: Case, by: Person) -> Case:
    """Put a case back for others. Without a claim of one's own, nothing changes.

    Begins or joins a transaction.
    """
    if _undecided(case).filter(claimed_by=by).update(claimed_by=None, claimed_until=None):
        audit.record(actor=by, action="case.unclaim", subject=("case", case.pk))
    case.refresh_from_db()
    return case


def lock_undecided(case: Case) -> Case:
    """The case as it stands, locked until the transaction ends. Refuses: ALREADY_DECIDED."""
    Case.objects.select_for_update(no_key=True).get(pk=case.pk)
    # Read after the wait for the lock: a join in the locking query would show the rows of before it.
    case = Case.objects.select_related("person", "message", "claimed_by").get(pk=case.pk)
    if case.state == CaseState.DECIDED:
        raise Refused(Code.ALREADY_DECIDED)
    return case


def refusal_of_claim(case: Case, by: Person) -> Refused | None:
    """Why this person's claim does not hold, or None. One that ran out holds until another takes the case."""
    if case.claimed_by is None:
        return Refused(Code.NOT_CLAIMED)
    if case.claimed_by_id != by.pk:
        return Refused(Code.CLAIMED_BY_ANOTHER, by=case.claimed_by.name, until=case.claimed_until)
    return None


def _undecided(case: Case) -> QuerySet[Case]:
    return Case.objects.filter(pk=case.pk).exclude(state=CaseState.DECIDED)


def _extend(case: Case, by: Person) -> bool:
    return bool(_undecided(case).filter(claimed_by=by).update(claimed_until=now() + CLAIM_TIME))


def _why_not(case: Case) -> Refused:
    case.refresh_from_db()
    if case.state == CaseState.DECIDED:
        return Refused(Code.ALREADY_DECIDED)
    if case.claimed_by is None:
        return Refused(Code.NOT_CLAIMED)
    return Refused(Code.CLAIMED_BY_ANOTHER, by=case.claimed_by.name, until=case.claimed_until)
