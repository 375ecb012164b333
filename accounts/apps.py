"""The app's registration with Django, and what it listens to."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People: who they are, how old, whom they have blocked, what was done (the audit log)."""

    name = "accounts"
    verbose_name = "people"

    def ready(self) -> None:
        """Connect what follows a sign-out and a changed password."""
        from accounts import receivers  # noqa: PLC0415 - imports models

        receivers.connect()
