"""Who may open a socket: the Origin is checked before anything is answered, the person right after.

A browser sends a session cookie and an Origin, which must be one of settings.ORIGINS. A bot or tool sends
a personal access token in the Authorization header; it needs no Origin, but a foreign one is refused too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlparse

from channels.security.websocket import OriginValidator
from django.conf import settings
from django.http import HttpRequest, parse_cookie
from django.utils import translation

from accounts.models import AgeBand, Person
from accounts.permissions import shows_presence
from accounts.selectors import age_bands
from accounts.services.sessions import Credentials, Shown, credentials_behind
from common.errors import Code, Refused
from rooms.permissions import Viewer
from rooms.selectors.viewers import viewers_of

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


def guests_of(scopes: Sequence[Scope]) -> list[Guest | Refused]:
    """Who is behind each of these requests for a socket, or why not: what credentials_behind says.

    Six statements at most, however many they are, and a transaction where a token's use is noted.
    """
    known = credentials_behind([Shown(token_of(scope), _session_key(scope)) for scope in scopes])
    people = [one[1] for one in known if not isinstance(one, Refused)]
    viewers, bands = viewers_of(people), age_bands() if people else []
    return [
        one if isinstance(one, Refused) else _guest(*one, viewers[one[1].pk], bands, scope)
        for one, scope in zip(known, scopes, strict=True)
    ]


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


def _guest(
    credentials: Credentials, person: Person, viewer: Viewer, bands: Sequence[AgeBand], scope: Scope
) -> Guest:
    language = person.language or language_of(scope)
    return Guest(credentials, person.public_id, viewer, shows_presence(person, bands), language)


def _known_origins() -> OriginValidator:
    """Channels' comparison of full origins: scheme, host and port. Only its judgement is used."""
    return OriginValidator(cast("Any", None), settings.ORIGINS)


def _cookies(scope: Scope) -> dict[str, str]:
    return parse_cookie(header(scope, b"cookie") or "")


def _session_key(scope: Scope) -> str | None:
    return _cookies(scope).get(settings.SESSION_COOKIE_NAME)
