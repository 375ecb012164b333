"""Pages without a browser: somebody signed in, and the ways htmx asks."""

from typing import Any

from django.http import HttpResponse
from django.test import Client

from accounts.models import Person

HTMX = {"HX-Request": "true"}


def signed_in(person: Person) -> Client:
    """A browser in which this person has signed in."""
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def text_of(response: Any) -> str:
    """The page's source, as it went out."""
    assert isinstance(response, HttpResponse)
    return response.content.decode()
