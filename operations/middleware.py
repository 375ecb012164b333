"""First of all middlewares: answers those that watch the process, and counts what is answered to people.

Probes come by whatever address the load balancer has for this process, over plain HTTP, without a session:
neither the allowed hosts nor the redirect to HTTPS must stand before them.
"""

import logging
import re
import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound, JsonResponse
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, generate_latest

from common import traces
from operations import requests
from operations.access import may_read_metrics
from operations.health import readiness
from operations.metrics import ANSWERED, REQUESTS

Response = Callable[[HttpRequest], HttpResponse]

log = logging.getLogger(__name__)

_REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
_FAILED = 500
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
        began, request_id = time.perf_counter(), _id_of(request)
        with requests.answering(), traces.working_on(request=request_id):
            response = self.get_response(request)
            _note(request, response, time.perf_counter() - began)
        response["X-Request-Id"] = request_id
        return response


def _note(request: HttpRequest, response: HttpResponse, took_s: float) -> None:
    route, status = route_of(request), response.status_code
    method = request.method if request.method in _METHODS else "other"
    REQUESTS.labels(route, method, str(status)).inc()
    ANSWERED.labels(route).observe(took_s)
    if status >= _FAILED:
        requests.note_failed()
    facts = {"route": route, "method": method, "status": status, "took_ms": round(took_s * 1000)}
    log.log(logging.WARNING if status >= _FAILED else logging.DEBUG, "request.answered", extra=facts)


def _id_of(request: HttpRequest) -> str:
    """The proxy's, so that its lines and ours can be laid together; else one of our own."""
    given = request.headers.get("X-Request-Id", "")
    return given if _REQUEST_ID.fullmatch(given) else traces.new_id()


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
