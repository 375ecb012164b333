"""Requests that this process is answering, which one that stops waits for, and those that failed."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

_lock = Lock()
_running = [0]
_failed = [0]


@contextmanager
def answering() -> Iterator[None]:
    """One request, from its middleware's beginning to its end."""
    with _lock:
        _running[0] += 1
    try:
        yield
    finally:
        with _lock:
            _running[0] -= 1


def note_failed() -> None:
    """One was answered with a 5xx."""
    with _lock:
        _failed[0] += 1


def failed() -> int:
    """How many were, since the process started."""
    return _failed[0]


def in_flight() -> int:
    """How many there are."""
    return _running[0]
