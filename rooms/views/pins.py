"""What is pinned in a room: a page, the part of it that opens beside the conversation, and a plain form."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from rooms.selectors.history import pinned_in
from rooms.services.pins import pin_message, unpin_message
from rooms.views.access import place_of
from rooms.views.lines import lines_of


@never_cache
@login_required
@require_safe
def pins(request: HttpRequest, slug: str) -> HttpResponse:
    """`/rooms/<slug>/pins/`: the page or (`?part`) what stands in the panel."""
    place = place_of(request, slug)
    lines = lines_of(pinned_in(place.room, place.viewer), reader=place.person.public_id)
    facts = {
        "place": place,
        "room": place.room,
        "lines": [line for line in lines if line.kind == "message"],
        "nav": "rooms",
    }
    return render(request, "rooms/parts/pins.html" if "part" in request.GET else "rooms/pins.html", facts)


@login_required
@require_POST
def pin(request: HttpRequest, slug: str, message_id: str) -> HttpResponse:
    """`/rooms/<slug>/messages/<id>/pin/`: with `unpin` the pin is taken out."""
    place = place_of(request, slug)
    change = unpin_message if "unpin" in request.POST else pin_message
    change(person=place.person, room_public_id=place.room.public_id, message_public_id=message_id)
    return redirect("rooms:pins", slug)
