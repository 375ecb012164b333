"""The list of rooms beside every conversation: one's own with what is unread, and those one may join."""

from dataclasses import dataclass

from django.db.models import Count, F, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest

from accounts.models import Person
from accounts.selectors import age_bands
from common.clock import now
from rooms.models import Access, Membership, Message, Room, Visibility
from rooms.permissions import Viewer, refusal_to_enter, refusal_to_join, screens_before
from rooms.selectors.viewers import viewer_of

# Nobody reads a larger number than "99+", and counting stops soon after.
UNREAD_MAX = 100


@dataclass(frozen=True, slots=True)
class RailRoom:
    """A room one is in: what is unread there (at most UNREAD_MAX), and how often one is mentioned in it."""

    public_id: str
    slug: str
    name: str
    unread: int
    mentions: int
    is_invite_only: bool
    is_current: bool = False


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
    viewer, at = viewer_of(person), now()
    mine = Membership.objects.filter(person=person, left_at=None).select_related("room")
    mine = mine.annotate(unread=_number(_unread(viewer)), mentions=_number(_mentions(viewer)))
    return [
        RailRoom(
            public_id=membership.room.public_id,
            slug=membership.room.slug,
            name=membership.room.name,
            unread=membership.unread,
            mentions=membership.mentions,
            is_invite_only=membership.room.access == Access.INVITE_ONLY,
            is_current=current is not None and membership.room_id == current.pk,
        )
        for membership in mine.order_by("room__name")
        if refusal_to_enter(person, membership.room, membership, at) is None
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


def _unread(viewer: Viewer) -> QuerySet[Message]:
    """The messages after the read marker that this viewer can read and did not write."""
    since = Greatest(OuterRef("last_read_position"), OuterRef("room__last_position") - UNREAD_MAX)
    hidden_from = {viewer.person_id} if viewer.is_moderator else {viewer.person_id, *viewer.apart_from}
    return Message.objects.filter(
        room=OuterRef("room_id"), visibility=Visibility.VISIBLE, position__gt=since
    ).exclude(author_id__in=hidden_from)


def _mentions(viewer: Viewer) -> QuerySet[Message]:
    return _unread(viewer).filter(mentions__person_id=viewer.person_id)


def _members() -> QuerySet[Membership]:
    return Membership.objects.filter(room=OuterRef("pk"), left_at=None)


def _number(rows: QuerySet[Message] | QuerySet[Membership]) -> Coalesce:
    """How many rows, as one column of the query around it."""
    counted = rows.order_by().values(room_counted=F("room_id")).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
