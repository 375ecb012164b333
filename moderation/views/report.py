"""Reporting a message or a person: a page, and the same as a dialog that the chat loads by htmx.

Linked from rooms (a message's menu) and accounts (a profile).
"""

from collections.abc import Callable

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import Person
from common.errors import Code, Refused
from moderation.forms import ReportForm
from moderation.models import Report
from moderation.services import reports
from moderation.views.access import PersonRequest, members_only, show
from rooms.models import Room


@members_only
@require_http_methods(["GET", "POST"])
def report_message(request: PersonRequest, slug: str, public_id: str) -> HttpResponse:
    """Why a message should be looked at. Without one that the reporter could read there is no form either."""
    room = Room.objects.filter(slug__iexact=slug).first()
    if room is None:
        raise Refused(Code.NOT_FOUND)  # as for a room that is not theirs: in the same words
    reports.require_readable(
        reporter=request.user, room_public_id=room.public_id, message_public_id=public_id
    )
    form = ReportForm(request.POST or None)
    if not form.is_valid():
        back = reverse("rooms:room", args=[room.slug])
        return show(
            request,
            "moderation/member/report.html",
            {"form": form, "action": request.path, "back": back},
            part="moderation/member/report_form.html",
        )
    reference = _reference(
        lambda: reports.report_message(
            reporter=request.user,
            room_public_id=room.public_id,
            message_public_id=public_id,
            **form.cleaned_data,
        )
    )
    return redirect("moderation:reported", reference)


@members_only
@require_http_methods(["GET", "POST"])
def report_person(request: PersonRequest, public_id: str) -> HttpResponse:
    """Why a person should be looked at."""
    person = get_object_or_404(Person, public_id=public_id, is_active=True)
    form = ReportForm(request.POST or None)
    if not form.is_valid():
        back = reverse("accounts:profile", args=[person.public_id])
        return show(
            request,
            "moderation/member/report.html",
            {"form": form, "action": request.path, "back": back, "person": person},
            part="moderation/member/report_form.html",
        )
    reference = _reference(
        lambda: reports.report_person(
            reporter=request.user, person_public_id=person.public_id, **form.cleaned_data
        )
    )
    return redirect("moderation:reported", reference)


@members_only
@require_GET
def reported(request: PersonRequest, public_id: str) -> HttpResponse:
    """What happens after a report, with its reference: for the reporter alone."""
    report = get_object_or_404(
        Report.objects.select_related("case__room"), public_id=public_id, reporter=request.user
    )
    room = report.case.room if report.case.message_id else None
    return show(
        request,
        "moderation/member/reported.html",
        {"report": report, "back": reverse("rooms:room", args=[room.slug]) if room else ""},
        part="moderation/member/reported_part.html",
    )


def _reference(make: Callable[[], Report]) -> str:
    """The report's reference: the earlier one's where the same was reported before, or sent twice."""
    try:
        return make().public_id
    except Refused as refusal:
        if refusal.code != Code.ALREADY_REPORTED:
            raise
        return str(refusal.facts["reference"])
