"""The app's registration with Django."""

from django.apps import AppConfig


class ModerationConfig(AppConfig):
    """Judgement: rules, classifier, reports, cases, decisions, appeals."""

    name = "moderation"

    def ready(self) -> None:
        """Connect what accounts tells to what moderation does about it."""
        from moderation import receivers  # noqa: F401, PLC0415 - models are loaded only now
