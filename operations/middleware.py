"""First of all middlewares: answers those that watch the process, before anything that is for people.

Probes come by whatever address the load balancer has for this process, over plain HTTP, without a session:
neither the allowed hosts nor the redirect to HTTPS must stand before them.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse

from operations import requests
from operations.health import readiness

Response = Callable[[HttpRequest], HttpResponse]


class ProbesMiddleware:
    """`/health/live` and `/health/ready`."""

    def __init__(self, get_response: Response) -> None:
        self.get_response = get_response
        self._pages: dict[str, Callable[[], HttpResponse]] = {"/health/live": _live, "/health/ready": _ready}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        page = self._pages.get(request.path_info)
        if page is None:
            with requests.answering():
                return self.get_response(request)
        response = page() if request.method in {"GET", "HEAD"} else HttpResponse(status=405)
        response["Cache-Control"] = "no-store"
        return response


def _live() -> HttpResponse:
    """The process answers; nothing else is asked, so a slow database is never a reason to restart."""
    return JsonResponse({"live": True})


def _ready() -> HttpResponse:
    """Whether to send it requests."""
    found = readiness()
    return JsonResponse(found.facts(), status=200 if found.is_ready else 503)
