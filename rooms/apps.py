"""The app's registration with Django."""

from django.apps import AppConfig
from django.core.checks import Tags, register


class RoomsConfig(AppConfig):
    """Conversation: rooms, memberships, messages, and their delivery."""

    name = "rooms"

    def ready(self) -> None:
        """Connect what accounts tells us, and the system checks."""
        from rooms import checks, receivers  # noqa: F401, PLC0415 - models must be loaded first

        register(checks.check_gate, Tags.security)
