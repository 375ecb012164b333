"""The list of rooms beside every conversation: one's own with what is unread, and those one may join."""

from dataclasses import dataclass

from django.db.models import Count, F, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import Person
from accounts.selectors import age_bands
from common.clock import now
from rooms.models import Access, Loudness, Membership, Room
from rooms.permissions import refusal_to_enter, refusal_to_join, screens_before
from rooms.selectors.unread import unread_in


@dataclass(frozen=True, slots=True)
class RailRoom:
    """A room one is in: what is unread, how often one is spoken to, as far as one wants to be told."""

    public_id: str
    slug: str
    name: str
    unread: int
    mentions: int
    is_invite_only: bool
    is_current: bool = False
    loudness: str = Loudness.ALL

    @property
    def new(self) -> int:
        """The one number for sums and titles: what is unread, or at least what is said to one."""
        return max(self.unread, self.mentions)


@dataclass(frozen=True, slots=True)
class OpenRoom:
    """A room one is not in and may join."""

    public_id: str
    slug: str
    name: str
    topic: str
    members: int
    minimum_age: int
    screens_before: bool


def rail_for(person: Person, *, current: Room | None = None) -> list[RailRoom]:
    """The rooms this person is in and may enter, by name; `current` is the one on the page. Two queries."""
    mine, at = Membership.objects.filter(person=person, left_at=None).select_related("room"), now()
    own = [
        membership
        for membership in mine.order_by("room__name")
        if refusal_to_enter(person, membership.room, membership, at) is None
    ]
    counts = unread_in(own)
    return [
        RailRoom(
            public_id=membership.room.public_id,
            slug=membership.room.slug,
            name=membership.room.name,
            unread=counts[membership.pk].unread,
            mentions=counts[membership.pk].mentions,
            is_invite_only=membership.room.access == Access.INVITE_ONLY,
            is_current=current is not None and membership.room_id == current.pk,
            loudness=membership.loudness,
        )
        for membership in own
    ]


def rooms_to_join(person: Person) -> list[OpenRoom]:
    """The public rooms this person is not in and may join, the fullest first. Three queries."""
    bands, at = age_bands(), now()
    own = {membership.room_id: membership for membership in Membership.objects.filter(person=person)}
    rooms = Room.objects.filter(access=Access.PUBLIC, closed_at=None)
    rooms = rooms.exclude(pk__in=[room_id for room_id, membership in own.items() if membership.is_current])
    counted = rooms.annotate(members=_number(_members())).order_by("-members", "name")
    return [
        OpenRoom(
            public_id=room.public_id,
            slug=room.slug,
            name=room.name,
            topic=room.topic,
            members=room.members,
            minimum_age=room.minimum_age,
            screens_before=screens_before(room, bands),
        )
        for room in counted
        if refusal_to_join(person, room, own.get(room.pk), at) is None
    ]


def _members() -> QuerySet[Membership]:
    return Membership.objects.filter(room=OuterRef("pk"), left_at=None)


def _number(rows: QuerySet[Membership]) -> Coalesce:
    """How many rows, as one column of the query around it."""
    counted = rows.order_by().values(room_counted=F("room_id")).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
