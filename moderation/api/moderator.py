"""Operations over the queue, for moderators."""

from typing import Annotated

from ninja import Query, Router, Status

from accounts.api.access import TokenRequest, asking, moderates
from accounts.api.problems import answers
from accounts.api.shapes import PublicId
from common.errors import Code, Refused
from moderation.api.access import asking_moderator
from moderation.api.bodies import Verdict
from moderation.api.cases import CaseFacts, Decided, Texts, decided, facts, texts
from moderation.api.shapes import Queue, case_row, queue_counts
from moderation.models import CaseState, Decision
from moderation.selectors.queue import PAGE, case_detail, case_for, counts, queue_for
from moderation.services import cases, claims

router = Router(tags=["moderation"])


@router.get("/moderation/cases", auth=moderates, response=answers(200, Queue), operation_id="queue")
def list_cases(
    request: TokenRequest,
    state: CaseState | None = None,
    severity: Annotated[int | None, Query(ge=1, le=4)] = None,
    *,
    mine: bool = False,
    limit: Annotated[int, Query(ge=1, le=PAGE)] = PAGE,
) -> Queue:
    """What waits, gravest first and then longest waiting; `state=decided` for what was decided."""
    moderator = asking_moderator(request)
    rows = queue_for(moderator, state=state, severity=severity, mine=mine, limit=limit)
    return Queue(cases=[case_row(row) for row in rows], counts=queue_counts(counts(moderator)))


@router.get("/moderation/cases/{case}", auth=moderates, response=answers(200, CaseFacts), operation_id="case")
def show_case(request: TokenRequest, case: PublicId) -> CaseFacts:
    """Everything about a case but texts."""
    return facts(case_detail(asking_moderator(request), case))


@router.post(
    "/moderation/cases/{case}/reveal", auth=moderates, response=answers(200, Texts), operation_id="reveal"
)
def reveal_case(request: TokenRequest, case: PublicId) -> Texts:
    """The texts of a case. That they were looked at is on record before this answers."""
    detail = case_detail(asking_moderator(request), case)
    return texts(cases.view_case(case=detail.case, by=asking(request)), detail.findings)


@router.put(
    "/moderation/cases/{case}/claim",
    auth=moderates,
    response=answers(200, CaseFacts, also=[409]),
    operation_id="claim",
)
def claim_case(request: TokenRequest, case: PublicId) -> CaseFacts:
    """Take a case for five minutes, or keep it for five more. 409 where somebody else works on it."""
    moderator = asking_moderator(request)
    claims.claim_case(case=case_for(moderator, case), by=moderator)
    return facts(case_detail(moderator, case))


@router.post(
    "/moderation/cases/{case}/take-over",
    auth=moderates,
    response=answers(200, CaseFacts, also=[409]),
    operation_id="take_over",
)
def take_case_over(request: TokenRequest, case: PublicId) -> CaseFacts:
    """Take a case from whoever works on it: they are told, and it is on record."""
    moderator = asking_moderator(request)
    claims.take_over(case=case_for(moderator, case), by=moderator)
    return facts(case_detail(moderator, case))


@router.delete(
    "/moderation/cases/{case}/claim", auth=moderates, response=answers(204, None), operation_id="release"
)
def release_case(request: TokenRequest, case: PublicId) -> Status[None]:
    """Put a case back for others. Without a claim of one's own, nothing changes."""
    moderator = asking_moderator(request)
    claims.release_claim(case=case_for(moderator, case), by=moderator)
    return Status(204, None)


@router.post(
    "/moderation/cases/{case}/decision",
    auth=moderates,
    response=answers(200, Decided, also=[409]),
    operation_id="decide",
)
def decide_case(request: TokenRequest, case: PublicId, sent: Verdict) -> Decided:
    """Decide a case that one has claimed."""
    moderator = asking_moderator(request)
    decision = cases.decide_case(
        case=case_for(moderator, case),
        by=moderator,
        action=sent.action,
        policy_key=sent.policy,
        reason=sent.reason,
        until=sent.until,
        seen_version=sent.seen_version,
    )
    return decided(decision)


@router.post(
    "/moderation/decisions/{decision}/undo",
    auth=moderates,
    response=answers(200, Decided, also=[409]),
    operation_id="undo",
)
def undo_decision(request: TokenRequest, decision: PublicId) -> Decided:
    """Take a decision on a case back: the case is open again, and claimed by whoever took it back."""
    moderator = asking_moderator(request)
    found = Decision.objects.select_related("case").filter(public_id=decision).first()
    if found is None or found.case is None:
        raise Refused(Code.NOT_FOUND)
    return decided(cases.undo_decision(decision=found, by=moderator))
