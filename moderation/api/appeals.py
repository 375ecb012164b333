"""Objections, for moderators: those one may answer, and answering one."""

import datetime as dt

from ninja import Router, Schema

from accounts.api.access import TokenRequest, answers_appeals
from accounts.api.problems import answers
from accounts.api.shapes import PublicId, Someone, someone
from moderation.api.access import asking_moderator
from moderation.api.bodies import Answer
from moderation.api.cases import Decided, decided
from moderation.models import Appeal, AppealState
from moderation.selectors.appeals import appeal_for, open_appeals
from moderation.services.appeals import resolve_appeal

router = Router(tags=["moderation"])


class Objected(Schema):
    """An objection with the decision it is about; `answer` is empty while it waits."""

    id: str
    person: Someone
    text: str
    state: AppealState
    lodged_at: dt.datetime
    decision: Decided
    case: str | None
    resolved_by: str | None
    resolved_at: dt.datetime | None
    answer: str


@router.get(
    "/moderation/appeals", auth=answers_appeals, response=answers(200, list[Objected]), operation_id="appeals"
)
def list_appeals(request: TokenRequest) -> list[Objected]:
    """The objections that one may answer, oldest first: not to one's own decisions, nor one's own."""
    return [_objected(one) for one in open_appeals(asking_moderator(request))]


@router.get(
    "/moderation/appeals/{appeal}",
    auth=answers_appeals,
    response=answers(200, Objected),
    operation_id="appeal",
)
def show_appeal(request: TokenRequest, appeal: PublicId) -> Objected:
    """One objection, also one that was answered. One's own is on one's notices, and not here."""
    return _objected(appeal_for(asking_moderator(request), appeal))


@router.post(
    "/moderation/appeals/{appeal}/answer",
    auth=answers_appeals,
    response=answers(200, Objected, also=[409]),
    operation_id="answer_appeal",
)
def answer_appeal(request: TokenRequest, appeal: PublicId, sent: Answer) -> Objected:
    """Answer an objection to another moderator's decision. To overturn undoes it."""
    moderator = asking_moderator(request)
    found = appeal_for(moderator, appeal)
    resolve_appeal(appeal=found, by=moderator, overturn=sent.overturn, answer=sent.answer)
    return _objected(appeal_for(moderator, appeal))


def _objected(appeal: Appeal) -> Objected:
    decision = appeal.decision
    return Objected(
        id=appeal.public_id,
        person=someone(appeal.person),
        text=appeal.text,
        state=AppealState(appeal.state),
        lodged_at=appeal.lodged_at,
        decision=decided(decision),
        case=decision.case.public_id if decision.case else None,
        resolved_by=appeal.resolved_by.name if appeal.resolved_by else None,
        resolved_at=appeal.resolved_at,
        answer=appeal.answer,
    )
