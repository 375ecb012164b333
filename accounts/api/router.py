"""Operations over oneself and one's blocks: each parses, calls one service or selector, and shapes."""

from ninja import Router, Status

from accounts.api.access import TokenRequest, any_token, asking, reads_account, writes_account
from accounts.api.problems import answers
from accounts.api.shapes import Blocked, Me, PublicId, blocked, me
from accounts.selectors import blocks_of, person_by_public_id
from accounts.services.blocks import block_person, unblock_person

router = Router(tags=["people"])


@router.get("/me", auth=any_token, response=answers(200, Me), operation_id="me")
def show_me(request: TokenRequest) -> Me:
    """Whose token this is, and what it may do."""
    return me(request.auth)


@router.get("/me/blocks", auth=reads_account, response=answers(200, list[Blocked]), operation_id="blocks")
def list_blocks(request: TokenRequest) -> list[Blocked]:
    """Whom one has blocked, newest first."""
    return [blocked(block) for block in blocks_of(asking(request))]


@router.put("/me/blocks/{person}", auth=writes_account, response=answers(204, None), operation_id="block")
def block(request: TokenRequest, person: PublicId) -> Status[None]:
    """Keep two people apart, in both directions; they are not told. A second time changes nothing."""
    block_person(blocker=asking(request), blocked=person_by_public_id(person))
    return Status(204, None)


@router.delete(
    "/me/blocks/{person}", auth=writes_account, response=answers(204, None), operation_id="unblock"
)
def unblock(request: TokenRequest, person: PublicId) -> Status[None]:
    """Take one's own block back. Without one, nothing changes."""
    unblock_person(blocker=asking(request), blocked=person_by_public_id(person))
    return Status(204, None)
