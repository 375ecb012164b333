"""Opening a room, changing its settings with a look at what that does to people, closing it."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Person
from accounts.permissions import age_of, is_minor, refusal_to_act
from accounts.selectors import age_bands
from common.errors import Refused
from rooms.forms import RoomForm, RoomSettingsForm
from rooms.models import Room
from rooms.selectors.effects import effects_of
from rooms.services.rooms import change_room, close_room, create_room
from rooms.views.access import owners_place_of, person_of, safety_of


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """`/rooms/new/`: open a room. Whoever may not is told so before filling in anything."""
    person = person_of(request)
    refusal = refusal_to_act(person)
    if refusal:
        raise refusal
    if is_minor(person, age_bands()):
        return render(request, "rooms/create_later.html", {"nav": "rooms"}, status=403)
    form = RoomForm(request.POST or None, ages=_ages_for(person))
    if form.is_valid():
        room = _saved(form, lambda: create_room(by=person, **form.cleaned_data))
        if room:
            return redirect("rooms:room", room.slug)
    return render(request, "rooms/create.html", {"form": form, "nav": "rooms"}, status=_status(form))


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest, slug: str) -> HttpResponse:
    """`/rooms/<slug>/settings/`: for owners."""
    place = owners_place_of(request, slug)
    form = RoomSettingsForm.of(place.room, request.POST or None, _ages_for(place.person))
    if form.is_valid():
        room = _saved(form, lambda: change_room(room=place.room, by=place.person, **form.cleaned_data))
        if room:
            messages.success(request, _("Saved. It holds from now on, also for whoever is in the room."))
            return redirect("rooms:settings", room.slug)
    facts = {"place": place, "room": place.room, "form": form, "nav": "rooms"}
    facts["safety"] = safety_of(place.room)
    return render(request, "rooms/settings.html", facts, status=_status(form))


@login_required
@require_POST
def preview(request: HttpRequest, slug: str) -> HttpResponse:
    """`/rooms/<slug>/settings/preview/`: what the form, as it is filled in now, would do to people."""
    place = owners_place_of(request, slug)
    form = RoomSettingsForm.of(place.room, request.POST, _ages_for(place.person))
    effects = None
    if form.is_valid():
        wish = {name: form.cleaned_data[name] for name in ("minimum_age", "screening_mode")}
        effects = effects_of(place.room, **wish)
    return render(request, "rooms/parts/effects.html", {"effects": effects, "room": place.room})


@login_required
@require_POST
def close(request: HttpRequest, slug: str) -> HttpResponse:
    """`/rooms/<slug>/close/`: for good."""
    place = owners_place_of(request, slug)
    close_room(room=place.room, by=place.person)
    messages.success(request, _("%(room)s is closed. Nobody can enter any more.") % {"room": place.room.name})
    return redirect("rooms:home")


def _saved(form: RoomForm, save: Callable[[], Room]) -> Room | None:
    """What the service gives; a refusal stands in the form, at its field where it names one."""
    try:
        return save()
    except Refused as refusal:
        field = refusal.facts.get("field")
        form.add_error(field if field in form.fields else None, refusal.sentence)
        return None


def _ages_for(person: Person) -> list[int]:
    """The minimum ages that the bands offer, up to the person's own: nobody shuts themselves out."""
    age = age_of(person) or 0
    return [band.minimum_age for band in age_bands() if band.minimum_age <= age]


def _status(form: RoomForm) -> int:
    return 400 if form.errors else 200
