"""How every page of a room begins: who asks, which room, and whether they may be in it.

The check itself is rooms.permissions.refusal_to_enter, asked by selectors/entry.py for page and socket alike.
"""

from dataclasses import dataclass
from typing import Any, cast

from django.http import HttpRequest
from django.middleware.csrf import get_token

from accounts.models import AgeBand, Person
from accounts.selectors import age_bands
from common.errors import Code, Refused
from rooms.forms import LoudnessForm
from rooms.models import Access, Membership, Room
from rooms.permissions import Viewer, may_change_room, may_manage, screens_before
from rooms.selectors.entry import enter_by_slug
from rooms.selectors.viewers import viewer_of


@dataclass(frozen=True, slots=True)
class Safety:
    """How a room is kept safe, as the chip and the panel say it."""

    screens_before: bool
    is_invite_only: bool


@dataclass(frozen=True, slots=True)
class Place:
    """Somebody in a room where they may be."""

    person: Person
    room: Room
    membership: Membership
    viewer: Viewer

    @property
    def keeps_order(self) -> bool:
        """Whether they remove, mute and invite here."""
        return self.person.is_moderator or may_manage(self.membership)

    @property
    def changes_room(self) -> bool:
        """Whether they change the settings, give roles and close the room."""
        return self.person.is_moderator or may_change_room(self.membership)


def person_of(request: HttpRequest) -> Person:
    """Who is signed in. For views behind login_required."""
    return cast(Person, request.user)


def place_of(request: HttpRequest, slug: str) -> Place:
    """Where a page of a room begins. Refuses: NOT_FOUND, and whatever refusal_to_enter says."""
    person = person_of(request)
    entry = enter_by_slug(person, slug)
    return Place(person, entry.room, entry.membership, viewer_of(person))


def keepers_place_of(request: HttpRequest, slug: str) -> Place:
    """The same for pages that keep order. Refuses: NOT_ALLOWED as well; the services check it again."""
    place = place_of(request, slug)
    if not place.keeps_order:
        raise Refused(Code.NOT_ALLOWED)
    return place


def owners_place_of(request: HttpRequest, slug: str) -> Place:
    """The same for pages that change the room itself. Refuses: NOT_ALLOWED as well."""
    place = place_of(request, slug)
    if not place.changes_room:
        raise Refused(Code.NOT_ALLOWED)
    return place


def panel_facts(request: HttpRequest, place: Place) -> dict[str, Any]:
    """What the panels beside the conversation, and their pages, show."""
    return {
        "room": place.room,
        "safety": safety_of(place.room),
        "keeps_order": place.keeps_order,
        "loudness": LoudnessForm(initial={"loudness": place.membership.loudness}),
        "csrf_token": get_token(request),
    }


def safety_of(room: Room, bands: list[AgeBand] | None = None) -> Safety:
    """What is in force in a room. One query where the bands are not given."""
    return Safety(
        screens_before=screens_before(room, age_bands() if bands is None else bands),
        is_invite_only=room.access == Access.INVITE_ONLY,
    )
