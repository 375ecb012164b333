"""People who open pages: Django's client signed in, and what a page says without its markup."""

import html
import re
from typing import Protocol

from django.test import Client

from accounts.models import Person


def as_person(person: Person | None) -> Client:
    """A browser in which this person is signed in; None is nobody."""
    client = Client(headers={"host": "localhost"})
    if person is not None:
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


class Answer(Protocol):
    """Anything with a body."""

    @property
    def content(self) -> bytes:
        """The body."""


def words_of(response: Answer) -> str:
    """What the page says: the text of its body without tags, scripts and stencils, in one line."""
    body = response.content.decode().partition("<body")[2]
    bare = re.sub(r"<(script|template)\b.*?</\1>", " ", body, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", bare)).split())
