"""How the tests of this folder open pages as somebody, read the mail, and hear what accounts says."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core import mail
from django.dispatch import Signal
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry, Person
from tests.factories import PASSWORD

ADULT = {"day": "7", "month": "3", "year": "1994"}


def client_of(person: Person, *, confirmed: bool = False) -> Client:
    """A browser in which somebody is signed in; `confirmed`: the password was just given."""
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    if confirmed:
        client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


def last_entry() -> AuditEntry:
    """What was done last, by the audit log."""
    return AuditEntry.objects.order_by("-sequence")[0]


def last_code() -> str:
    """The code in the last mail that was sent."""
    found = re.search(r"^\s*([A-Z0-9]{3,}(?:-[A-Z0-9]+)?)\s*$", str(mail.outbox[-1].body), re.MULTILINE)
    assert found, mail.outbox[-1].body
    return found.group(1)


@contextmanager
def heard(signal: Signal) -> Iterator[list[dict[str, Any]]]:
    """Every time that this signal is sent, with what."""
    calls: list[dict[str, Any]] = []

    def note(**facts: Any) -> None:
        calls.append({key: value for key, value in facts.items() if key not in {"signal", "sender"}})

    signal.connect(note)
    try:
        yield calls
    finally:
        signal.disconnect(note)
