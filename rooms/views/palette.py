"""`/palette/`: where one can go and what one can do, as the list of the command palette (Ctrl K)."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.permissions import is_minor
from accounts.selectors import age_bands
from rooms.models import Membership
from rooms.selectors.members import people_met
from rooms.selectors.rail import rail_for, rooms_to_join
from rooms.selectors.viewers import viewer_of
from rooms.views.access import person_of


@never_cache
@login_required
@require_safe
def palette(request: HttpRequest) -> HttpResponse:
    """`/palette/?room=<public id>`: options for js/elements/command-palette.js; `room` is the open one."""
    person = person_of(request)
    own = rail_for(person)
    slugs = [room.slug for room in own]
    places = Membership.objects.filter(person=person, room__slug__in=slugs).values_list("room", flat=True)
    facts = {
        "own": own,
        "others": rooms_to_join(person),
        "people": people_met(viewer_of(person), places),
        "here": next((room for room in own if room.public_id == request.GET.get("room")), None),
        "may_open_rooms": not is_minor(person, age_bands()),
    }
    return render(request, "rooms/palette.html", facts)
