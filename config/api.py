"""The JSON interface at /api/v1/: wiring, its one handler of refusals, and its document at /api/v1/docs.

The operations are in accounts/api, rooms/api and moderation/api; they call the services that pages call.
"""

import logging
from typing import Any, cast

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils.cache import patch_cache_control
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

from accounts.api.access import Bearer
from accounts.api.problems import MEDIA_TYPE, refused
from accounts.api.router import router as people
from accounts.middleware import open_to_suspended
from common.errors import Code, Refused
from moderation.api.router import router as moderation
from rooms.api.router import router as rooms

log = logging.getLogger(__name__)

_DESCRIPTION = """\
The same rooms, rules and refusals as on the pages and on the socket, for bots and tools.

Ask with an access token in `Authorization: Bearer …`; its person makes it under *Settings, Access tokens*.
Everything refused comes as `application/problem+json` with a `code`. New messages come over the socket at
`/ws/`, by its own protocol.
"""


class Document(OpenAPISchema):
    """As ninja makes it, with refusals under their own media type and scopes with their operations."""

    def operation_parameters(self, operation: Operation) -> list[dict[str, Any]]:
        """Examples stand in the schema: beside it OpenAPI wants them under names."""
        found: list[dict[str, Any]] = super().operation_parameters(operation)
        return [{key: value for key, value in one.items() if key != "examples"} for one in found]

    def responses(self, operation: Operation) -> dict[int, dict[str, Any]]:
        """Problems are not application/json."""
        found: dict[int, dict[str, Any]] = super().responses(operation)
        for status, details in found.items():
            if status >= 400 and "content" in details:  # noqa: PLR2004 - from here on HTTP says no
                details["content"] = {MEDIA_TYPE: next(iter(details["content"].values()))}
        return found

    def operation_security(self, operation: Operation) -> list[dict[str, Any]] | None:
        """Which scope an operation asks for."""
        schemes: list[dict[str, Any]] | None = super().operation_security(operation)
        scopes = [str(one.scope) for one in operation.auth_callbacks if isinstance(one, Bearer) and one.scope]
        return [dict.fromkeys(scheme, scopes) for scheme in schemes or []] or None


class Interface(NinjaAPI):
    """The whole of it."""

    def create_temporal_response(self, request: HttpRequest) -> HttpResponse:
        """What every success begins as: for whoever asked, and kept by nobody."""
        response = super().create_temporal_response(request)
        patch_cache_control(response, private=True, no_store=True)
        return response

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        """Its document."""
        return Document(self, self.get_root_path(path_params or {}) if path_prefix is None else path_prefix)


api = Interface(
    title="Wardroom",
    version="1",
    description=_DESCRIPTION,
    urls_namespace="api",
)
for router in (people, rooms, moderation):
    api.add_router("", router)


@api.exception_handler(Refused)
def _refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    return refused(request, refusal)


@api.exception_handler(ValidationError)
def _malformed(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Names the fields, never what stood in them."""
    fields = [".".join(str(part) for part in one["loc"]) for one in error.errors]
    return refused(request, Refused(Code.MALFORMED, fields=fields))


@api.exception_handler(HttpError)
def _unreadable(request: HttpRequest, _error: HttpError) -> HttpResponse:
    """What ninja itself refuses: a body that is no JSON."""
    return refused(request, Refused(Code.MALFORMED))


@api.exception_handler(Http404)
def _not_found(request: HttpRequest, _error: Http404) -> HttpResponse:
    return refused(request, Refused(Code.NOT_FOUND))


@api.exception_handler(RequestDataTooBig)
def _too_large(request: HttpRequest, _error: RequestDataTooBig) -> HttpResponse:
    return refused(request, Refused(Code.TOO_LARGE))


@api.exception_handler(Exception)
def _failed(request: HttpRequest, error: Exception) -> HttpResponse:
    """As the socket does: nothing was stored, and the same can be asked again."""
    route = request.resolver_match.route if request.resolver_match else ""
    log.error("api.failed", extra={"route": route}, exc_info=error)
    return refused(request, Refused(Code.SCREENING_UNAVAILABLE))


@csrf_exempt
def not_there(request: HttpRequest, rest: str = "") -> HttpResponse:  # noqa: ARG001 - the route names it
    """An address that the interface does not have: told as JSON too."""
    return refused(request, Refused(Code.NOT_FOUND))


# A suspended person's browser may send its cookie along: the token alone decides.
urls = api.urls
for _pattern in urls[0]:
    open_to_suspended(cast(URLPattern, _pattern).callback)
