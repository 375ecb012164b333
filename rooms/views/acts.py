"""The page of what can be done with one message: for browsers without scripts. With scripts it is a menu."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from rooms.selectors.single import frame_seen_by
from rooms.views.access import place_of
from rooms.views.lines import lines_of
from rooms.views.reactions import QUICK


@never_cache
@login_required
@require_safe
def acts(request: HttpRequest, slug: str, message_id: str) -> HttpResponse:
    """`/rooms/<slug>/messages/<id>/acts/`: an emoji, a reply, a pin."""
    place = place_of(request, slug)
    frame = frame_seen_by(place.viewer, place.room, message_id)
    facts = {
        "place": place,
        "room": place.room,
        "frame": frame,
        "lines": lines_of([frame], reader=place.person.public_id),
        "quick_emoji": QUICK,
        "nav": "rooms",
    }
    return render(request, "rooms/acts.html", facts)
