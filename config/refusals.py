"""The one handler that answers a refusal over HTTP: a page, or a fragment where htmx asked.

Views and services raise `common.errors.Refused`; nothing else turns one into a response.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from common.errors import Refused


class RefusalMiddleware:
    """Turn a `Refused` that left a view into its sentence, with its status."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a refusal; leave every other exception to Django."""
        return refused(request, exception) if isinstance(exception, Refused) else None


def refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """The answer to a refusal; for middlewares too, whose exceptions `process_exception` does not see."""
    template = "components/refusal.html" if request.headers.get("HX-Request") else "refused.html"
    response = render(request, template, {"refusal": refusal}, status=refusal.status)
    if "wait_s" in refusal.facts:
        response["Retry-After"] = str(refusal.facts["wait_s"])
    return response
