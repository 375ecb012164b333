"""Sockets in this process, as the rooms' own tests have them; and nothing of a restore outlasts its test."""

from collections.abc import Iterator

import pytest
from django.db import connection

from tests import servers
from tests.rooms.conftest import join

__all__ = ["join"]


@pytest.fixture(autouse=True)
def rights_as_they_were() -> Iterator[None]:
    """A restore makes the tables anew, as their owner: the programs that rest meanwhile keep their rights."""
    yield
    servers.grant_to_application(str(connection.settings_dict["NAME"]))
