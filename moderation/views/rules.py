"""The rules that look at every message before it is stored: a list, a form, and a box to try a text.

For administrators. What a rule may say is the service's to check.
"""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.forms import refuse
from common.errors import Code, Refused
from moderation.forms import RuleForm, TryTextForm
from moderation.models import Rule, RuleKind
from moderation.services import policies
from moderation.views.access import PersonRequest, administrators_only, show
from moderation.views.tried import try_rules
from rooms.seams import Outcome


@administrators_only
@require_GET
def rules(request: PersonRequest) -> HttpResponse:
    """All rules of the site and of rooms, and the box to try a text."""
    return _show_rules(request, {"form": TryTextForm()})


@administrators_only
@require_POST
def attempt(request: PersonRequest) -> HttpResponse:
    """What fires on a text, by the same engine that screens messages. Nothing of it is kept."""
    form = TryTextForm(request.POST)
    tried = try_rules(**form.cleaned_data) if form.is_valid() else None
    context = {"form": form, "tried": tried}
    if request.htmx:
        return show(request, "moderation/rules/tried.html", context)
    return _show_rules(request, context)


@administrators_only
@require_http_methods(["GET", "POST"])
def add(request: PersonRequest) -> HttpResponse:
    """Write a new rule."""
    return _edit(request, Rule(kind=RuleKind.WORD, outcome=Outcome.HOLD.value))


@administrators_only
@require_http_methods(["GET", "POST"])
def change(request: PersonRequest, pk: int) -> HttpResponse:
    """Change a rule."""
    return _edit(request, get_object_or_404(Rule, pk=pk))


@administrators_only
@require_POST
def remove(request: PersonRequest, pk: int) -> HttpResponse:
    """Take a rule away."""
    policies.delete_rule(rule=get_object_or_404(Rule, pk=pk), by=request.user)
    messages.success(request, _("Removed. It no longer holds."))
    return redirect("moderation:rules")


def _show_rules(request: PersonRequest, context: dict[str, Any]) -> HttpResponse:
    rows = Rule.objects.select_related("room", "policy").order_by("room__name", "kind", "pattern")
    return show(request, "moderation/rules.html", {"rules": rows, **context})


def _edit(request: PersonRequest, rule: Rule) -> HttpResponse:
    form = RuleForm(request.POST or None, instance=rule)
    if form.is_valid() and _is_saved(form, request):
        messages.success(request, _("Saved. It holds from the next message on."))
        return redirect("moderation:rules")
    return show(request, "moderation/rule.html", {"form": form, "rule": rule})


def _is_saved(form: RuleForm, request: PersonRequest) -> bool:
    """Whether the service took the rule; what is wrong goes into the form, nothing is lost."""
    try:
        policies.save_rule(rule=form.instance, by=request.user)
    except Refused as refusal:
        if refusal.code != Code.MALFORMED_RULE:
            raise
        refuse(form, refusal, "pattern")
        return False
    return True
