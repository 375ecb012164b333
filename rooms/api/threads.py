"""Threads: what a message began, and its answers. One answers with `send` and `reply_to`."""

from typing import Annotated, Any

from ninja import Query, Router

from accounts.api.access import TokenRequest, asking, reads_rooms
from accounts.api.problems import answers
from accounts.api.shapes import PublicId
from rooms.api import listing
from rooms.api.bodies import Position
from rooms.selectors.entry import enter_by_public_id
from rooms.selectors.history import PAGE_MAX, thread_of
from rooms.selectors.single import message_seen_by
from rooms.selectors.viewers import viewer_of

router = Router()


@router.get(
    "/rooms/{room}/messages/{message}/thread",
    auth=reads_rooms,
    response=answers(200, listing.Thread),
    operation_id="thread",
)
def show_thread(
    request: TokenRequest,
    room: PublicId,
    message: PublicId,
    before: Position | None = None,
    limit: Annotated[int, Query(ge=1, le=PAGE_MAX)] = 50,
) -> dict[str, Any]:
    """The thread that a message began or is an answer in: its first message and the newest answers."""
    person = asking(request)
    entry = enter_by_public_id(person, room)
    viewer = viewer_of(person)
    found = message_seen_by(viewer, entry.room, message)
    root = message_seen_by(viewer, entry.room, found.thread_root.public_id) if found.thread_root else found
    return listing.thread(root.public_id, thread_of(root, viewer, before=before, limit=limit))
