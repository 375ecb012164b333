"""Saying something by a plain form: for a browser without scripts. With scripts it goes over the socket."""

import uuid

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from common.errors import Code, Refused
from rooms.forms import MessageForm
from rooms.services.messages import Sending, post_message
from rooms.views.access import Place, place_of
from rooms.views.conversation import render_room


@login_required
@require_POST
def post(request: HttpRequest, slug: str) -> HttpResponse:
    """`/rooms/<slug>/post/`: what is refused comes back with its reason and with the text kept."""
    place = place_of(request, slug)
    form = MessageForm(request.POST)
    if not form.is_valid():
        raise Refused(Code.MALFORMED)
    body, client_key = form.cleaned_data["body"], form.cleaned_data["client_key"]
    try:
        posted = post_message(_sending(place, body, client_key, nudged=form.cleaned_data["nudged"]))
    except Refused as refusal:
        return render_room(request, place, draft=body, refusal=refusal)
    return redirect(f"{reverse('rooms:room', args=[slug])}#m-{posted.message_public_id}")


def _sending(place: Place, body: str, client_key: uuid.UUID, *, nudged: bool) -> Sending:
    return Sending(
        person_id=place.person.pk,
        room_public_id=place.room.public_id,
        client_key=client_key,
        body=body,
        reply_to=None,
        nudged=nudged,
        credentials=None,
    )
