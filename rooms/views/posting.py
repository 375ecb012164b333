"""Saying something by a plain form: for a browser without scripts. With scripts it goes over the socket."""

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
from rooms.views.threads import render_thread


@login_required
@require_POST
def post(request: HttpRequest, slug: str) -> HttpResponse:
    """`/rooms/<slug>/post/`: what is refused comes back with its reason and with the text kept."""
    place = place_of(request, slug)
    form = MessageForm(request.POST)
    if not form.is_valid():
        raise Refused(Code.MALFORMED)
    root, body = form.cleaned_data["reply_to"], form.cleaned_data["body"]
    try:
        posted = post_message(_sending(place, form))
    except Refused as refusal:
        if root:
            return render_thread(request, place, root, draft=body, refusal=refusal)
        return render_room(request, place, draft=body, refusal=refusal)
    if root:
        return redirect(f"{reverse('rooms:thread', args=[slug, root])}#t-{posted.message_public_id}")
    return redirect(f"{reverse('rooms:room', args=[slug])}#m-{posted.message_public_id}")


def _sending(place: Place, form: MessageForm) -> Sending:
    return Sending(
        person_id=place.person.pk,
        room_public_id=place.room.public_id,
        client_key=form.cleaned_data["client_key"],
        body=form.cleaned_data["body"],
        reply_to=form.cleaned_data["reply_to"] or None,
        nudged=form.cleaned_data["nudged"],
        credentials=None,
    )
