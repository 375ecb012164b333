"""Who is in a room, for its side panel and its owners."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Lower

from accounts.models import Person
from common.clock import now
from rooms.models import Membership, Room, RoomRole
from rooms.permissions import Viewer, refusal_to_enter
from rooms.protocol import Author
from rooms.selectors.frames import author_of

MEMBERS_MAX = 500

_ORDER = {RoomRole.OWNER: 0, RoomRole.HOST: 1, RoomRole.MEMBER: 2}


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in the room. `muted_until` is told only to those who keep order."""

    author: Author
    role: RoomRole
    is_you: bool
    joined_at: dt.datetime
    muted_until: dt.datetime | None = None


def members_of(room: Room, viewer: Viewer) -> list[Member]:
    """The members, those who keep order first, then by name; at most MEMBERS_MAX. One query."""
    rows = Membership.objects.filter(room=room, left_at=None, person__is_active=True)
    found = list(rows.select_related("person").order_by("person__name")[:MEMBERS_MAX])
    keeps_order = viewer.is_moderator or any(
        row.person_id == viewer.person_id and row.role != RoomRole.MEMBER for row in found
    )
    found.sort(key=lambda row: _ORDER[RoomRole(row.role)])
    return [_member(row, viewer, keeps_order=keeps_order) for row in found]


def member_count(room: Room) -> int:
    """How many are in the room. One query."""
    return Membership.objects.filter(room=room, left_at=None, person__is_active=True).count()


def rooms_in_common(viewer: Person, other: Person) -> list[Room]:
    """The rooms that both are in, as far as the viewer may enter them, by name. One query."""
    both = Membership.objects.filter(person=viewer, left_at=None, room__memberships__in=_places_of(other))
    at = now()
    mine = both.select_related("room").order_by(Lower("room__name"))
    return [place.room for place in mine if refusal_to_enter(viewer, place.room, place, at) is None]


def people_met(viewer: Viewer, room_ids: Iterable[int]) -> list[Person]:
    """Whoever else is in these rooms, not apart from the viewer, by name; at most MEMBERS_MAX. One query."""
    there = Membership.objects.filter(room__in=list(room_ids), left_at=None, person=OuterRef("pk"))
    others = Person.objects.filter(Exists(there), is_active=True).exclude(
        pk__in={viewer.person_id, *viewer.apart_from}
    )
    return list(others.order_by(Lower("name"))[:MEMBERS_MAX])


def _places_of(person: Person) -> QuerySet[Membership]:
    return Membership.objects.filter(person=person, left_at=None)


def _member(row: Membership, viewer: Viewer, *, keeps_order: bool) -> Member:
    return Member(
        author=author_of(row.person, "" if row.role == RoomRole.MEMBER else row.role),
        role=RoomRole(row.role),
        is_you=row.person_id == viewer.person_id,
        joined_at=row.joined_at,
        muted_until=row.muted_until if keeps_order and row.is_muted(now()) else None,
    )
