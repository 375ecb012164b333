"""Pages of a room's history, as this viewer may read them. The caller has asked refusal_to_enter."""

import datetime as dt
from dataclasses import dataclass, replace

from django.db.models import QuerySet

from rooms.models import Message, Room, Visibility
from rooms.permissions import Viewer
from rooms.protocol import MessageFrame, Tombstone
from rooms.selectors.frames import changes_of, frame_for, with_all_that_shows

PAGE_MAX = 100


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Some messages, oldest first.

    Attributes:
        first_position: where to go on `before`; also where this viewer sees none of the page.
        last_position: where to go on `after`. Both are 0 in an empty room.
    """

    messages: list[MessageFrame | Tombstone]
    has_older: bool
    has_newer: bool
    first_position: int = 0
    last_position: int = 0


def page_of(
    room: Room,
    viewer: Viewer,
    *,
    before: int | None = None,
    after: int | None = None,
    around: int | None = None,
    limit: int = 50,
) -> HistoryPage:
    """The newest messages, or those before, after or around a position. Five queries, six around."""
    limit = min(limit, PAGE_MAX)
    rows = with_all_that_shows(Message.objects.filter(room=room))
    if around is not None:
        older, has_older = _older(rows.filter(position__lte=around), limit // 2 + 1)
        newer, has_newer = _newer(rows.filter(position__gt=around), limit // 2)
        return _page(older + newer, viewer, has_older=has_older, has_newer=has_newer)
    if after is not None:
        newer, has_newer = _newer(rows.filter(position__gt=after), limit)
        return _page(newer, viewer, has_older=after > 0, has_newer=has_newer)
    older, has_older = _older(rows if before is None else rows.filter(position__lt=before), limit)
    return _page(older, viewer, has_older=has_older, has_newer=before is not None)


def first_since(room: Room, viewer: Viewer, moment: dt.datetime) -> MessageFrame | Tombstone | None:
    """The first message since a moment of which this viewer sees anything, among the next PAGE_MAX.

    Six queries.
    """
    since = Message.objects.filter(room=room, sent_at__gte=moment).order_by("sent_at", "position")
    position = since.values_list("position", flat=True).first()
    if position is None:
        return None
    page = page_of(room, viewer, after=position - 1, limit=PAGE_MAX)
    return page.messages[0] if page.messages else None


def thread_of(root: Message, viewer: Viewer, *, before: int | None = None, limit: int = 50) -> HistoryPage:
    """What a thread began with, and its newest answers or those before a position. Six queries."""
    limit = min(limit, PAGE_MAX)
    first = with_all_that_shows(Message.objects.filter(pk=root.pk))
    rows = with_all_that_shows(Message.objects.filter(thread_root=root))
    older, has_older = _older(rows if before is None else rows.filter(position__lt=before), limit)
    page = _page([*first, *older], viewer, has_older=has_older, has_newer=before is not None)
    return replace(page, first_position=older[0].position if older else 0)


def pinned_in(room: Room, viewer: Viewer) -> list[MessageFrame]:
    """What is pinned and this viewer reads, the last one pinned first. Five queries."""
    rows = Message.objects.filter(room=room, pinned_at__isnull=False, visibility=Visibility.VISIBLE)
    changes = changes_of(list(with_all_that_shows(rows).order_by("-pinned_at")[:PAGE_MAX]))
    frames = [frame_for(change, viewer) for change in changes]
    return [frame for frame in frames if isinstance(frame, MessageFrame)]


def _older(rows: QuerySet[Message], limit: int) -> tuple[list[Message], bool]:
    """The last ones of these, oldest first, and whether there are more before them."""
    newest_first = list(rows.order_by("-position")[: limit + 1])
    return newest_first[:limit][::-1], len(newest_first) > limit


def _newer(rows: QuerySet[Message], limit: int) -> tuple[list[Message], bool]:
    """The first ones of these, and whether there are more after them."""
    found = list(rows.order_by("position")[: limit + 1])
    return found[:limit], len(found) > limit


def _page(rows: list[Message], viewer: Viewer, *, has_older: bool, has_newer: bool) -> HistoryPage:
    frames = [frame_for(change, viewer) for change in changes_of(rows)]
    return HistoryPage(
        messages=[frame for frame in frames if frame is not None],
        has_older=has_older,
        has_newer=has_newer,
        first_position=rows[0].position if rows else 0,
        last_position=rows[-1].position if rows else 0,
    )
