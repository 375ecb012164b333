"""What processes tell each other on the channel layer. Each may be lost: the rows are the truth.

Never sent to a person. fanout.py sends them, hub.py takes them.
"""

from collections.abc import Iterable

import msgspec
from channels.layers import BaseChannelLayer, get_channel_layer
from django.core.exceptions import ImproperlyConfigured

from rooms.protocol import Author
from rooms.selectors.frames import Change

CONTROL_GROUP = "control"


class ChangesHint(msgspec.Struct, frozen=True, array_like=True, tag="changes"):
    """Messages of one room changed."""

    room_id: int
    changes: list[Change]


class PeopleHint(msgspec.Struct, frozen=True, array_like=True, tag="people"):
    """Something about these people changed: their access, their age, whom they met, their place in a room."""

    person_ids: list[int]


class RoomHint(msgspec.Struct, frozen=True, array_like=True, tag="room"):
    """A room's settings changed; None: what holds for all rooms did."""

    room_id: int | None


class MovedHint(msgspec.Struct, frozen=True, array_like=True, tag="moved"):
    """Counts of unread messages may be others: in these rooms for all, in these pairs for one person."""

    room_ids: list[int]
    # (room id, person id)
    pairs: list[tuple[int, int]]


class PresentHint(msgspec.Struct, frozen=True, array_like=True, tag="present"):
    """Whom one process has in a room: all of them, as (person id, public id)."""

    room_id: int
    process: str
    people: list[tuple[int, str]]


class TypingHint(msgspec.Struct, frozen=True, array_like=True, tag="typing"):
    """Somebody writes in a room, and may be shown."""

    room_id: int
    person_id: int
    author: Author


class NoticeHint(msgspec.Struct, frozen=True, array_like=True, tag="notice"):
    """Something waits for a person on the notices page."""

    person_id: int
    unread: int


class ScreeningHint(msgspec.Struct, frozen=True, array_like=True, tag="screening"):
    """Judging is late in these rooms, or no longer."""

    room_ids: list[int]
    is_delayed: bool


Hint = ChangesHint | PeopleHint | RoomHint | MovedHint | PresentHint | TypingHint | NoticeHint | ScreeningHint

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Hint)


def pairs_of(changes: Iterable[Change]) -> set[tuple[int, int]]:
    """(room id, person id) of whom these changes mention: they are told, however much is unread already."""
    return {(change.room_id, person_id) for change in changes for person_id in change.mentioned}


def group_of(hint: Hint) -> str:
    """The group of the channel layer in which a hint is sent."""
    if isinstance(hint, ChangesHint | PresentHint | TypingHint):
        return room_group(hint.room_id)
    return CONTROL_GROUP


def room_group(room_id: int) -> str:
    """Where a room's changes are told."""
    return f"room.{room_id}"


def encode(hint: Hint) -> bytes:
    """A hint as bytes."""
    return _encoder.encode(hint)


def decode(data: bytes) -> Hint:
    """The hint again. Raises msgspec.DecodeError, as a process of another release may send."""
    hint: Hint = _decoder.decode(data)
    return hint


def channel_layer() -> BaseChannelLayer:
    """The default channel layer: there is always one (settings.CHANNEL_LAYERS)."""
    layer = get_channel_layer()
    if layer is None:
        raise ImproperlyConfigured("settings.CHANNEL_LAYERS names no default channel layer.")
    return layer
