"""The front door: one's rooms with what is new in them, and rooms to join; the landing for the signed out."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import Person
from accounts.permissions import is_minor
from accounts.selectors import age_bands
from rooms.selectors.rail import rail_for, rooms_to_join
from rooms.views.access import person_of


@never_cache
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """`/`: the rooms of whoever is signed in, or (`?part`) their list alone; otherwise what this place is."""
    if not request.user.is_authenticated:
        return render(request, "home.html")
    person = person_of(request)
    own = rail_for(person)
    facts = {
        "own": own,
        "others": rooms_to_join(person),
        "unread": sum(room.new for room in own),
        "may_open_rooms": not is_minor(person, age_bands()),
        "nav": "rooms",
    }
    return render(
        request, "rooms/parts/own_rooms.html" if "part" in request.GET else "rooms/home.html", facts
    )


@never_cache
@login_required
@require_safe
def rail(request: HttpRequest) -> HttpResponse:
    """`/rail/?current=<public id>`: the list at the side, afresh."""
    return render(request, "rooms/rail.html", rail_facts(person_of(request), request.GET.get("current", "")))


def rail_facts(person: Person, current: str) -> dict[str, object]:
    """What the list at the side shows. `current` is the public id of the room that is open."""
    own = rail_for(person)
    return {
        "own": own,
        "others": rooms_to_join(person),
        "current": current,
        "unread_elsewhere": sum(room.new for room in own if room.public_id != current),
    }
