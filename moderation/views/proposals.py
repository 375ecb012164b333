"""What the moderators' decisions say about the thresholds; and how the thresholds came to be what they are.

For administrators, and nothing is applied by itself: one reads the expected effect, gives a reason, applies.
"""

import datetime as dt

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.forms import refuse
from common.clock import now
from common.errors import Code, Refused
from moderation.forms import ProposalForm
from moderation.models import ThresholdChange
from moderation.selectors.proposals import Proposals, proposals_since
from moderation.selectors.thresholds import threshold_changes
from moderation.services.policies import undo_threshold_change
from moderation.services.proposals import apply_proposals
from moderation.views.access import PersonRequest, administrators_only, show

SPANS = {30: gettext_lazy("30 days"), 90: gettext_lazy("90 days"), 365: gettext_lazy("a year")}
_USUAL = 90
_ALL = "all"


@administrators_only
@require_http_methods(["GET", "POST"])
def proposals(request: PersonRequest) -> HttpResponse:
    """What is proposed from the last days' decisions; POST applies it for one label, or for all."""
    days = _days(request)
    if request.method == "GET":
        return _show(request, days, ProposalForm())
    form = ProposalForm(request.POST)
    if not form.is_valid() or not _is_applied(form, request, days):
        return _show(request, days, form)
    return redirect(_address(days))


@administrators_only
@require_POST
def undo_change(request: PersonRequest, public_id: str) -> HttpResponse:
    """Put back what held before a change."""
    change = get_object_or_404(ThresholdChange, public_id=public_id)
    try:
        undo_threshold_change(change=change, by=request.user)
    except Refused as refusal:
        if refusal.code not in {Code.FIGURES_CHANGED, Code.ONLY_TIGHTER}:
            raise
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, _("Undone. What held before holds again, for what is judged from now on."))
    return redirect(f"{reverse('moderation:proposals')}#history")


def _show(request: PersonRequest, days: int, form: ProposalForm) -> HttpResponse:
    context = {
        "found": _proposals(days),
        "form": form,
        "days": days,
        "spans": [(number, words, _address(number)) for number, words in SPANS.items()],
        "changes": threshold_changes(),
    }
    return show(request, "moderation/proposals.html", context)


def _proposals(days: int) -> Proposals:
    return proposals_since(now() - dt.timedelta(days=days))


def _is_applied(form: ProposalForm, request: PersonRequest, days: int) -> bool:
    """Whether the service took it. What is wrong goes into the form."""
    only = form.cleaned_data["only"]
    wanted = {label: levels for label, levels in form.wanted.items() if only in {label, _ALL}}
    try:
        applied = apply_proposals(
            wanted=wanted,
            since=now() - dt.timedelta(days=days),
            by=request.user,
            reason=form.cleaned_data["reason"],
        )
    except Refused as refusal:
        if refusal.code not in {Code.FIGURES_CHANGED, Code.MALFORMED_RULE}:
            raise
        refuse(form, refusal)
        return False
    said = ngettext(
        "Applied for %(count)d label. It holds for what is judged from now on.",
        "Applied for %(count)d labels. It holds for what is judged from now on.",
        len(applied),
    )
    messages.success(request, said % {"count": len(applied)})
    return True


def _days(request: PersonRequest) -> int:
    typed = request.GET.get("days", str(_USUAL))
    if not typed.isdecimal() or int(typed) not in SPANS:
        raise Http404
    return int(typed)


def _address(days: int) -> str:
    return f"{reverse('moderation:proposals')}?days={days}"
