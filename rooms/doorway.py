"""Who may open a socket: the Origin is checked before anything is answered, the person right after.

A browser sends a session cookie and an Origin, which must be one of settings.ORIGINS. A bot or tool sends
a personal access token in the Authorization header; it needs no Origin, but a foreign one is refused too.
"""

from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlparse

from channels.security.websocket import OriginValidator
from django.conf import settings
from django.http import HttpRequest, parse_cookie
from django.utils import translation

from accounts.models import Person
from accounts.services.sessions import Credentials, credentials_from_session, credentials_from_token
from common.errors import Code, Refused
from rooms.permissions import Viewer
from rooms.selectors.company import is_shown
from rooms.selectors.viewers import viewer_of

Scope = dict[str, Any]

_BEARER = "bearer "


@dataclass(frozen=True, slots=True)
class Guest:
    """Who opened a socket."""

    credentials: Credentials
    public_id: str
    viewer: Viewer
    is_shown: bool
    language: str


def is_welcome(scope: Scope) -> bool:
    """Whether this handshake may be answered at all: a known origin, or a token and no origin."""
    origin = header(scope, b"origin")
    if origin is None:
        return token_of(scope) is not None
    try:
        return _known_origins().valid_origin(urlparse(origin))
    except ValueError:  # no port is called that
        return False


def guest_of(scope: Scope) -> Guest:
    """Who is behind this request for a socket. Refuses: NOT_SIGNED_IN, SUSPENDED, DEACTIVATED."""
    token = token_of(scope)
    credentials = credentials_from_token(token) if token else credentials_from_session(_session_key(scope))
    person = Person.objects.get(pk=credentials.person_id)
    language = person.language or language_of(scope)
    return Guest(credentials, person.public_id, viewer_of(person), is_shown(person), language)


def language_of(scope: Scope) -> str:
    """The language of whoever is not known yet: chosen in this browser, or accepted by it."""
    request = HttpRequest()
    request.COOKIES = _cookies(scope)
    request.META["HTTP_ACCEPT_LANGUAGE"] = header(scope, b"accept-language") or ""
    return translation.get_language_from_request(request)


def token_of(scope: Scope) -> str | None:
    """The secret in `Authorization: Bearer …`."""
    value = header(scope, b"authorization") or ""
    return value[len(_BEARER) :].strip() or None if value[: len(_BEARER)].lower() == _BEARER else None


def header(scope: Scope, name: bytes) -> str | None:
    """The first header of that name."""
    values = (value for key, value in scope["headers"] if key == name)
    first = next(values, None)
    return None if first is None else str(first.decode("latin1"))


def require_scope(credentials: Credentials, scope: str) -> None:
    """Refuses: SCOPE_MISSING, where a token does not allow it."""
    if scope not in credentials.scopes:
        raise Refused(Code.SCOPE_MISSING, scope=scope)


def _known_origins() -> OriginValidator:
    """Channels' comparison of full origins: scheme, host and port. Only its judgement is used."""
    return OriginValidator(cast("Any", None), settings.ORIGINS)


def _cookies(scope: Scope) -> dict[str, str]:
    return parse_cookie(header(scope, b"cookie") or "")


def _session_key(scope: Scope) -> str | None:
    return _cookies(scope).get(settings.SESSION_COOKIE_NAME)
