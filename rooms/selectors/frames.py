"""The one place where a message's row becomes what a viewer gets: history, resume, fan-out and quotes.

A `Change` is a row rendered once; it travels between processes. Never sent to a person as it is:
`frame_for` picks by permissions.sight() what that person may have.
"""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple, cast

import msgspec
from django.db.models import QuerySet

from accounts.avatars import hue_of, initials_of
from accounts.models import Person
from rooms.markdown import excerpt
from rooms.models import Membership, Mention, Message, RoomRole, Visibility
from rooms.permissions import Sight, Viewer, sight
from rooms.protocol import Author, MessageFrame, Quote, Reason, State, Tombstone
from rooms.selectors.reactions import Reacted, as_shown, reactions_to
from rooms.selectors.threads import Answers, answers_to, counted

# (room id, person id) of those who keep order there: "host" or "owner".
Badges = Mapping[tuple[int, int], str]
_KEEPERS = (RoomRole.HOST, RoomRole.OWNER)


class Change(msgspec.Struct, frozen=True, array_like=True):
    """A message as it stands at one revision of its room.

    Attributes:
        room: the room's public id, as `id` is the message's.
        quote: the message it answers, where everybody may read that one.
        mentioned: ids of the people whom it mentions.
        reactions: the emoji under it, while everybody may read it, as are `answers`: those in its thread.
        thread: public id of the message that its thread began with, and `thread_author_id` who wrote that.
    """

    room_id: int
    revision: int
    room: str
    id: str
    position: int
    author_id: int
    visibility: str
    was_visible: bool
    author: Author
    html: str
    sent_at: dt.datetime
    edited_at: dt.datetime | None
    quote: Quote | None
    quoted_author_id: int | None
    mentioned: tuple[int, ...]
    client_key: uuid.UUID
    reactions: tuple[Reacted, ...] = ()
    answers: tuple[Answers, ...] = ()
    thread: str | None = None
    thread_author_id: int | None = None
    pinned: bool = False


class Audience(NamedTuple):
    """All that makes two viewers' frames of one change differ."""

    sight: Sight
    reads_quote: bool
    is_mentioned: bool
    is_author: bool
    own_emoji: tuple[str, ...] = ()
    unseen: frozenset[int] = frozenset()
    reads_thread: bool = True


def frame_for(change: Change, viewer: Viewer) -> MessageFrame | Tombstone | None:
    """What this viewer, who may be in the room, gets of the change; None is nothing at all."""
    return render(change, audience_of(change, viewer))


def audience_of(change: Change, viewer: Viewer) -> Audience:
    """Which of the change's audiences the viewer belongs to: equal audiences get equal frames."""
    seen = sight(
        viewer,
        author_id=change.author_id,
        visibility=change.visibility,
        was_visible=change.was_visible,
    )
    return Audience(
        sight=seen,
        reads_quote=_reads_quote(change, viewer),
        is_mentioned=seen is Sight.TEXT and viewer.person_id in change.mentioned,
        is_author=viewer.person_id == change.author_id,
        own_emoji=tuple(one.emoji for one in change.reactions if viewer.person_id in one.person_ids),
        unseen=_unseen(change, viewer),
        reads_thread=viewer.is_moderator or change.thread_author_id not in viewer.apart_from,
    )


def concerned_by(change: Change) -> Iterator[int]:
    """Ids of the people whose frame may differ from everybody's because of what they did or who they are."""
    yield change.author_id
    yield from change.mentioned
    for one in change.reactions:
        yield from one.person_ids


def render(change: Change, audience: Audience) -> MessageFrame | Tombstone | None:
    """The frame for an audience."""
    if audience.sight is Sight.NOTHING:
        return None
    if audience.sight is Sight.TOMBSTONE:
        return Tombstone(
            room=change.room,
            id=change.id,
            position=change.position,
            revision=change.revision,
            reason=cast("Reason", change.visibility),  # sight() gives no tombstone of a visible one
        )
    counts = counted(change.answers, audience.unseen)
    return MessageFrame(
        room=change.room,
        id=change.id,
        position=change.position,
        revision=change.revision,
        state=cast("State", change.visibility),  # nor the text of a deleted one
        author=change.author,
        html=change.html,
        sent_at=change.sent_at,
        edited_at=change.edited_at,
        quote=change.quote if audience.reads_quote else None,
        mentions_you=audience.is_mentioned,
        client_key=change.client_key if audience.is_author else None,
        reactions=as_shown(change.reactions, yours=audience.own_emoji, unseen=audience.unseen),
        thread=change.thread if audience.reads_thread else None,
        replies=counts.number,
        last_reply_at=counts.last_at,
        pinned=change.pinned,
    )


