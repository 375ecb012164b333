"""The app's registration with Django: config is an app for its management commands."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Wiring and the commands that run the whole house."""

    name = "config"

    def ready(self) -> None:
        """Make Celery's application the one that every process's tasks are sent through."""
        from config import celery  # noqa: F401, PLC0415 - importing it is the effect; it reads settings
