"""Requests that this process is answering right now: a process that stops waits for them."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

_lock = Lock()
_running = [0]


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


def in_flight() -> int:
    """How many there are."""
    return _running[0]
