"""Objections: a list for moderators, and the page where one is answered.

Whoever made a decision does not find objections to it here; the service refuses it as well.
"""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from moderation.forms import AppealAnswerForm
from moderation.models import Appeal, AppealState
from moderation.selectors.appeals import appeal_for, open_appeals
from moderation.selectors.people import person_history
from moderation.services.appeals import resolve_appeal
from moderation.views.access import PersonRequest, moderators_only, show


@moderators_only
@require_GET
def appeals(request: PersonRequest) -> HttpResponse:
    """The objections that this moderator may answer, oldest first."""
    context = {"appeals": open_appeals(request.user), "nav": "queue"}
    return show(request, "moderation/appeals.html", context)


@moderators_only
@require_http_methods(["GET", "POST"])
def resolve(request: PersonRequest, public_id: str) -> HttpResponse:
    """One objection, with the decision it is about; and the answer."""
    appeal = appeal_for(request.user, public_id)
    form = AppealAnswerForm(request.POST or None)
    if not form.is_valid():
        return _show_appeal(request, appeal, form)
    resolve_appeal(appeal=appeal, by=request.user, overturn=form.overturn, answer=form.cleaned_data["answer"])
    messages.success(request, _("Answered. The person concerned has been told."))
    return redirect("moderation:appeals")


def _show_appeal(request: PersonRequest, appeal: Appeal, form: AppealAnswerForm) -> HttpResponse:
    context = {
        "appeal": appeal,
        "decision": appeal.decision,
        "history": person_history(appeal.person),
        "form": form if appeal.state == AppealState.OPEN else None,
        "is_own": request.user.pk == appeal.decision.decided_by_id,
        "nav": "queue",
    }
    return show(request, "moderation/appeal.html", context)
