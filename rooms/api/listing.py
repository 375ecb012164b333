"""Rooms, their members and pages of their history as JSON."""

import datetime as dt
from typing import Any

from ninja import Schema

from accounts.selectors import age_bands
from rooms.api.shapes import Author, RoomState, Seen, plain
from rooms.models import RoomRole
from rooms.selectors.entry import Entry, room_frame
from rooms.selectors.history import HistoryPage
from rooms.selectors.members import Member
from rooms.selectors.rail import OpenRoom, RailRoom
from rooms.selectors.search import Found


class OwnRoom(Schema):
    """A room one is in, with what is unread there (counted up to 100)."""

    id: str
    slug: str
    name: str
    unread: int
    mentions: int
    is_invite_only: bool


class JoinableRoom(Schema):
    """A public room that one is not in and may join, on its page."""

    id: str
    slug: str
    name: str
    topic: str
    members: int
    minimum_age: int
    screens_before: bool


class Rooms(Schema):
    """One's own rooms, and those that one may join."""

    own: list[OwnRoom]
    open: list[JoinableRoom]


class Room(Schema):
    """A room as one of its members finds it. `state` comes over the socket when it changes."""

    id: str
    slug: str
    rules: str
    role: RoomRole
    last_position: int
    last_read_position: int
    revision: int
    state: RoomState


class RoomMember(Schema):
    """Somebody in the room. `muted_until` is told only to those who keep order."""

    person: Author
    role: RoomRole
    is_you: bool
    joined_at: dt.datetime
    muted_until: dt.datetime | None


class History(Schema):
    """Some messages, oldest first. Go on with `before=first_position` or `after=last_position`.

    `revision` is the newest change of the room that this page knows of: send it with the read marker.
    """

    messages: list[Seen]
    has_older: bool
    has_newer: bool
    first_position: int
    last_position: int
    revision: int


class Thread(Schema):
    """What a thread began with, then its answers, oldest first. Go on with `before=first_position`."""

    root: str
    messages: list[Seen]
    has_older: bool
    first_position: int


class Piece(Schema):
    """A part of a text; `is_match` marks what was searched for."""

    text: str
    is_match: bool


class Hit(Schema):
    """A message that was found, with the words around."""

    message: str
    slug: str
    author: Author
    sent_at: dt.datetime
    parts: list[Piece]


class Hits(Schema):
    """A page of hits in their order. Go on with `older`, where it is not empty."""

    hits: list[Hit]
    older: str


def own_room(room: RailRoom) -> OwnRoom:
    """From the rail."""
    return OwnRoom(
        id=room.public_id,
        slug=room.slug,
        name=room.name,
        unread=room.unread,
        mentions=room.mentions,
        is_invite_only=room.is_invite_only,
    )


def joinable_room(room: OpenRoom) -> JoinableRoom:
    """From the front door."""
    return JoinableRoom(
        id=room.public_id,
        slug=room.slug,
        name=room.name,
        topic=room.topic,
        members=room.members,
        minimum_age=room.minimum_age,
        screens_before=room.screens_before,
    )


def member(one: Member) -> dict[str, Any]:
    """From the members' panel."""
    return {
        "person": plain(one.author),
        "role": one.role,
        "is_you": one.is_you,
        "joined_at": one.joined_at,
        "muted_until": one.muted_until,
    }


def room(entry: Entry) -> dict[str, Any]:
    """As its member finds it."""
    return {
        "id": entry.room.public_id,
        "slug": entry.room.slug,
        "rules": entry.room.rules,
        "role": entry.membership.role,
        "last_position": entry.room.last_position,
        "last_read_position": entry.membership.last_read_position,
        "revision": entry.room.revision,
        "state": plain(room_frame(entry.room, age_bands(), entry.membership)),
    }


def history(page: HistoryPage, *, revision: int) -> dict[str, Any]:
    """What this viewer may see of a stretch of the log; `revision` is the room's before it was read."""
    return {
        "messages": [plain(frame) for frame in page.messages],
        "has_older": page.has_older,
        "has_newer": page.has_newer,
        "first_position": page.first_position,
        "last_position": page.last_position,
        "revision": revision,
    }


def thread(root: str, page: HistoryPage) -> dict[str, Any]:
    """What this viewer may see of a thread."""
    return {
        "root": root,
        "messages": [plain(frame) for frame in page.messages],
        "has_older": page.has_older,
        "first_position": page.first_position,
    }


def hits(found: Found) -> dict[str, Any]:
    """A page of the search."""
    return {
        "hits": [
            {
                "message": hit.message_id,
                "slug": hit.room_slug,
                "author": plain(hit.author),
                "sent_at": hit.sent_at,
                "parts": [{"text": part.text, "is_match": part.is_match} for part in hit.parts],
            }
            for hit in found.hits
        ],
        "older": found.older,
    }