def change_of(
    message: Message,
    *,
    mentioned: Iterable[int],
    badges: Badges,
    reactions: Sequence[Reacted] = (),
    answers: Sequence[Answers] = (),
) -> Change:
    """The row, rendered. Needs what `with_all_that_shows` loads."""
    is_visible = message.visibility == Visibility.VISIBLE
    root = message.thread_root
    quoted = _readable_by_all(message.reply_to)
    is_gone = message.visibility == Visibility.DELETED
    return Change(
        room_id=message.room_id,
        revision=message.revision,
        room=message.room.public_id,
        id=message.public_id,
        position=message.position,
        author_id=message.author_id,
        visibility=str(message.visibility),
        was_visible=message.was_visible,
        author=author_of(message.author, badges.get((message.room_id, message.author_id), "")),
        html="" if is_gone else message.body_html,
        sent_at=message.sent_at,
        edited_at=message.edited_at,
        quote=_quote(quoted) if quoted and not is_gone else None,
        quoted_author_id=quoted.author_id if quoted else None,
        mentioned=() if is_gone else tuple(mentioned),
        client_key=message.client_key,
        reactions=tuple(reactions) if is_visible else (),
        answers=tuple(answers) if is_visible else (),
        thread=root.public_id if root else None,
        thread_author_id=root.author_id if root else None,
        pinned=is_visible and message.pinned_at is not None,
    )


def changes_of(messages: Sequence[Message]) -> list[Change]:
    """Rows, rendered, in the order given. Four queries, and what `with_all_that_shows` does not load."""
    mentioned: defaultdict[int, list[int]] = defaultdict(list)
    for message_id, person_id in Mention.objects.filter(message__in=messages).values_list(
        "message_id", "person_id"
    ):
        mentioned[message_id].append(person_id)
    badges = badges_in({message.room_id for message in messages})
    ids = [message.pk for message in messages]
    reactions, answers = reactions_to(ids), answers_to(ids)
    return [
        change_of(
            message,
            mentioned=mentioned[message.pk],
            badges=badges,
            reactions=reactions.get(message.pk, ()),
            answers=answers.get(message.pk, ()),
        )
        for message in messages
    ]


def with_all_that_shows(messages: QuerySet[Message]) -> QuerySet[Message]:
    """The rows with what rendering needs, in one query."""
    return messages.select_related("room", "author", "reply_to__author", "thread_root")


def author_of(person: Person, room_badge: str = "") -> Author:
    """A person as others see them beside a message. The badge is a key: "moderator", "host", "owner"."""
    badge = "moderator" if person.is_moderator else room_badge
    return _author(person.public_id, person.name, badge)


def badges_in(room_ids: Iterable[int]) -> Badges:
    """Who keeps order in these rooms. One query."""
    keepers = Membership.objects.filter(room_id__in=set(room_ids), left_at=None, role__in=_KEEPERS)
    return {
        (room, person): role for room, person, role in keepers.values_list("room_id", "person_id", "role")
    }


def badges_of(memberships: Iterable[Membership]) -> Badges:
    """The same of memberships that the caller has read: those of everybody who writes."""
    return {
        (one.room_id, one.person_id): one.role
        for one in memberships
        if one.left_at is None and one.role in _KEEPERS
    }


@lru_cache(maxsize=4096)
def _author(public_id: str, name: str, badge: str) -> Author:
    return Author(
        id=public_id,
        name=name,
        initials=initials_of(name),
        hue=hue_of(public_id),
        badge=badge,
    )


def _reads_quote(change: Change, viewer: Viewer) -> bool:
    if change.quote is None or change.quoted_author_id is None:
        return False
    seen = sight(viewer, author_id=change.quoted_author_id, visibility=Visibility.VISIBLE, was_visible=True)
    return seen is Sight.TEXT


def _unseen(change: Change, viewer: Viewer) -> frozenset[int]:
    """Who of those that answered, in an emoji or in words, is kept from this viewer by a block."""
    if viewer.is_moderator or not viewer.apart_from or not (change.reactions or change.answers):
        return frozenset()
    answered = {person_id for one in change.reactions for person_id in one.person_ids}
    answered.update(one.author_id for one in change.answers)
    return viewer.apart_from & answered


def _readable_by_all(message: Message | None) -> Message | None:
    return message if message is not None and message.visibility == Visibility.VISIBLE else None


def _quote(message: Message) -> Quote:
    return Quote(id=message.public_id, author=message.author.name, excerpt=excerpt(message.body))
