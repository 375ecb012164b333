"""Frames from the server."""

import datetime as dt
import uuid
from typing import Literal

from rooms.protocol.kinds import PROTOCOL_VERSION, Frame
from rooms.protocol.parts import Author, Quote, Reaction

State = Literal["visible", "checking", "held", "hidden"]
AckState = Literal["visible", "checking", "held", "hidden", "deleted"]
Reason = Literal["hidden", "deleted", "checking", "held"]


class Welcome(Frame, tag="welcome"):
    """The first frame: who one is here and how often a heartbeat comes."""

    person: str
    heartbeat_s: int
    protocol: int = PROTOCOL_VERSION


class MessageFrame(Frame, tag="message"):
    """A message as it stands now: new, edited, released or restored. Replaces what one had by its `id`.

    `state` is "visible" for everybody; the other states are seen by the author alone. `thread` is the id of
    the message that the thread began with, on its answers; that one itself tells how many they are.
    """

    room: str
    id: str
    position: int
    revision: int
    state: State
    author: Author
    html: str
    sent_at: dt.datetime
    edited_at: dt.datetime | None = None
    quote: Quote | None = None
    mentions_you: bool = False
    client_key: uuid.UUID | None = None
    reactions: list[Reaction] = []
    thread: str | None = None
    replies: int = 0
    last_reply_at: dt.datetime | None = None
    pinned: bool = False


class Tombstone(Frame, tag="tombstone"):
    """A message one may no longer read: its id and why, never its text. Drop it, and quotes of it."""

    room: str
    id: str
    position: int
    revision: int
    reason: Reason


class Entered(Frame, tag="entered"):
    """The answer to `enter`: what changed since, or `limited`: too much, load the page afresh."""

    room: str
    revision: int
    epoch: uuid.UUID
    limited: bool = False
    changes: list[MessageFrame | Tombstone] = []


class RoomFrame(Frame, tag="room"):
    """The room's settings as they are now: the composer and the safety chip follow them."""

    room: str
    name: str
    topic: str
    screens_before: bool
    minimum_age: int
    slow_mode_s: int
    read_only: bool
    muted_until: dt.datetime | None = None


class Ack(Frame, tag="ack"):
    """What was sent is committed. `state` says whether others see it yet."""

    client_key: uuid.UUID
    room: str
    message: str
    position: int
    revision: int
    state: AckState


class Error(Frame, tag="error"):
    """What was asked is refused: a code for machines, a sentence for people. Nothing was stored."""

    code: str
    sentence: str
    client_key: uuid.UUID | None = None
    room: str | None = None
    span: tuple[int, int] | None = None
    retry_after_s: float | None = None


class Heartbeat(Frame, tag="heartbeat"):
    """Everything up to `revision` of each room has been sent to this socket."""

    revisions: dict[str, int]


class Screening(Frame, tag="screening"):
    """Whether messages of this room wait longer than usual because judging is delayed."""

    room: str
    delayed: bool


class Unread(Frame, tag="unread"):
    """How much is unread in a room that one has not entered here (at most 100: more is not counted).

    `mentions`: in how much of it one is mentioned or answered. Both are 0 where one wants to hear nothing.
    """

    room: str
    unread: int
    mentions: int


class Typing(Frame, tag="typing"):
    """Who else is writing now, in the place of what was told before: three people by name, or `several`."""

    room: str
    people: list[Author] = []
    several: bool = False


class Presence(Frame, tag="presence"):
    """How many people are in the room now, of those who wish to be seen.

    `here`: all of them, by id, in the place of what was told before; `came` and `went`: who is different.
    None of the three: there are too many to name.
    """

    room: str
    count: int
    here: list[str] | None = None
    came: list[str] = []
    went: list[str] = []


class Notice(Frame, tag="notice"):
    """Something for this person waits on the notices page: a statement of reasons, an outcome."""

    unread: int


class Resync(Frame, tag="resync"):
    """This socket is about to be closed: it fell behind, or the server stops. Connect again and resume.

    Not before a random part of `retry_after_s` has passed, so that a crowd does not return at once.
    """

    retry_after_s: float = 0


class Pong(Frame, tag="pong"):
    """The answer to `ping`."""


ServerFrame = (
    Welcome | Entered | MessageFrame | Tombstone | RoomFrame | Ack | Error | Heartbeat | Screening | Unread
    | Typing | Presence | Notice | Resync | Pong
)  # fmt: skip
