"""The policies: to read for everybody, to write for administrators.

Rules and thresholds, which look for what the policies say, are beside this file.
"""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.middleware import open_to_suspended
from moderation.forms import PolicyForm
from moderation.models import Policy
from moderation.selectors.policies import policies_in_force
from moderation.services.policies import save_policy
from moderation.views.access import PersonRequest, administrators_only, members_only, show


@open_to_suspended
@members_only
@require_GET
def policies(request: PersonRequest) -> HttpResponse:
    """What is not wanted here, in words. Administrators also see what is no longer in force."""
    retired = Policy.objects.filter(is_active=False) if request.user.is_administrator else None
    context = {"policies": policies_in_force(), "retired": retired}
    return show(request, "moderation/policies.html", context)


@administrators_only
@require_http_methods(["GET", "POST"])
def add(request: PersonRequest) -> HttpResponse:
    """Write a new policy."""
    return _edit(request, Policy())


@administrators_only
@require_http_methods(["GET", "POST"])
def change(request: PersonRequest, key: str) -> HttpResponse:
    """Change a policy. Decisions made before keep naming it."""
    return _edit(request, get_object_or_404(Policy, key=key))


def _edit(request: PersonRequest, policy: Policy) -> HttpResponse:
    form = PolicyForm(request.POST or None, instance=policy)
    if not form.is_valid():
        return show(request, "moderation/policy.html", {"form": form, "policy": policy})
    policy.key = policy.key or slugify(policy.title)[:50]
    save_policy(policy=policy, by=request.user)
    messages.success(request, _("Saved. It holds from now on."))
    return redirect("moderation:policies")
