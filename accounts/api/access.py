"""Who asks over the JSON interface: an access token, what it may do, and how often.

Session cookies are not looked at, so no page of another site can ask in somebody's name (docs/adr/).
"""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from ninja.security import HttpBearer

from accounts.models import Person, PersonalAccessToken, Scope
from accounts.services.sessions import token_behind
from common.errors import Code, Refused
from common.limits import within_limit

# How long a client that asked too often is told to wait.
WAIT_S = 5


class TokenRequest(HttpRequest):
    """A request whose token was let in."""

    auth: PersonalAccessToken


class Bearer(HttpBearer):
    """`Authorization: Bearer TOKEN`, for one scope. Everything wrong with it is a `Refused`."""

    openapi_description = "An access token, made at /me/tokens/ by the person in whose name it acts."

    def __init__(self, scope: Scope | None = None) -> None:
        """None: any token may."""
        self.scope = scope
        super().__init__()

    def __call__(self, request: HttpRequest) -> Any:
        """The token. Refuses: NOT_SIGNED_IN without one, and as `authenticate`."""
        token = super().__call__(request)
        if token is None:
            raise Refused(Code.NOT_SIGNED_IN)
        return token

    def authenticate(self, request: HttpRequest, token: str) -> PersonalAccessToken:  # noqa: ARG002 - ninja's
        """Refuses: as `token_behind`, TOO_FAST, SCOPE_MISSING."""
        known = token_behind(token.strip())
        if not within_limit(settings.API_RATE, "api", known.public_id):
            raise Refused(Code.TOO_FAST, wait_s=WAIT_S)
        if self.scope is not None and self.scope not in known.scopes:
            raise Refused(Code.SCOPE_MISSING, scope=str(self.scope))
        return known


def asking(request: HttpRequest) -> Person:
    """In whose name this request acts. For operations behind `Bearer`."""
    token: PersonalAccessToken = request.auth  # type: ignore[attr-defined] # set by ninja
    return token.person


any_token = Bearer()
reads_rooms = Bearer(Scope.READ)
writes_rooms = Bearer(Scope.WRITE)
joins_rooms = Bearer(Scope.JOIN)
reads_account = Bearer(Scope.ACCOUNT_READ)
writes_account = Bearer(Scope.ACCOUNT_WRITE)
moderates = Bearer(Scope.MODERATE)
answers_appeals = Bearer(Scope.APPEALS)
