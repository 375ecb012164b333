"""Objections: the person concerned asks once, within six months, and another moderator answers.

Undoing is enforcement.reverse; the statement that offers the objection is enforcement's too.
"""

from django.db import IntegrityError, transaction

from accounts.models import Person
from accounts.services import audit
from common.clock import now
from common.errors import Code, Refused
from moderation.models import Appeal, AppealState, Decision, StatementOfReasons
from moderation.permissions import refusal_to_moderate
from moderation.services import notices
from moderation.services.enforcement import reverse

TEXT_MAX = 2000


@transaction.atomic
def lodge_appeal(*, decision: Decision, person: Person, text: str) -> Appeal:
    """Object to a decision about oneself. Suspended people may: the statement is what is left to them.

    Refuses: NOT_FOUND (not about them), EMPTY, TOO_LONG, APPEAL_OVER (too late, or undone already),
    ALREADY_APPEALED. Begins or joins a transaction.
    """
    statement = StatementOfReasons.objects.filter(decision=decision, person=person).first()
    if statement is None:
        raise Refused(Code.NOT_FOUND)
    text = text.strip()
    if not text:
        raise Refused(Code.EMPTY)
    if len(text) > TEXT_MAX:
        raise Refused(Code.TOO_LONG, limit=TEXT_MAX)
    if statement.ended_at or now() > statement.object_until:
        raise Refused(Code.APPEAL_OVER)
    appeal = _lodge(decision, person, text)
    audit.record(actor=person, action="appeal.lodge", subject=("appeal", appeal.pk), decision=decision.pk)
    return appeal


@transaction.atomic
def resolve_appeal(*, appeal: Appeal, by: Person, overturn: bool, answer: str) -> Appeal:
    """Answer an objection; to overturn undoes the decision. The person concerned and the reporters are told.

    Nobody judges their own decision or a decision about themselves, administrators included.
    Refuses: NOT_ALLOWED, NOT_FOUND, SAME_MODERATOR, REASON_MISSING, ALREADY_DECIDED. Begins or joins a
    transaction; locks as `reverse` does.
    """
    _require_other_moderator(appeal, by)
    if not answer.strip():
        raise Refused(Code.REASON_MISSING)
    decision = appeal.decision
    appeal = _answer(appeal, by=by, overturn=overturn, answer=answer)
    if overturn:
        _overturn(decision, by=by, answer=answer)
    StatementOfReasons.objects.filter(decision=decision).update(read_at=None)
    notices.notify([appeal.person_id])
    audit.record(
        actor=by,
        action="appeal.resolve",
        subject=("appeal", appeal.pk),
        decision=decision.pk,
        overturned=overturn,
        answer=appeal.answer,
    )
    return appeal


def _lodge(decision: Decision, person: Person, text: str) -> Appeal:
    try:
        with transaction.atomic():
            return Appeal.objects.create(decision=decision, person=person, text=text)
    except IntegrityError as error:
        raise Refused(Code.ALREADY_APPEALED) from error


def _require_other_moderator(appeal: Appeal, by: Person) -> None:
    if refusal := refusal_to_moderate(by):
        raise refusal
    if appeal.person_id == by.pk:
        raise Refused(Code.NOT_FOUND)
    if appeal.decision.decided_by_id == by.pk:
        raise Refused(Code.SAME_MODERATOR)


def _overturn(decision: Decision, *, by: Person, answer: str) -> None:
    if Decision.objects.filter(reverses=decision).exists():
        return  # somebody has undone it since: the answer says so
    if decision.case:
        notices.tell_of_change(decision.case)
    reverse(decision=decision, by=by, reason=answer.strip())


def _answer(appeal: Appeal, *, by: Person, overturn: bool, answer: str) -> Appeal:
    state = AppealState.OVERTURNED if overturn else AppealState.UPHELD
    is_first = Appeal.objects.filter(pk=appeal.pk, state=AppealState.OPEN).update(
        state=state, resolved_at=now(), resolved_by=by, answer=answer.strip()
    )
    if not is_first:
        raise Refused(Code.ALREADY_DECIDED)
    appeal.refresh_from_db()
    return appeal
