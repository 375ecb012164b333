"""Into a room and out of it: a public room's door, an invitation, leaving."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from common.clock import now
from common.errors import Code, Refused
from rooms.models import Room
from rooms.permissions import refusal_to_join
from rooms.selectors.entry import membership_in, room_by_slug
from rooms.selectors.invitations import room_invited_to
from rooms.services.memberships import join_room, leave_room
from rooms.views.access import person_of, safety_of


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, slug: str) -> HttpResponse:
    """`/rooms/<slug>/join/`: what a public room is, before one joins it; a POST joins."""
    room = room_by_slug(slug)
    if request.method == "POST":
        join_room(person=person_of(request), room=room)
        return redirect("rooms:room", room.slug)
    return _door(request, room, invited=False)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def accept_invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """`/join/<secret>/`: the same for whoever holds a link."""
    room = room_invited_to(secret)
    if request.method == "POST":
        join_room(person=person_of(request), room=room, invitation=secret)
        return redirect("rooms:room", room.slug)
    return _door(request, room, invited=True)


@login_required
@require_POST
def leave(request: HttpRequest, slug: str) -> HttpResponse:
    """`/rooms/<slug>/leave/`: give up one's place."""
    room, person = room_by_slug(slug), person_of(request)
    membership = membership_in(room, person)
    if membership is None:
        raise Refused(Code.NOT_FOUND)
    leave_room(person=person, room=room)
    messages.success(request, _("You have left %(room)s. What you wrote there stays.") % {"room": room.name})
    return redirect("rooms:home")


def _door(request: HttpRequest, room: Room, *, invited: bool) -> HttpResponse:
    """The page before joining. Too young is said on it, with what the room is; other refusals stand alone."""
    person = person_of(request)
    membership = membership_in(room, person)
    refusal = refusal_to_join(person, room, membership, now(), invited=invited)
    if refusal and refusal.code is not Code.TOO_YOUNG:
        raise refusal
    if membership and membership.is_current and not refusal:
        return redirect("rooms:room", room.slug)
    facts = {
        "room": room,
        "safety": safety_of(room),
        "refusal": refusal,
        "invited": invited,
        "nav": "rooms",
    }
    return render(request, "rooms/door.html", facts, status=refusal.status if refusal else 200)
