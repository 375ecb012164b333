"""Log lines: events with ids, never message text or birth dates. One JSON object a line in production."""

import json
import logging
from typing import Any

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class PlainLines(logging.Formatter):
    """The same for eyes: time, level, logger, event, then `key=value` for each extra fact."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, and the traceback where there is one."""
        facts = "".join(f" {key}={value!r}" for key, value in _facts(record).items())
        line = f"{self.formatTime(record)} {record.levelname} {record.name} {record.getMessage()}{facts}"
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


# Celery's two say a line for each task, of which beat rings one a second.
_CHATTY = ("daphne", "channels.server", "celery.app.trace", "celery.worker.strategy")


class JsonLines(logging.Formatter):
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
    """What was given as `extra`."""
    return {key: value for key, value in vars(record).items() if key not in _STANDARD}


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
