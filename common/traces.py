"""What is being worked on right now, for log lines: ids of a request, a socket or a task. Nobody's words.

Edges say it (`working_on`), config/logging.py adds it to each line; threads of `in_database` inherit it.
"""

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

_NOTHING: Mapping[str, str] = {}
_ids: ContextVar[Mapping[str, str]] = ContextVar("ids", default=_NOTHING)


def new_id() -> str:
    """Short, and different enough among the lines of some days."""
    return secrets.token_hex(6)


@contextmanager
def working_on(**ids: str) -> Iterator[None]:
    """Everything logged inside names these: `working_on(socket=new_id())`."""
    token = _ids.set({**_ids.get(), **ids})
    try:
        yield
    finally:
        _ids.reset(token)


def begin(**ids: str) -> None:
    """From now on, in this context, until `end`: where a beginning and an end are two calls."""
    _ids.set(ids)


def end() -> None:
    """Nothing in particular any more."""
    _ids.set(_NOTHING)


def ids() -> Mapping[str, str]:
    """What is being worked on."""
    return _ids.get()
