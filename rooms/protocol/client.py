"""Frames from the client."""

import uuid

from rooms.protocol.kinds import Counter, Emoji, Frame, PublicId, Text


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
