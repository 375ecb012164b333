"""Whether this process is about to stop: it takes no new sockets and says that it is not ready.

Set by operations/stopping.py when the process is asked to end; never unset, for what follows is the end.
"""

from threading import Event

_draining = Event()


def begin() -> None:
    """From now on new sockets are sent elsewhere."""
    _draining.set()


def is_draining() -> bool:
    """Whether that has begun."""
    return _draining.is_set()
