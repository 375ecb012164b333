"""One case: opened beside the list, claimed, looked at, decided, undone.

Everything that changes something answers with a redirect to the case (or the next one): the same for a page
without scripts and for htmx, which follows it and asks for the part.
"""

import contextlib
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import push_url, reswap, retarget

from accounts.models import Person
from common.errors import Refused
from moderation.forms import DecisionForm
from moderation.models import Action, Case, Decision
from moderation.selectors.explanations import explanation_of, version_on_record
from moderation.selectors.queue import case_detail, case_for
from moderation.services import cases, claims, explanations
from moderation.views.access import PersonRequest, moderators_only, show, wants_part
from moderation.views.explained import Explained, Standing, explained
from moderation.views.pane import Pane, pane_for, suggested_policies
from moderation.views.rows import case_href, next_free, queue_list
from moderation.views.undo import undo_offered

_NOTHING_NEW = 204


@moderators_only
@require_GET
def case(request: PersonRequest, public_id: str) -> HttpResponse:
    """The case, without any text of a message."""
    return _show_case(request, pane_for(request.user, public_id, show=_choice(request)))


@moderators_only
@require_POST
def claim(request: PersonRequest, public_id: str) -> HttpResponse:
    """Take the case, so that nobody else works on it."""
    claims.claim_case(case=case_for(request.user, public_id), by=request.user)
    return redirect(case_href(public_id, _choice(request)))


@moderators_only
@require_POST
def take_over(request: PersonRequest, public_id: str) -> HttpResponse:
    """Take the case from whoever works on it."""
    claims.take_over(case=case_for(request.user, public_id), by=request.user)
    return redirect(case_href(public_id, _choice(request)))


@moderators_only
@require_POST
def unclaim(request: PersonRequest, public_id: str) -> HttpResponse:
    """Put the case back for others."""
    claims.release_claim(case=case_for(request.user, public_id), by=request.user)
    return redirect(case_href(public_id, _choice(request)))


@moderators_only
@require_POST
def renew(request: PersonRequest, public_id: str) -> HttpResponse:
    """Keep the claim while the page is open. 204 while it is as the page shows it, else whose it is now."""
    found = case_for(request.user, public_id)
    with contextlib.suppress(Refused):  # another's, nobody's or decided: the part says so
        claims.renew_claim(case=found, by=request.user)
    pane = pane_for(request.user, public_id, show=_choice(request))
    if request.POST.get("shown", "").strip() == pane.shown:
        return HttpResponse(status=_NOTHING_NEW)
    return show(request, "moderation/case/claim.html", {"pane": pane})


@moderators_only
@require_http_methods(["GET", "POST"])
def reveal(request: PersonRequest, public_id: str) -> HttpResponse:
    """The texts of the case (POST); going back to this address (GET) leads to the case without them.

    That they were looked at is on record before this answers.
    """
    if request.method == "GET":
        return redirect(case_href(public_id, _choice(request)))
    found = case_for(request.user, public_id)
    text = cases.view_case(case=found, by=request.user)
    asked = explanations.ask_for(found.message) if found.message else None
    pane = pane_for(request.user, public_id, show=_choice(request), text=text, explanation=asked)
    return _show_case(request, pane, part="moderation/case/evidence.html")


@moderators_only
@require_GET
def explanation(request: PersonRequest, public_id: str) -> HttpResponse:
    """The text again, with the words marked once the worker has found them: for a page that shows it already.

    Nothing of it is shown but to somebody whose look at this very text is on record.
    """
    shown = _explained(case_for(request.user, public_id), request.user)
    return show(request, "moderation/case/explained.html", {"explained": shown, "case_id": public_id})


def _explained(case: Case, by: Person) -> Explained:
    version, message = version_on_record(case, by), case.message
    if version is None or message is None:
        return Explained(Standing.OVER)
    if message.text_version != version:
        return Explained(Standing.CHANGED)
    findings = case_detail(by, case.public_id).findings
    return explained(message.body, version, findings, explanation_of(message))


@moderators_only
@require_http_methods(["GET", "POST"])
def decide(request: PersonRequest, public_id: str) -> HttpResponse:
    """Ask for the terms of a decision (GET, `action`), and decide (POST)."""
    detail = case_detail(request.user, public_id)
    sent = request.POST if request.method == "POST" else None
    form = DecisionForm(
        sent, action=_action(sent or request.GET), suggested=next(iter(suggested_policies(detail)), "")
    )
    if not form.is_valid():
        return _ask_terms(request, public_id, form)
    decision = cases.decide_case(
        case=detail.case,
        by=request.user,
        action=Action(form.cleaned_data["action"]),
        policy_key=form.policy_key,
        reason=form.cleaned_data["reason"],
        until=form.until,
        seen_version=form.cleaned_data["seen_version"],
    )
    return _on_from(request, public_id, decision)


@moderators_only
@require_POST
def undo(request: PersonRequest, public_id: str) -> HttpResponse:
    """Take a decision back; its case is open again, and claimed by whoever took it back."""
    decision = get_object_or_404(Decision.objects.select_related("case"), public_id=public_id)
    if decision.case is None:
        raise Http404
    cases.undo_decision(decision=decision, by=request.user)
    return redirect(case_href(decision.case.public_id, _choice(request)))


def _show_case(
    request: PersonRequest, pane: Pane, *, part: str = "moderation/case/pane.html"
) -> HttpResponse:
    context: dict[str, Any] = {"pane": pane, "undo": undo_offered(request), "nav": "queue"}
    if not wants_part(request):
        context["list"] = queue_list(request.user, show=_choice(request), current=pane.row.id)
    return show(request, "moderation/queue.html", context, part=part)


def _ask_terms(request: PersonRequest, public_id: str, form: DecisionForm) -> HttpResponse:
    pane = pane_for(request.user, public_id, show=_choice(request), drawer=form)
    response = _show_case(request, pane, part="moderation/case/decision.html")
    # The form posts to become the next case; what is wrong with it belongs into its own place.
    return push_url(reswap(retarget(response, f"#decision-{public_id}"), "innerHTML"), False)


def _on_from(request: PersonRequest, public_id: str, decision: Decision) -> HttpResponseRedirect:
    """The next free case opens by itself; the bar there offers to undo this decision."""
    following = next_free(request.user, show=_choice(request), after=public_id)
    address = reverse("moderation:case", args=[following]) if following else reverse("moderation:queue")
    return HttpResponseRedirect(
        f"{address}?{urlencode({'show': _choice(request), 'decided': decision.public_id})}"
    )


def _choice(request: PersonRequest) -> str:
    return request.GET.get("show", "all")


def _action(sent: QueryDict) -> str:
    if (action := sent.get("action", "")) not in Action.values:
        raise Http404
    return action
