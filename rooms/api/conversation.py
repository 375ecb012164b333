"""Operations over rooms, history and messages."""

from typing import Annotated, Any

from ninja import Query, Router, Status

from accounts.api.access import TokenRequest, asking, reads_rooms, writes_rooms
from accounts.api.problems import answers
from accounts.api.shapes import PublicId
from common.errors import Code, Refused
from rooms.api import listing
from rooms.api.bodies import Marker, NewMessage, NewText, Older, Position, Reaction, Typed
from rooms.api.shapes import Ack, Seen, ack, plain
from rooms.searching import Order, read
from rooms.selectors.entry import enter_by_public_id
from rooms.selectors.history import PAGE_MAX, page_of
from rooms.selectors.members import members_of
from rooms.selectors.rail import rail_for, rooms_to_join
from rooms.selectors.search import search
from rooms.selectors.single import what_is_seen_of
from rooms.selectors.viewers import viewer_of
from rooms.services.messages import Sending, delete_message, edit_message, post_message
from rooms.services.reactions import react, take_reaction_back
from rooms.services.reading import mark_read, mark_unread

router = Router()

# Beyond what every operation may answer: a key used before, a deleted message; a nudge, a rule.
_SAYING = frozenset({409, 410, 422})


@router.get("/rooms", auth=reads_rooms, response=answers(200, listing.Rooms), operation_id="rooms")
def list_rooms(request: TokenRequest) -> listing.Rooms:
    """One's own rooms by name, and those one may join, the fullest first."""
    person = asking(request)
    return listing.Rooms(
        own=[listing.own_room(room) for room in rail_for(person)],
        open=[listing.joinable_room(room) for room in rooms_to_join(person)],
    )


@router.get("/rooms/{room}", auth=reads_rooms, response=answers(200, listing.Room), operation_id="room")
def show_room(request: TokenRequest, room: PublicId) -> dict[str, Any]:
    """A room one is in."""
    entry = enter_by_public_id(asking(request), room)
    return listing.room(entry)


@router.get(
    "/rooms/{room}/members",
    auth=reads_rooms,
    response=answers(200, list[listing.RoomMember]),
    operation_id="members",
)
def list_members(request: TokenRequest, room: PublicId) -> list[dict[str, Any]]:
    """Who is in the room, those who keep order first; at most 500."""
    person = asking(request)
    entry = enter_by_public_id(person, room)
    return [listing.member(one) for one in members_of(entry.room, viewer_of(person))]


@router.get(
    "/rooms/{room}/messages",
    auth=reads_rooms,
    response=answers(200, listing.History),
    operation_id="history",
)
def list_messages(
    request: TokenRequest,
    room: PublicId,
    before: Position | None = None,
    after: Position | None = None,
    around: Position | None = None,
    limit: Annotated[int, Query(ge=1, le=PAGE_MAX)] = 50,
) -> dict[str, Any]:
    """The newest messages, or those before, after or around a position (one of the three at most)."""
    sides = {"before": before, "after": after, "around": around}
    asked = {side: position for side, position in sides.items() if position is not None}
    if len(asked) > 1:
        raise Refused(Code.MALFORMED)
    person = asking(request)
    entry = enter_by_public_id(person, room)
    page = page_of(entry.room, viewer_of(person), limit=limit, **asked)
    return listing.history(page, revision=entry.room.revision)


@router.post(
    "/rooms/{room}/messages", auth=writes_rooms, response=answers(200, Ack, also=_SAYING), operation_id="send"
)
def send_message(request: TokenRequest, room: PublicId, sent: NewMessage) -> dict[str, Any]:
    """Say something. Answered once it is committed; `state` says whether others see it yet."""
    sending = Sending(
        person_id=asking(request).pk,
        room_public_id=room,
        client_key=sent.client_key,
        body=sent.body,
        reply_to=sent.reply_to,
        nudged=sent.nudged,
    )
    return ack(post_message(sending))


@router.get(
    "/rooms/{room}/messages/{message}", auth=reads_rooms, response=answers(200, Seen), operation_id="message"
)
def show_message(request: TokenRequest, room: PublicId, message: PublicId) -> dict[str, Any]:
    """One message, or the tombstone of one that may no longer be read."""
    person = asking(request)
    entry = enter_by_public_id(person, room)
    return plain(what_is_seen_of(viewer_of(person), entry.room, message))


@router.put(
    "/rooms/{room}/messages/{message}",
    auth=writes_rooms,
    response=answers(200, Ack, also=_SAYING),
    operation_id="edit",
)
def change_message(request: TokenRequest, room: PublicId, message: PublicId, sent: NewText) -> dict[str, Any]:
    """Replace the text of a message of one's own."""
    posted = edit_message(
        person=asking(request),
        room_public_id=room,
        message_public_id=message,
        body=sent.body,
        client_key=sent.client_key,
        nudged=sent.nudged,
    )
    return ack(posted)


@router.delete(
    "/rooms/{room}/messages/{message}", auth=writes_rooms, response=answers(200, Ack), operation_id="delete"
)
def take_back(request: TokenRequest, room: PublicId, message: PublicId) -> dict[str, Any]:
    """Take back a message of one's own. A second time changes nothing."""
    return ack(delete_message(person=asking(request), room_public_id=room, message_public_id=message))


@router.put(
    "/rooms/{room}/messages/{message}/reaction",
    auth=writes_rooms,
    response=answers(204, None, also=_SAYING),
    operation_id="react",
)
def add_reaction(request: TokenRequest, room: PublicId, message: PublicId, sent: Reaction) -> Status[None]:
    """Put an emoji under a message. A second time changes nothing."""
    react(person=asking(request), room_public_id=room, message_public_id=message, emoji=sent.emoji)
    return Status(204, None)


@router.post(
    "/rooms/{room}/messages/{message}/reaction/remove",
    auth=writes_rooms,
    response=answers(204, None, also=_SAYING),
    operation_id="unreact",
)
def remove_reaction(request: TokenRequest, room: PublicId, message: PublicId, sent: Reaction) -> Status[None]:
    """Take one's own emoji back. A second time changes nothing."""
    take_reaction_back(
        person=asking(request), room_public_id=room, message_public_id=message, emoji=sent.emoji
    )
    return Status(204, None)


@router.get("/search", auth=reads_rooms, response=answers(200, listing.Hits), operation_id="search")
def search_messages(
    request: TokenRequest, q: Typed, sort: Order = Order.NEWEST, older: Older = ""
) -> dict[str, Any]:
    """What was said in one's rooms, newest first, or what fits best.

    Words and their other forms, "just these words", -without, and the operators from:, in:, before:, after:,
    has:link.
    """
    wanted = read(q)
    if wanted.problems:
        raise Refused(Code.MALFORMED, fields=["query.q"])
    return listing.hits(search(asking(request), wanted, order=sort, older=older))


@router.put("/rooms/{room}/read", auth=reads_rooms, response=answers(204, None), operation_id="read")
def note_read(request: TokenRequest, room: PublicId, sent: Marker) -> Status[None]:
    """Everything up to this position has been seen; with `back`, what comes after it is unread again."""
    person = asking(request)
    entry = enter_by_public_id(person, room)
    if sent.back:
        mark_unread(person=person, room=entry.room, position=sent.position)
    else:
        mark_read(person=person, room=entry.room, position=sent.position, revision=sent.revision)
    return Status(204, None)
