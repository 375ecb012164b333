"""First of all middlewares: answers those that watch the process, and counts what is answered to people.

Probes come by whatever address the load balancer has for this process, over plain HTTP, without a session:
neither the allowed hosts nor the redirect to HTTPS must stand before them.
"""

import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound, JsonResponse
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, generate_latest

from operations import requests
from operations.access import may_read_metrics
from operations.health import readiness
from operations.metrics import ANSWERED, REQUESTS

Response = Callable[[HttpRequest], HttpResponse]

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class MonitoringMiddleware:
    """`/health/live`, `/health/ready`, `/metrics`; everything else is counted by its route."""

    def __init__(self, get_response: Response) -> None:
        self.get_response = get_response
        self._pages: dict[str, Response] = {
            "/health/live": _live,
            "/health/ready": _ready,
            "/metrics": _metrics,
        }

    def __call__(self, request: HttpRequest) -> HttpResponse:
        page = self._pages.get(request.path_info)
        if page is None:
            return self._counted(request)
        response = page(request) if request.method in {"GET", "HEAD"} else HttpResponse(status=405)
        response["Cache-Control"] = "no-store"
        return response

    def _counted(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        with requests.answering():
            response = self.get_response(request)
        route = route_of(request)
        method = request.method if request.method in _METHODS else "other"
        REQUESTS.labels(route, method, str(response.status_code)).inc()
        ANSWERED.labels(route).observe(time.perf_counter() - began)
        return response


def route_of(request: HttpRequest) -> str:
    """The pattern that was matched, never the path: it has as many values as there are pages."""
    if request.resolver_match is not None:
        return request.resolver_match.route
    return "static" if request.path_info.startswith(settings.STATIC_URL) else "none"


def _live(_request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is asked, so a slow database is never a reason to restart."""
    return JsonResponse({"live": True})


def _ready(_request: HttpRequest) -> HttpResponse:
    """Whether to send it requests."""
    found = readiness()
    return JsonResponse(found.facts(), status=200 if found.is_ready else 503)


def _metrics(request: HttpRequest) -> HttpResponse:
    """For Prometheus; not there for anybody else."""
    if not may_read_metrics(request):
        return HttpResponseNotFound()
    return HttpResponse(generate_latest(REGISTRY), content_type=CONTENT_TYPE_LATEST)
