"""Whoever asks, as a Person: for views behind `login_required`, so that types and refusals are exact."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from allauth.account.decorators import reauthentication_required
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse

from accounts.models import Person
from common.errors import Code, Refused

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def signed_in(request: HttpRequest) -> Person:
    """The person whose request this is. Refuses: NOT_SIGNED_IN."""
    if not isinstance(request.user, Person):
        raise Refused(Code.NOT_SIGNED_IN)
    return request.user


def for_administrators(view: View[P]) -> View[P]:
    """Only administrators; for everybody else the page is not there. Signed out: sign in first."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not signed_in(request).is_administrator:
            raise Refused(Code.NOT_FOUND)
        return view(request, *args, **kwargs)

    return cast(View[P], login_required(guarded))


def recently_confirmed(view: View[P]) -> View[P]:
    """The password was given a short while ago; otherwise it is asked for, and the request goes on then."""
    return cast(View[P], reauthentication_required(view))
