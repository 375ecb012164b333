"""The app's registration with Django."""

from django.apps import AppConfig


class OperationsConfig(AppConfig):
    """How the house runs: health, metrics, samples over time, draining, backup and restore."""

    name = "operations"
