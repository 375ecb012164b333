"""Of what one wants to be told: a room's loudness, and everything read at once."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common.errors import Code, Refused
from rooms.forms import LoudnessForm
from rooms.models import Loudness
from rooms.services.reading import mark_everything_read, set_loudness
from rooms.views.access import person_of, place_of


@login_required
@require_POST
def loudness(request: HttpRequest, slug: str) -> HttpResponse:
    """`/rooms/<slug>/loudness/`: of what in this room one is told."""
    place = place_of(request, slug)
    form = LoudnessForm(request.POST)
    if not form.is_valid():
        raise Refused(Code.MALFORMED)
    set_loudness(person=place.person, room=place.room, loudness=Loudness(form.cleaned_data["loudness"]))
    messages.success(request, _("Saved."))
    return redirect("rooms:room", slug)


@login_required
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """`/read/`: nothing is unread any more."""
    mark_everything_read(person=person_of(request))
    messages.success(request, _("Everything is marked as read."))
    return redirect("rooms:home")
