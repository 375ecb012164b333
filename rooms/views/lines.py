"""A page of history as the lines of the log: days, where the new ones begin, which message continues another.

Scripts settle the same again in the reader's time zone (static/js/arrange.js).
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.timezone import localtime

from rooms.protocol import MessageFrame, Tombstone
from rooms.views.reactions import Shown, shown

# Where on that page one objects.
OBJECTION = "#object"

_TOGETHER = dt.timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Line:
    """One item of the list; `frame` where it is a message or what is left of one, `day` where it is a day."""

    kind: Literal["day", "new", "message", "tombstone"]
    frame: MessageFrame | Tombstone | None = None
    day: dt.date | None = None
    continued: bool = False
    own: bool = False
    why_href: str = ""
    object_href: str = ""
    reactions: tuple[Shown, ...] = ()


def lines_of(
    frames: Sequence[MessageFrame | Tombstone], *, reader: str, last_read: int | None = None
) -> list[Line]:
    """The frames with what stands between them.

    Args:
        frames: oldest first.
        reader: public id of whoever looks.
        last_read: the position up to which they have read; None leaves the "new" line out.
    """
    lines: list[Line] = []
    before: MessageFrame | None = None
    day: dt.date | None = None
    first_new = _first_new(frames, reader, last_read)
    for frame in frames:
        if isinstance(frame, Tombstone):
            lines.append(Line("tombstone", frame=frame))
            before = None
            continue
        if localtime(frame.sent_at).date() != day:
            day, before = localtime(frame.sent_at).date(), None
            lines.append(Line("day", day=day))
        if frame.id == first_new:
            before = None
            lines.append(Line("new"))
        lines.append(_message(frame, before, reader))
        before = frame
    return lines


def why_href(message_id: str) -> str:
    """Where the author reads why a message is held or hidden."""
    return f"{reverse('moderation:notices')}?{urlencode({'message': message_id})}"


def _message(frame: MessageFrame, before: MessageFrame | None, reader: str) -> Line:
    is_own = frame.author.id == reader
    why = why_href(frame.id) if is_own and frame.state in {"held", "hidden"} else ""
    return Line(
        "message",
        frame=frame,
        continued=before is not None and _continues(frame, before),
        own=is_own,
        why_href=why,
        object_href=f"{why}{OBJECTION}" if frame.state == "hidden" else "",
        reactions=shown(frame, reader),
    )


def _continues(frame: MessageFrame, before: MessageFrame) -> bool:
    is_alone = frame.quote is not None or frame.author.id != before.author.id
    return not is_alone and frame.sent_at - before.sent_at < _TOGETHER


def _first_new(frames: Sequence[MessageFrame | Tombstone], reader: str, last_read: int | None) -> str | None:
    """The id of the first message by somebody else that was not read."""
    if last_read is None:
        return None
    unread = (
        frame.id
        for frame in frames
        if isinstance(frame, MessageFrame) and frame.position > last_read and frame.author.id != reader
    )
    return next(unread, None)
