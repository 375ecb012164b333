"""A thread as a page of its own, and as the part of it that opens beside the conversation."""

import uuid
from typing import Any

import msgspec
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from common.clock import now
from common.errors import Code, Refused
from rooms.permissions import refusal_to_post
from rooms.protocol import MessageFrame, Tombstone
from rooms.selectors.history import thread_of
from rooms.selectors.single import message_seen_by
from rooms.views.access import Place, place_of
from rooms.views.lines import lines_of


@never_cache
@login_required
@require_safe
def thread(request: HttpRequest, slug: str, message_id: str) -> HttpResponse:
    """`/rooms/<slug>/threads/<id>/?before=`: an answer's address leads to its thread's first message."""
    place = place_of(request, slug)
    found = message_seen_by(place.viewer, place.room, message_id)
    if found.thread_root:
        return redirect("rooms:thread", slug, found.thread_root.public_id)
    return render_thread(request, place, message_id)


def render_thread(
    request: HttpRequest, place: Place, root_id: str, *, draft: str = "", refusal: Refused | None = None
) -> HttpResponse:
    """The page or (`?part`) what stands in the panel, with what was refused still in the box."""
    facts = _facts(place, root_id, _before(request)) | {"draft": draft}
    facts["told"] = refusal.sentence if refusal else ""
    facts["nudged"] = refusal is not None and refusal.code is Code.NUDGED
    template = "rooms/parts/thread.html" if "part" in request.GET else "rooms/thread.html"
    return render(request, template, facts, status=refusal.status if refusal else 200)


def _facts(place: Place, root_id: str, before: int | None) -> dict[str, Any]:
    root = message_seen_by(place.viewer, place.room, root_id)
    page = thread_of(root, place.viewer, before=before)
    frames = [_without_quote_of(root_id, frame) for frame in page.messages]
    silence = refusal_to_post(place.person, place.room, place.membership, now())
    return {
        "place": place,
        "room": place.room,
        "root_id": root_id,
        "page": page,
        "lines": lines_of(frames, reader=place.person.public_id),
        "client_key": uuid.uuid4(),
        "closed": silence.sentence if silence else "",
        "nav": "rooms",
    }


def _without_quote_of(root_id: str, frame: MessageFrame | Tombstone) -> MessageFrame | Tombstone:
    """Every answer in a thread would repeat what stands at its head."""
    if isinstance(frame, MessageFrame) and frame.quote and frame.quote.id == root_id:
        return msgspec.structs.replace(frame, quote=None)
    return frame


def _before(request: HttpRequest) -> int | None:
    asked = request.GET.get("before")
    if asked is None:
        return None
    if not asked.isdecimal() or len(asked) > 18:  # noqa: PLR2004 - 19 digits pass bigint
        raise Refused(Code.MALFORMED)
    return int(asked)
