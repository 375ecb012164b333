"""What every page owes a person: suspensions met, private answers, their language, their time."""

from collections.abc import Callable
from typing import Any, TypeVar

from allauth.usersessions.models import UserSession
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.cache import patch_cache_control

from accounts.permissions import refusal_to_act
from accounts.selectors import seen_lately
from common.clock import zone_named

View = TypeVar("View", bound=Callable[..., Any])
Response = Callable[[HttpRequest], HttpResponse]


def open_to_suspended(view: View) -> View:
    """Mark a view that a suspended person may use: notices, objecting, signing out, leaving."""
    view.open_to_suspended = True  # type: ignore[attr-defined]
    return view


class StandingMiddleware:
    """A suspended person's pages say until when and how to object; nothing else opens for them.

    They can sign in for that: an objection needs to be theirs. A closed account has no session at all
    (Django's backend does not load it).
    """

    def __init__(self, get_response: Response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        """Answer in the view's place where the person may not act."""
        if not request.user.is_authenticated or _is_open(view, request):
            return None
        refusal = refusal_to_act(request.user)
        if refusal is None:
            return None
        return render(request, "accounts/suspended.html", {"refusal": refusal}, status=refusal.status)


class ActivityMiddleware:
    """When a browser was last seen, for its owner's list: noted once a minute, not at every page.

    In the place of allauth's UserSessionsMiddleware, which writes a row for each request.
    """

    def __init__(self, get_response: Response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = request.session.session_key
        if key and request.user.is_authenticated and not seen_lately(key):
            UserSession.objects.create_from_request(request)
        return self.get_response(request)


class LanguageMiddleware:
    """Somebody signed in reads in the language they chose, on every device; else as their browser asks."""

    def __init__(self, get_response: Response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and request.user.language:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language()
        return self.get_response(request)


class TimeZoneMiddleware:
    """Times are written in the zone that somebody chose; else in their browser's, which a cookie names."""

    def __init__(self, get_response: Response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.user.time_zone if request.user.is_authenticated else ""
        with timezone.override(zone_named(chosen) or zone_named(request.COOKIES.get("timezone", ""))):
            return self.get_response(request)


class PrivatePagesMiddleware:
    """Pages for somebody signed in are for them alone, and not kept: neither by a proxy nor by "back"."""

    def __init__(self, get_response: Response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated:
            patch_cache_control(response, private=True, no_store=True)
        return response


def _is_open(view: Callable[..., Any], request: HttpRequest) -> bool:
    at = request.resolver_match
    is_sign_out = at is not None and at.url_name == "account_logout"  # allauth's view, not ours to mark
    return is_sign_out or getattr(view, "open_to_suspended", False)
