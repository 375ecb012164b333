"""Cases, from the first reason to look until a human has decided: open, look, decide, undo.

Claims are in claims.py, merging in opening.py (both offered here); what a decision does is enforcement.py's.
"""

import datetime as dt

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import Person
from accounts.services import audit
from common.clock import now
from common.errors import Code, Refused
from moderation.models import Action, Case, CaseState, Decision, Policy
from moderation.permissions import actions_for, meant_by, refusal_to_decide, refusal_to_see
from moderation.selectors.texts import CaseText, text_of
from moderation.services import notices, told
from moderation.services.claims import (
    CLAIM_TIME,
    claim_case,
    lock_undecided,
    refusal_of_claim,
    release_claim,
    renew_claim,
    take_over,
)
from moderation.services.enforcement import Order, enforce, reverse
from moderation.services.opening import Opening, open_cases
from moderation.services.scene import lock_rooms_of
from rooms.models import Message, Room

__all__ = [
    "claim_case",
    "decide_case",
    "open_case",
    "release_claim",
    "renew_claim",
    "take_over",
    "undo_decision",
    "view_case",
]

# A decision can be taken back for 30 days; the page offers it for 10 seconds, the history after that.
UNDO_TIME = dt.timedelta(days=30)
_NEEDS_A_POLICY = frozenset({Action.HIDE, Action.WARN, Action.MUTE, Action.REMOVE, Action.SUSPEND})


def open_case(*, message: Message | None, person: Person, room: Room | None, severity: int, why: str) -> Case:
    """The undecided case about this item: a new one, or the one there is, made as urgent as this.

    Begins or joins a transaction; locks the case.
    """
    opening = Opening(
        message_id=message.pk if message else None,
        person_id=person.pk,
        room_id=room.pk if room else None,
        severity=severity,
        why=why,
    )
    return open_cases([opening])[0]


def view_case(*, case: Case, by: Person) -> CaseText:
    """The texts of a case: the message, what stood around it, what the reports kept.

    That they were looked at is on record before they are read; where it cannot be recorded, they are not.
    Refuses: NOT_FOUND, NOT_ALLOWED. Begins a transaction for the record, or joins one.
    """
    _require(refusal_to_see(case, by))
    with transaction.atomic():
        version = case.message.text_version if case.message else None
        facts = {"message": case.message_id, "text_version": version}
        audit.record(actor=by, action="case.view", subject=("case", case.pk), **facts)
    return text_of(case)


@transaction.atomic
def decide_case(
    *,
    case: Case,
    by: Person,
    action: Action,
    policy_key: str | None,
    reason: str,
    until: dt.datetime | None = None,
    seen_version: int | None = None,
) -> Decision:
    """Decide a case that one has claimed; those who reported it hear the outcome.

    An escalation leaves it undecided, for an administrator. `seen_version` is the text that the moderator
    read: where the author has changed it since, nothing is decided.

    Refuses: NOT_FOUND, NOT_ALLOWED, ALREADY_DECIDED, NOT_CLAIMED, CLAIMED_BY_ANOTHER, REASON_MISSING,
    TEXT_CHANGED. Begins or joins a transaction; locks the room, then the case, then as `enforce` does.
    """
    lock_rooms_of(room_ids=[case.room_id] if case.room_id else [])
    case = lock_undecided(case)
    _require(refusal_to_decide(case, by) or refusal_of_claim(case, by))
    _require(_refusal_of_text(case, seen_version))
    order = Order(
        action=meant_by(action, case),
        person_id=case.person_id,
        message_id=case.message_id,
        room_id=case.room_id,
        case_id=case.pk,
        decided_by=by,
        policy_key=policy_key,
        reason=reason.strip(),
        until=until,
    )
    _require(_refusal_of_order(order, case))
    _close(case, order.action)
    decision = enforce([order])[0]
    if case.state == CaseState.DECIDED:
        told.case_decided(case, decision)
    return decision


@transaction.atomic
def undo_decision(*, decision: Decision, by: Person) -> Decision:
    """Take a decision on a case back: the case is open again, and claimed by whoever took it back.

    Refuses: NOT_FOUND, NOT_ALLOWED, UNDO_OVER, ALREADY_DECIDED (undone before, or a newer case is open).
    Begins or joins a transaction; locks the room, then the case, then as `reverse` does.
    """
    case = decision.case
    if case is None or now() > decision.decided_at + UNDO_TIME:
        raise Refused(Code.UNDO_OVER)
    lock_rooms_of(room_ids=[case.room_id] if case.room_id else [])
    case = Case.objects.select_for_update(of=("self",), no_key=True).select_related("person").get(pk=case.pk)
    refusal = refusal_to_see(case, by) if decision.decided_by_id == by.pk else refusal_to_decide(case, by)
    _require(refusal)
    _reopen(case, by)
    told.case_opened([case.pk])
    return reverse(decision=decision, by=by, reason=_("Taken back by a moderator."), reopened=True)


def _require(refusal: Refused | None) -> None:
    if refusal:
        raise refusal


def _refusal_of_text(case: Case, seen_version: int | None) -> Refused | None:
    is_newer = case.message and seen_version not in {None, case.message.text_version}
    return Refused(Code.TEXT_CHANGED) if is_newer else None


def _refusal_of_order(order: Order, case: Case) -> Refused | None:
    if order.action not in actions_for(case):
        return Refused(Code.NOT_ALLOWED)
    if not order.reason or (order.action in _NEEDS_A_POLICY and not _is_in_force(order.policy_key)):
        return Refused(Code.REASON_MISSING)
    if order.until and order.until <= now():
        return Refused(Code.MALFORMED)
    return None


def _is_in_force(policy_key: str | None) -> bool:
    return Policy.objects.filter(key=policy_key, is_active=True).exists()


def _close(case: Case, action: Action) -> None:
    case.claimed_by, case.claimed_until = None, None
    if action == Action.ESCALATE:
        case.state = CaseState.ESCALATED
    else:
        case.state, case.decided_at = CaseState.DECIDED, now()
        notices.tell_reporters(case, action=action)
    case.save(update_fields=["state", "decided_at", "claimed_by", "claimed_until"])


def _reopen(case: Case, by: Person) -> None:
    about = Q(message=case.message_id) if case.message_id else Q(message=None, person=case.person_id)
    if Case.objects.filter(about).exclude(state=CaseState.DECIDED).exclude(pk=case.pk).exists():
        raise Refused(Code.ALREADY_DECIDED)
    case.state, case.decided_at = CaseState.OPEN, None
    case.claimed_by, case.claimed_until = by, now() + CLAIM_TIME
    case.save(update_fields=["state", "decided_at", "claimed_by", "claimed_until"])
    notices.take_back_outcomes(case)
