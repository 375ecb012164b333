"""Other people: a profile, and blocking from it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.selectors import has_blocked, person_by_public_id
from accounts.services import blocks
from accounts.views.person import signed_in
from common.errors import Code, Refused


@login_required
@require_safe
def profile(request: HttpRequest, public_id: str) -> HttpResponse:
    """Who somebody is here. Nothing on it tells whether they have blocked the reader."""
    viewer, person = signed_in(request), person_by_public_id(public_id)
    context = {
        "person": person,
        "is_oneself": viewer == person,
        "is_blocked": has_blocked(viewer, person),
    }
    return render(request, "accounts/profile.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def block(request: HttpRequest, public_id: str) -> HttpResponse:
    """Say what blocking does; then, asked again, do it."""
    viewer, person = signed_in(request), person_by_public_id(public_id)
    if viewer == person:
        raise Refused(Code.NOT_ONESELF)
    if request.method == "GET":
        return render(request, "accounts/block.html", {"person": person})
    blocks.block_person(blocker=viewer, blocked=person)
    messages.success(request, _("You have blocked %(name)s. They are not told.") % {"name": person.name})
    return redirect("accounts:profile", public_id)


@login_required
@require_POST
def unblock(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take a block back, from the profile or from the list."""
    person = person_by_public_id(public_id)
    blocks.unblock_person(blocker=signed_in(request), blocked=person)
    messages.success(request, _("You have unblocked %(name)s.") % {"name": person.name})
    if request.POST.get("from") == "blocks":
        return redirect("accounts:blocks")
    return redirect("accounts:profile", public_id)
