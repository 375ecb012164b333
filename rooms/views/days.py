"""To a day in a room's history: a plain form with a date, for browsers with and without scripts."""

import datetime as dt
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from common.errors import Code, Refused
from rooms.selectors.history import first_since
from rooms.views.access import place_of


@never_cache
@login_required
@require_safe
def day(request: HttpRequest, slug: str) -> HttpResponse:
    """`/rooms/<slug>/day/?on=2026-11-20`: the room, opened where that day begins for this reader."""
    place = place_of(request, slug)
    found = first_since(place.room, place.viewer, _start(request.GET.get("on", "")))
    address = reverse("rooms:room", args=[slug])
    if found is None:
        messages.info(request, _("Nothing has been written since that day."))
        return redirect(address)
    return redirect(f"{address}?{urlencode({'around': found.position})}#m-{found.id}")


def _start(on: str) -> dt.datetime:
    """Midnight in the reader's time zone. Refuses: MALFORMED."""
    try:
        date = dt.date.fromisoformat(on)
        return timezone.make_aware(dt.datetime.combine(date, dt.time.min)).astimezone(dt.UTC)
    except (ValueError, OverflowError) as error:
        raise Refused(Code.MALFORMED) from error
