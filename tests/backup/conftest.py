"""Sockets in this process, as the rooms' own tests have them."""

from tests.rooms.conftest import join

__all__ = ["join"]
