"""Fixtures of the tests about people."""

import uuid

import pytest
from pytest_django import Settings


@pytest.fixture(autouse=True)
def _attempts_are_counted_anew(settings: Settings) -> None:
    """Limits of sign-in count in the cache (Redis): each test begins at nought."""
    default = settings.CACHES["default"]
    settings.CACHES = {"default": {**default, "KEY_PREFIX": f"wardroom-test-{uuid.uuid4()}"}}


@pytest.fixture(autouse=True)
def _hashing_is_quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a second for each password is for attackers, not for tests."""
    monkeypatch.setattr("django.contrib.auth.hashers.PBKDF2PasswordHasher.iterations", 1_000)
