"""Who is in a room, and keeping order among them."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Person
from accounts.selectors import person_by_public_id
from common.clock import now
from common.errors import Code, Refused
from rooms.forms import RoleForm, SpanForm
from rooms.models import RoomRole
from rooms.selectors.entry import membership_in
from rooms.selectors.members import members_of
from rooms.selectors.order import put_out_of
from rooms.services.memberships import (
    change_role,
    mute_member,
    readmit_member,
    remove_member,
    unmute_member,
)
from rooms.views.access import Place, keepers_place_of, panel_facts, place_of, safety_of

F = TypeVar("F", bound=Form)


@never_cache
@login_required
@require_safe
def members(request: HttpRequest, slug: str) -> HttpResponse:
    """`/rooms/<slug>/members/`: everybody in the room, as this viewer may see them."""
    place = place_of(request, slug)
    facts = _facts(place) | {"members": members_of(place.room, place.viewer)}
    if place.keeps_order:
        facts["put_out"] = put_out_of(place.room)
    return render(request, "rooms/members.html", facts)


@never_cache
@login_required
@require_safe
def about(request: HttpRequest, slug: str) -> HttpResponse:
    """`/rooms/<slug>/about/`: topic, rules, how it is kept safe, and the way out."""
    place = place_of(request, slug)
    facts = _facts(place) | {"panel": panel_facts(request, place)}
    return render(request, "rooms/about.html", facts)


@never_cache
@login_required
@require_safe
def member(request: HttpRequest, slug: str, person_id: str) -> HttpResponse:
    """`/rooms/<slug>/members/<person>/`: what a host can do about one member."""
    place = keepers_place_of(request, slug)
    person = person_by_public_id(person_id)
    membership = membership_in(place.room, person)
    if membership is None:
        raise Refused(Code.NOT_FOUND)
    facts = _facts(place) | {
        "person": person,
        "membership": membership,
        "is_muted": membership.is_muted(now()),
        "is_out": not membership.is_current,
        "role_form": RoleForm(initial={"role": membership.role}),
        "mute_form": SpanForm(prefix="mute"),
        "remove_form": SpanForm(prefix="remove"),
    }
    return render(request, "rooms/member.html", facts)


@login_required
@require_POST
def keep_order(request: HttpRequest, slug: str, person_id: str, verb: str) -> HttpResponse:
    """`/rooms/<slug>/members/<person>/<verb>/`: role, mute, unmute, remove, readmit."""
    place = keepers_place_of(request, slug)
    person = person_by_public_id(person_id)
    done = _VERBS[verb](place, person, request.POST)
    messages.success(request, done % {"name": person.name})
    return redirect("rooms:members", place.room.slug)


def _give_role(place: Place, person: Person, said: Mapping[str, Any]) -> str:
    role = RoomRole(_valid(RoleForm(said)).cleaned_data["role"])
    change_role(room=place.room, person=person, role=role, by=place.person)
    return _("%(name)s has another role now.")


def _mute(place: Place, person: Person, said: Mapping[str, Any]) -> str:
    mute_member(
        room=place.room, person=person, until=_valid(SpanForm(said, prefix="mute")).until, by=place.person
    )
    return _("%(name)s can read, but not write.")


def _unmute(place: Place, person: Person, _said: Mapping[str, Any]) -> str:
    unmute_member(room=place.room, person=person, by=place.person)
    return _("%(name)s can write again.")


def _remove(place: Place, person: Person, said: Mapping[str, Any]) -> str:
    remove_member(
        room=place.room, person=person, until=_valid(SpanForm(said, prefix="remove")).until, by=place.person
    )
    return _("%(name)s is out of the room.")


def _readmit(place: Place, person: Person, _said: Mapping[str, Any]) -> str:
    readmit_member(room=place.room, person=person, by=place.person)
    return _("%(name)s may join again.")


_VERBS: dict[str, Callable[[Place, Person, Mapping[str, Any]], str]] = {
    "role": _give_role,
    "mute": _mute,
    "unmute": _unmute,
    "remove": _remove,
    "readmit": _readmit,
}


def _valid(form: F) -> F:
    if not form.is_valid():
        raise Refused(Code.MALFORMED)
    return form


def _facts(place: Place) -> dict[str, Any]:
    return {
        "place": place,
        "room": place.room,
        "safety": safety_of(place.room),
        "nav": "rooms",
    }
