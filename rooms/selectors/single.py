"""One message, or what one person last did, as pages ask for it. The caller has asked refusal_to_enter."""

import datetime as dt
from dataclasses import dataclass

from accounts.models import Person
from common.errors import Code, Refused
from rooms.markdown import excerpt
from rooms.models import Message, Room, Visibility
from rooms.permissions import Sight, Viewer, sight
from rooms.protocol import MessageFrame, Tombstone
from rooms.selectors.frames import changes_of, frame_for, with_all_that_shows


def message_seen_by(viewer: Viewer, room: Room, public_id: str) -> Message:
    """The message, where this viewer sees at least that there was one. Refuses: NOT_FOUND. One query."""
    found = Message.objects.filter(room=room, public_id=public_id).select_related("author", "thread_root")
    message = found.first()
    if message is None:
        raise Refused(Code.NOT_FOUND)
    seen = sight(
        viewer,
        author_id=message.author_id,
        visibility=message.visibility,
        was_visible=message.was_visible,
    )
    if seen is Sight.NOTHING:
        raise Refused(Code.NOT_FOUND)
    return message


def frame_seen_by(viewer: Viewer, room: Room, public_id: str) -> MessageFrame:
    """The message as this viewer reads it. Refuses: NOT_FOUND; GONE where only its mark is left."""
    frame = what_is_seen_of(viewer, room, public_id)
    if isinstance(frame, Tombstone):
        raise Refused(Code.GONE)
    return frame


def what_is_seen_of(viewer: Viewer, room: Room, public_id: str) -> MessageFrame | Tombstone:
    """The message as this viewer reads it, or the mark that is left of it. Refuses: NOT_FOUND."""
    row = with_all_that_shows(Message.objects.filter(room=room, public_id=public_id)).first()
    frame = frame_for(changes_of([row])[0], viewer) if row else None
    if frame is None:
        raise Refused(Code.NOT_FOUND)
    return frame


@dataclass(frozen=True, slots=True)
class Linked:
    """What stands under a link to a message."""

    message_id: str
    author: str
    sent_at: dt.datetime
    excerpt: str


def linked_message(viewer: Viewer, room: Room, public_id: str) -> Linked:
    """What this viewer may read of a message that somebody links to.

    Refuses: NOT_FOUND; GONE where it is not shown to everybody, also for its author. One query.
    """
    message = message_seen_by(viewer, room, public_id)
    if message.visibility != Visibility.VISIBLE:
        raise Refused(Code.GONE)
    return Linked(message.public_id, message.author.name, message.sent_at, excerpt(message.body))


def own_message(person: Person, room: Room, public_id: str) -> Message:
    """A message of one's own that can still be changed. Refuses: NOT_FOUND, GONE. One query."""
    message = Message.objects.filter(room=room, public_id=public_id, author=person).first()
    if message is None:
        raise Refused(Code.NOT_FOUND)
    if message.visibility == Visibility.DELETED:
        raise Refused(Code.GONE)
    return message


def last_sent_at(person: Person, room: Room) -> dt.datetime | None:
    """When this person last said something here. One query."""
    return (
        Message.objects.filter(room=room, author=person)
        .order_by("-sent_at")
        .values_list("sent_at", flat=True)
        .first()
    )
