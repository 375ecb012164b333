"""Bots that ask the JSON interface in somebody's name."""

import uuid
from typing import Any

from django.test import Client

from accounts.models import MODERATORS_SCOPES, AgeBand, Person, Scope
from accounts.services.sessions import create_token
from rooms.models import Room

API = "/api/v1"


class Bot:
    """A tool with an access token; None is one without."""

    def __init__(self, secret: str | None) -> None:
        self.secret = secret
        self._client = Client(headers={"authorization": f"Bearer {secret}"} if secret else None)

    def asks(self, method: str, path: str, **body: Any) -> Any:
        """The answer to one request."""
        facts = {"data": body, "content_type": "application/json"} if body else {}
        return getattr(self._client, method.lower())(API + path, **facts)

    def gets(self, path: str, *, language: str = "en") -> Any:
        """The answer to a GET, which succeeds."""
        answer = self._client.get(API + path, headers={"accept-language": language})
        assert answer.status_code == 200, answer.content
        return answer.json()

    def says(self, room: Room, body: str = "Hello there", **more: Any) -> Any:
        """The answer to a message."""
        more.setdefault("client_key", str(uuid.uuid4()))
        return self.asks("post", f"/rooms/{room.public_id}/messages", body=body, **more)

    def code_of(self, method: str, path: str, **body: Any) -> str | None:
        """Why a request is refused; None where it is not."""
        return code_of(self.asks(method, path, **body))


def bot_of(person: Person, *scopes: Scope) -> Bot:
    """A tool that may do in this person's name what these scopes say, or all that the person may."""
    kept_back = frozenset() if person.is_moderator else MODERATORS_SCOPES
    allowed = scopes or tuple(scope for scope in Scope if scope not in kept_back)
    _, secret = create_token(person=person, name="bot", scopes=allowed, expires_at=None)
    return Bot(secret)


def give_tokens_to_minors() -> None:
    """As an administrator may."""
    AgeBand.objects.update(may_use_tokens=True)


def code_of(answer: Any) -> str | None:
    """Why an answer refuses; None where it does not."""
    if answer.status_code < 400:
        return None
    assert answer["Content-Type"] == "application/problem+json", answer.content
    problem = answer.json()
    assert problem["status"] == answer.status_code
    return str(problem["code"])
