"""Log lines: events with ids, never message text or birth dates. One JSON object a line in production.

Each line names the request, socket or task that it belongs to (common/traces.py). What others log is taken
as it comes, less what may hold somebody's words: requests with their query, rows in a database's errors.
"""

import json
import logging
from types import TracebackType
from typing import Any

from common import traces

_Raised = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]

# Django's own lines carry the request, whose query may be what somebody searched for.
_LEFT_OUT = frozenset({"request", "response"})
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"} | _LEFT_OUT

# Celery's two say a line for each task, of which beat rings one a second.
_CHATTY = ("daphne", "channels.server", "celery.app.trace", "celery.worker.strategy")


class _Lines(logging.Formatter):
    """What both kinds of lines have in common."""

    def formatException(self, ei: _Raised) -> str:  # noqa: N802 - logging's name
        """The traceback; of a database's error the first line alone, for DETAIL quotes rows."""
        text, error = super().formatException(ei), ei[1]
        while error is not None:
            said = str(error)
            if _is_of_a_database(error) and "\n" in said:
                text = text.replace(said, said.partition("\n")[0])
            error = error.__cause__ or error.__context__
        return text


class PlainLines(_Lines):
    """For eyes: time, level, logger, event, then `key=value` for each extra fact."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, and the traceback where there is one."""
        facts = "".join(f" {key}={value!r}" for key, value in _facts(record).items())
        line = f"{self.formatTime(record)} {record.levelname} {record.name} {record.getMessage()}{facts}"
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


class JsonLines(_Lines):
    """A record as one JSON object; control characters in values are escaped, so no line can be forged."""

    def format(self, record: logging.LogRecord) -> str:
        """The record's time, level, logger, event, extra facts and traceback."""
        line = {
            "at": self.formatTime(record),
            "level": record.levelname,
            "logger": record.name,
            "event": record.getMessage(),
            **_facts(record),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


def _facts(record: logging.LogRecord) -> dict[str, Any]:
    """What was given as `extra`, and what is being worked on."""
    given = {key: value for key, value in vars(record).items() if key not in _STANDARD}
    return {**traces.ids(), **given}


def _is_of_a_database(error: BaseException) -> bool:
    """By the module's name: settings read this file before any driver is imported."""
    return any(kind.__module__.startswith(("psycopg", "django.db")) for kind in type(error).__mro__)


def logging_settings(*, production: bool, level: str) -> dict[str, Any]:
    """Django's LOGGING: everything to standard error, where the supervisor or the container keeps it."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": {"()": JsonLines if production else PlainLines}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {name: {"level": "WARNING"} for name in _CHATTY},
    }
