"""Every frame of the socket, both directions, as typed structs. docs/protocol.md is made from this file.

Unknown fields and unknown frames are refused. No Django, no network here.
"""

import datetime as dt
import uuid
from typing import Annotated, Literal

import msgspec

PROTOCOL_VERSION = 1
# Larger frames close the socket with 1009 before they are parsed.
FRAME_MAX_BYTES = 64 * 1024

PublicId = Annotated[str, msgspec.Meta(min_length=1, max_length=22)]
Text = Annotated[str, msgspec.Meta(max_length=20_000)]
Emoji = Annotated[str, msgspec.Meta(min_length=1, max_length=32)]
# What every JavaScript number and every bigint holds.
Counter = Annotated[int, msgspec.Meta(ge=0, le=2**53)]


class Frame(msgspec.Struct, tag_field="type", forbid_unknown_fields=True, omit_defaults=True):
    """What all frames share: the field `type` names them."""


# --- from the client ---------------------------------------------------------------------------


class Enter(Frame, tag="enter"):
    """Start to receive a room. With the last revision one knows, what changed since comes back."""

    room: PublicId
    revision: Counter | None = None
    epoch: uuid.UUID | None = None


class Exit(Frame, tag="exit"):
    """Stop receiving a room. Membership is not touched."""

    room: PublicId


class Post(Frame, tag="post"):
    """Send a message. Repeat with the same `client_key` until an ack or an error answers."""

    room: PublicId
    client_key: uuid.UUID
    body: Text
    reply_to: PublicId | None = None
    nudged: bool = False


class Edit(Frame, tag="edit"):
    """Change a message of one's own; the new text is screened again."""

    room: PublicId
    message: PublicId
    client_key: uuid.UUID
    body: Text
    nudged: bool = False


class Delete(Frame, tag="delete"):
    """Take back a message of one's own."""

    room: PublicId
    message: PublicId
    client_key: uuid.UUID


class React(Frame, tag="react"):
    """Answer a message with an emoji. The `ack` names the message; a repeated one changes nothing."""

    room: PublicId
    message: PublicId
    client_key: uuid.UUID
    emoji: Emoji


class Unreact(Frame, tag="unreact"):
    """Take one's own emoji back. The same holds."""

    room: PublicId
    message: PublicId
    client_key: uuid.UUID
    emoji: Emoji


class Pin(Frame, tag="pin"):
    """Pin a message for everybody in the room: hosts, owners and moderators. Answered as `react` is."""

    room: PublicId
    message: PublicId
    client_key: uuid.UUID


class Unpin(Frame, tag="unpin"):
    """Take the pin out again. The same holds."""

    room: PublicId
    message: PublicId
    client_key: uuid.UUID


class Read(Frame, tag="read"):
    """Everything up to this position has been seen, of what was sent up to this revision.

    `back`: no: what comes after it is to be unread again.
    """

    room: PublicId
    position: Counter
    revision: Counter | None = None
    back: bool = False


class Types(Frame, tag="typing"):
    """Something is being written. Say it again every 3 s at most; others are told for 5 s."""

    room: PublicId


class Ping(Frame, tag="ping"):
    """Is anybody there? Answered by `pong`."""


ClientFrame = (
    Enter | Exit | Post | Edit | Delete | React | Unreact | Pin | Unpin | Read | Types | Ping
)  # fmt: skip


# --- from the server ---------------------------------------------------------------------------


class Author(msgspec.Struct, forbid_unknown_fields=True):
    """Who wrote a message, as others see them."""

    id: str
    name: str
    initials: str
    hue: int
    badge: str = ""


class Quote(msgspec.Struct, forbid_unknown_fields=True):
    """The message that is answered: an excerpt, present only where this viewer may read it."""

    id: str
    author: str = ""
    excerpt: str = ""


class Reactor(msgspec.Struct, forbid_unknown_fields=True):
    """Somebody who answered with an emoji."""

    id: str
    name: str


class Reaction(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """An emoji under a message: how many gave it, the first of them, and whether one did so oneself."""

    emoji: str
    count: int
    people: list[Reactor] = []
    yours: bool = False


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

# Close codes of our own, and those of RFC 6455 with what a client does about them.
CLOSE_CODES = {
    4400: "The frame could not be read.",
    4401: "Not signed in, or no longer: sign in again.",
    4403: "You may not be here (any more): suspended, removed, or an origin we do not know.",
    4408: "The socket fell behind: connect again and resume.",
    4429: "Too many frames: wait, then connect again.",
    1001: "The server is restarting: connect again and resume.",
    1009: "The frame is too large.",
    1011: "Something went wrong here: connect again and resume.",
}

_decoder: msgspec.json.Decoder[ClientFrame] = msgspec.json.Decoder(ClientFrame)
_encoder = msgspec.json.Encoder()


class FrameMalformedError(ValueError):
    """The bytes are not a frame of this protocol. Its text names the field, never the content."""

    @property
    def is_unknown(self) -> bool:
        """Whether it is well formed, but of a type that this protocol has not."""
        return str(self).endswith("`$.type`")


def decode(frame: bytes | str) -> ClientFrame:
    """A client's frame. Raises FrameMalformedError for anything else; never another exception."""
    try:
        return _decoder.decode(frame)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise FrameMalformedError(str(error)) from error


def encode(frame: Frame) -> bytes:
    """A frame as UTF-8 JSON."""
    return _encoder.encode(frame)
