"""Links into a room: made and taken back by hosts. The secret is shown once, in the answer that made it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from common.errors import Code, Refused
from rooms.forms import InvitationForm
from rooms.models import Invitation
from rooms.selectors.invitations import invitations_of
from rooms.services.memberships import invite as make_invitation
from rooms.services.memberships import revoke_invitation
from rooms.views.access import keepers_place_of, safety_of


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: HttpRequest, slug: str) -> HttpResponse:
    """`/rooms/<slug>/invite/`: open links, and a new one."""
    place = keepers_place_of(request, slug)
    form, link = InvitationForm(request.POST or None), ""
    if form.is_valid():
        uses, lasts = form.cleaned_data["uses"], form.lasts
        _invitation, secret = make_invitation(room=place.room, by=place.person, uses=uses, lasts=lasts)
        link = request.build_absolute_uri(reverse("rooms:accept_invitation", args=[secret]))
    facts = {
        "place": place,
        "room": place.room,
        "safety": safety_of(place.room),
        "form": InvitationForm() if link else form,
        "link": link,
        "invitations": invitations_of(place.room),
        "nav": "rooms",
    }
    return render(request, "rooms/invite.html", facts, status=400 if form.errors else 200)


@login_required
@require_POST
def revoke(request: HttpRequest, slug: str, invitation_id: str) -> HttpResponse:
    """`/rooms/<slug>/invite/<id>/revoke/`: the link stops working at once."""
    place = keepers_place_of(request, slug)
    invitation = Invitation.objects.filter(room=place.room, public_id=invitation_id).first()
    if invitation is None:
        raise Refused(Code.NOT_FOUND)
    revoke_invitation(invitation=invitation, by=place.person)
    messages.success(request, _("The link is taken back. Whoever has joined by it stays."))
    return redirect("rooms:invite", place.room.slug)
