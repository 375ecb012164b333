"""Fixtures of the tests about people."""

import uuid

import pytest
from pytest_django import Settings


@pytest.fixture(autouse=True)
def _attempts_are_counted_anew(settings: Settings) -> None:
    """Limits of sign-in count in the cache (Redis): each test begins at nought."""
    default = settings.CACHES["default"]
    settings.CACHES = {"default": {**default, "KEY_PREFIX": f"wardroom-test-{uuid.uuid4()}"}}
