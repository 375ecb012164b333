"""System checks of this app: production does not start without a judge."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.utils.module_loading import import_string

from rooms.gates import OPEN_GATE


def check_gate(**_: Any) -> list[CheckMessage]:
    """The gate is named and can be imported; in production it is not the open one."""
    path = getattr(settings, "ROOMS_GATE", "")
    if not path or (settings.PRODUCTION and path == OPEN_GATE):
        return [
            Error(
                "Nobody judges messages: settings.ROOMS_GATE is empty or the open gate.",
                hint='Set ROOMS_GATE = "moderation.gate.ModerationGate".',
                id="rooms.E001",
            )
        ]
    try:
        import_string(path)
    except ImportError as error:
        return [Error(f"settings.ROOMS_GATE cannot be imported: {error}", id="rooms.E002")]
    return []
