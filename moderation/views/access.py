"""Who may open which moderation page, and how a page is answered: whole, or as the part that htmx asked for.

Called by the views beside it. The services check again where it matters (a claim, a second moderator).
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django_htmx.middleware import HtmxDetails

from accounts.models import Person
from accounts.views.person import recently_confirmed
from common.errors import Code, Refused
from moderation.permissions import refusal_to_administer, refusal_to_moderate


class PersonRequest(HttpRequest):
    """A request of somebody who is signed in, after HtmxMiddleware."""

    user: Person
    htmx: HtmxDetails


P = ParamSpec("P")
View = Callable[Concatenate[PersonRequest, P], HttpResponse]
Page = Callable[Concatenate[HttpRequest, P], HttpResponse]


def members_only(view: View[P]) -> Page[P]:
    """Signed in; others sign in first."""
    return login_required(cast(Page[P], view))


def moderators_only(view: View[P]) -> Page[P]:
    """Moderators and administrators; for everybody else the page is not there."""
    return members_only(_hidden_where(refusal_to_moderate, view))


def administrators_only(view: View[P]) -> Page[P]:
    """Administrators; for everybody else the page is not there."""
    return members_only(_hidden_where(refusal_to_administer, view))


def confirmed_administrators_only(view: View[P]) -> Page[P]:
    """Administrators who gave their password a short while ago; otherwise they are asked for it."""
    confirmed = cast(View[P], recently_confirmed(cast(Page[P], view)))
    return members_only(_hidden_where(refusal_to_administer, confirmed))


def _hidden_where(refusal_of: Callable[[Person], Refused | None], view: View[P]) -> View[P]:
    @wraps(view)
    def guarded(request: PersonRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if refusal_of(request.user):
            raise Refused(Code.NOT_FOUND)
        return view(request, *args, **kwargs)

    return cast(View[P], guarded)


def wants_part(request: PersonRequest) -> bool:
    """Whether htmx asks for a part of the page. Going back in history it asks for all of it."""
    return bool(request.htmx) and not request.htmx.history_restore_request


def show(
    request: PersonRequest, page: str, context: dict[str, Any], *, part: str | None = None
) -> HttpResponse:
    """The page, or `part` of it where htmx asked."""
    response = render(request, part if part and wants_part(request) else page, context)
    patch_vary_headers(response, ["HX-Request"])
    return response
