"""Who may do what in a room, and what a viewer sees of a message. Pure over rows already loaded.

Every path to a message (page, socket, resume, quote, mention, search, export) asks `sight`; every path
into a room (page, socket, resume, invitation, mention, a tab left open) asks `refusal_to_enter`.
"""

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from accounts.models import AgeBand, Person
from accounts.permissions import meets_age, refusal_to_act
from common.errors import Code, Refused
from rooms.models import Access, Membership, Room, RoomRole, ScreeningMode, Visibility

# How long an account counts as new: its messages are held more readily.
PROBATION = dt.timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Viewer:
    """Whoever looks: their id, whether they moderate, and everyone in a block with them, either way."""

    person_id: int
    is_moderator: bool = False
    apart_from: frozenset[int] = frozenset()


class Sight(StrEnum):
    """What a viewer gets of a message."""

    TEXT = "text"  # as everyone
    OWN = "own"  # the author's view: text and state
    TOMBSTONE = "tombstone"  # that there was one, and why it is gone
    NOTHING = "nothing"


def sight(viewer: Viewer, *, author_id: int, visibility: str, was_visible: bool) -> Sight:
    """What `viewer`, who may be in the room, sees of a message there.

    Moderators read what is not visible in the queue, where each view is audited, never in the room.
    """
    if author_id in viewer.apart_from and not viewer.is_moderator:
        return Sight.NOTHING
    if visibility == Visibility.VISIBLE:
        return Sight.TEXT
    is_author = author_id == viewer.person_id
    if is_author and visibility != Visibility.DELETED:
        return Sight.OWN
    # Whoever had a message, or its mark, is told when it goes: nothing may stay on an open page.
    if was_visible or is_author or (viewer.is_moderator and visibility != Visibility.CHECKING):
        return Sight.TOMBSTONE
    return Sight.NOTHING


def may_manage(membership: Membership | None) -> bool:
    """Whether this membership keeps order in its room: removes, mutes, invites."""
    return _is_current_as(membership, RoomRole.HOST, RoomRole.OWNER)


def may_change_room(membership: Membership | None) -> bool:
    """Whether this membership changes the room's settings and its members' roles, and closes it."""
    return _is_current_as(membership, RoomRole.OWNER)


def is_on_probation(person: Person, at: dt.datetime) -> bool:
    """Whether the account is so new that the gate looks harder."""
    return not person.is_moderator and person.joined_at > at - PROBATION


def refusal_to_enter(
    person: Person, room: Room, membership: Membership | None, at: dt.datetime
) -> Refused | None:
    """Why this person may not be in this room at that moment, or None.

    A room that is closed, or into which only invitations lead, looks to strangers as if it were not there.
    """
    refusal = _refusal_to_come_near(person, room, membership, at)
    if refusal:
        return refusal
    if membership is None or not membership.is_current:
        return Refused(Code.NOT_FOUND if _is_secret(room, membership) else Code.NOT_A_MEMBER)
    return _refusal_by_age(person, room)


def refusal_to_join(
    person: Person, room: Room, membership: Membership | None, at: dt.datetime, *, invited: bool = False
) -> Refused | None:
    """Why this person may not become a member, or None. Moderators need no invitation, members see them."""
    refusal = _refusal_to_come_near(person, room, membership, at)
    if refusal:
        return refusal
    if room.access == Access.INVITE_ONLY and not (invited or person.is_moderator):
        return Refused(Code.NOT_FOUND if membership is None else Code.INVITATION_NEEDED)
    return _refusal_by_age(person, room)


def refusal_to_post(
    person: Person,
    room: Room,
    membership: Membership | None,
    at: dt.datetime,
    *,
    last_sent_at: dt.datetime | None = None,
) -> Refused | None:
    """Why this person may not say something now, or None.

    `last_sent_at` is when they last did, here: slow mode counts from it. Moderators, hosts and owners
    write in read-only rooms and are not slowed.
    """
    refusal = refusal_to_enter(person, room, membership, at)
    if refusal or membership is None:
        return refusal
    if membership.is_muted(at):
        return Refused(Code.MUTED, until=membership.muted_until)
    if person.is_moderator or may_manage(membership):
        return None
    if room.is_read_only:
        return Refused(Code.READ_ONLY)
    return _refusal_by_slow_mode(room, last_sent_at, at)


def refusal_to_react(
    person: Person, room: Room, membership: Membership | None, at: dt.datetime
) -> Refused | None:
    """Why this person may not answer with an emoji, or None.

    Who is muted may not. In a read-only room everybody may: an emoji is how people answer what only hosts
    write there. Slow mode does not count, it spaces words.
    """
    refusal = refusal_to_enter(person, room, membership, at)
    if refusal or membership is None:
        return refusal
    return Refused(Code.MUTED, until=membership.muted_until) if membership.is_muted(at) else None


def room_audience(room: Room, bands: Sequence[AgeBand]) -> tuple[AgeBand, ...]:
    """The bands some of whose people are old enough for this room, youngest first.

    The lowest band answers for anybody younger as well, and for unknown ages where the room has no minimum.
    """
    oldest_first = sorted(bands, key=lambda band: band.minimum_age, reverse=True)
    found: list[AgeBand] = []
    for band in oldest_first:
        found.insert(0, band)
        if band.minimum_age <= room.minimum_age:
            break
    return tuple(found)


def minors_may_enter(room: Room, bands: Sequence[AgeBand]) -> bool:
    """Whether a child may be among the readers: an unknown age counts as one."""
    return room.minimum_age == 0 or any(band.is_minor for band in room_audience(room, bands))


def screens_before(room: Room, bands: Sequence[AgeBand]) -> bool:
    """Whether a message waits for its clearance: by the room's choice, or forced by who may be there."""
    forced = any(band.screening_forced for band in room_audience(room, bands))
    return forced or room.screening_mode == ScreeningMode.BEFORE


def _is_current_as(membership: Membership | None, *roles: RoomRole) -> bool:
    return membership is not None and membership.is_current and membership.role in roles


def _is_secret(room: Room, membership: Membership | None) -> bool:
    return room.access == Access.INVITE_ONLY and membership is None


def _refusal_to_come_near(
    person: Person, room: Room, membership: Membership | None, at: dt.datetime
) -> Refused | None:
    if room.closed_at is not None:
        return Refused(Code.NOT_FOUND)
    refusal = refusal_to_act(person)
    if refusal:
        return refusal
    if membership is not None and membership.is_removed(at):
        return Refused(Code.REMOVED, until=membership.removed_until)
    return None


def _refusal_by_age(person: Person, room: Room) -> Refused | None:
    if meets_age(person, room.minimum_age):
        return None
    return Refused(Code.TOO_YOUNG, minimum_age=room.minimum_age)


def _refusal_by_slow_mode(room: Room, last_sent_at: dt.datetime | None, at: dt.datetime) -> Refused | None:
    if not room.slow_mode_s or last_sent_at is None:
        return None
    wait_s = room.slow_mode_s - (at - last_sent_at).total_seconds()
    return Refused(Code.SLOW_MODE, wait_s=math.ceil(wait_s)) if wait_s > 0 else None
