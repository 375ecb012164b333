"""The room itself: the page, the history behind it, one message's address, the text of one's own message."""

import uuid
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from common.clock import now
from common.errors import Code, Refused
from rooms.models import Room, RoomRole
from rooms.permissions import refusal_to_post
from rooms.selectors.digest import wish_of
from rooms.selectors.entry import membership_in
from rooms.selectors.frames import author_of
from rooms.selectors.history import HistoryPage, page_of
from rooms.selectors.members import member_count, members_of
from rooms.selectors.single import last_sent_at, linked_message, message_seen_by, own_message
from rooms.selectors.unread import first_unread
from rooms.views.access import Place, panel_facts, person_of, place_of
from rooms.views.home import rail_facts
from rooms.views.lines import lines_of
from rooms.views.stencils import STENCILS

# Members beyond these are on the members' page only; names after @ are offered from these.
PANEL_MEMBERS = 200
# Messages in a page of history.
PAGE = 50


@never_cache
@login_required
@require_safe
def room(request: HttpRequest, slug: str) -> HttpResponse:
    """`/rooms/<slug>/`: the conversation. A public room leads strangers to its door."""
    try:
        place = place_of(request, slug)
    except Refused as refusal:
        return _at_the_door(request, slug, refusal)
    return render_room(request, place)


@never_cache
@login_required
@require_safe
def history(request: HttpRequest, slug: str) -> HttpResponse:
    """`/rooms/<slug>/history/?before=|after=|around=`: a stretch of the log as list items."""
    place = place_of(request, slug)
    return render(request, "rooms/history.html", _log_facts(place, _page(request, place)))


@never_cache
@login_required
@require_safe
def message(request: HttpRequest, slug: str, message_id: str) -> HttpResponse:
    """`/rooms/<slug>/messages/<id>/`: the room, opened at this message."""
    place = place_of(request, slug)
    found = message_seen_by(place.viewer, place.room, message_id)
    return redirect(f"{reverse('rooms:room', args=[slug])}?around={found.position}#m-{found.public_id}")


@never_cache
@login_required
@require_safe
def source(request: HttpRequest, slug: str, message_id: str) -> HttpResponse:
    """`/rooms/<slug>/messages/<id>/source/`: what its author wrote, to change it."""
    place = place_of(request, slug)
    own = own_message(place.person, place.room, message_id)
    return HttpResponse(own.body, content_type="text/plain; charset=utf-8")


@never_cache
@login_required
@require_safe
def quote(request: HttpRequest, slug: str, message_id: str) -> HttpResponse:
    """`/rooms/<slug>/messages/<id>/quote/`: what stands under a link to it, for whoever reads the link."""
    place = place_of(request, slug)
    linked = linked_message(place.viewer, place.room, message_id)
    address = reverse("rooms:message", args=[slug, message_id])
    facts = {"linked": linked, "href": address, "room_name": place.room.name}
    return render(request, "components/message_link.html", facts)


def render_room(
    request: HttpRequest, place: Place, *, draft: str = "", refusal: Refused | None = None
) -> HttpResponse:
    """The page, with what was refused of a form post (`draft`) still in the box."""
    first = first_unread(place.room, place.membership, place.viewer)
    read = place.room.last_position if first is None else first - 1
    facts = _log_facts(place, _page(request, place, since=read), last_read=read)
    facts |= (
        _room_facts(request, place)
        | _composer_facts(place, draft, refusal)
        | rail_facts(place.person, place.room.public_id)
    )
    return render(request, "rooms/room.html", facts, status=refusal.status if refusal else 200)


def _at_the_door(request: HttpRequest, slug: str, refusal: Refused) -> HttpResponse:
    if refusal.code is Code.NOT_A_MEMBER:
        return redirect("rooms:join", slug)
    closed = Room.objects.filter(slug__iexact=slug).exclude(closed_at=None).first()
    membership = closed and membership_in(closed, person_of(request))
    if membership and membership.is_current:
        return render(request, "rooms/closed.html", {"room": closed, "nav": "rooms"}, status=410)
    raise refusal


def _page(request: HttpRequest, place: Place, *, since: int = 0) -> HistoryPage:
    """The stretch that the address asks for; else the newest, or where much was missed `since`.

    Refuses: MALFORMED.
    """
    asked = {side: request.GET[side] for side in ("before", "after", "around") if side in request.GET}
    if len(asked) > 1 or not all(value.isdecimal() and len(value) < 19 for value in asked.values()):  # noqa: PLR2004 - 19 digits pass bigint
        raise Refused(Code.MALFORMED)
    if not asked and since and place.room.last_position - since >= PAGE:
        return page_of(place.room, place.viewer, around=since, limit=PAGE)
    return page_of(
        place.room, place.viewer, limit=PAGE, **{side: int(value) for side, value in asked.items()}
    )


def _log_facts(place: Place, page: HistoryPage, *, last_read: int | None = None) -> dict[str, Any]:
    lines = lines_of(page.messages, reader=place.person.public_id, last_read=last_read)
    return {"room": place.room, "page": page, "lines": lines}


def _room_facts(request: HttpRequest, place: Place) -> dict[str, Any]:
    panel = panel_facts(request, place) | {
        "members": members_of(place.room, place.viewer)[:PANEL_MEMBERS],
        "members_count": member_count(place.room),
    }
    is_keeper = place.membership.role != RoomRole.MEMBER
    return {
        "place": place,
        "panel": panel,
        "safety": panel["safety"],
        "members_count": panel["members_count"],
        "reader": author_of(place.person, place.membership.role if is_keeper else ""),
        "nav": "rooms",
        "notices": wish_of(place.person).notices,
        **STENCILS,
    }


def _composer_facts(place: Place, draft: str, refusal: Refused | None) -> dict[str, Any]:
    at = now()
    last = last_sent_at(place.person, place.room) if place.room.slow_mode_s else None
    silence = refusal_to_post(place.person, place.room, place.membership, at, last_sent_at=last)
    is_slowed = silence is not None and silence.code is Code.SLOW_MODE
    return {
        "limit": settings.MESSAGE_MAX_LENGTH,
        "client_key": uuid.uuid4(),
        "draft": draft,
        "told": refusal.sentence if refusal else "",
        "nudged": refusal is not None and refusal.code is Code.NUDGED,
        "closed": "" if silence is None or is_slowed else silence.sentence,
        "wait_s": silence.facts["wait_s"] if silence and is_slowed else None,
        "read_only_sentence": Refused(Code.READ_ONLY).sentence,
        "muted_sentence": Refused(Code.MUTED).sentence,
    }
