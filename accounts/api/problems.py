"""A refusal as JSON: problem details after RFC 9457, with our code. The one handler is config/api.py's."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.utils.cache import patch_cache_control
from ninja import Field, Schema

from common.errors import Code, Refused

MEDIA_TYPE = "application/problem+json"
# What every operation may answer: malformed, no good token, not allowed, not there, too often, down.
_ALWAYS = frozenset({400, 401, 403, 404, 413, 429, 503})


_EXAMPLE = {
    "type": "urn:wardroom:refusal:slow_mode",
    "title": "Slow mode",
    "status": 429,
    "detail": "This room is slowed down. You can write again in 12 s.",
    "code": "slow_mode",
    "span": None,
    "retry_after_s": 12,
    "reference": None,
    "fields": None,
    "scope": None,
}


class Problem(Schema, json_schema_extra={"examples": [_EXAMPLE]}):
    """Why a request was not granted. Nothing was changed."""

    type: str = Field(description="The same for all refusals of one code.")
    title: str = Field(description="The code in words.")
    status: int
    detail: str = Field(description="A sentence for people, in the language that was accepted.")
    code: Code = Field(description="For programs: the same as on the socket.")
    span: tuple[int, int] | None = Field(None, description="Which part of the text it is about.")
    retry_after_s: float | None = Field(None, description="When to try again.")
    reference: str | None = Field(None, description="What there is already: an earlier report.")
    fields: list[str] | None = Field(None, description="Where what was sent could not be read.")
    scope: str | None = Field(None, description="The scope that the token does not have.")


def answers(success: int, shape: Any, *, also: Iterable[int] = ()) -> dict[Any, Any]:
    """What an operation may answer: what was asked for, or a problem."""
    return {success: shape, _ALWAYS | frozenset(also): Problem}


def problem_of(refusal: Refused) -> Problem:
    """The refusal in full. Of its facts only those that a client needs."""
    facts = refusal.facts
    return Problem(
        type=f"urn:wardroom:refusal:{refusal.code.value}",
        title=refusal.code.value.replace("_", " ").capitalize(),
        status=refusal.status,
        detail=refusal.sentence,
        code=refusal.code,
        span=facts.get("span"),
        retry_after_s=facts.get("wait_s"),
        reference=facts.get("reference"),
        fields=facts.get("fields"),
        scope=facts.get("scope"),
    )


def refused(_request: HttpRequest, refusal: Refused) -> JsonResponse:
    """The answer to a refusal."""
    problem = problem_of(refusal)
    response = JsonResponse(problem.model_dump(mode="json"), status=problem.status, content_type=MEDIA_TYPE)
    patch_cache_control(response, private=True, no_store=True)
    if refusal.code is Code.NOT_SIGNED_IN:
        response["WWW-Authenticate"] = "Bearer"
    if problem.retry_after_s is not None:
        response["Retry-After"] = str(problem.retry_after_s)
    return response
