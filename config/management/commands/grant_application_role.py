"""`manage.py grant_application_role`: after `migrate`, where `manage.py up` does not do both."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config.embedded.databases import grant_application_role, role_of


class Command(BaseCommand):
    """Connects as the owner; may be repeated."""

    help = (
        "Let DATABASE_URL's role use the tables of DATABASE_OWNER_URL's; of the audit log, only add and read."
    )
    requires_system_checks = ()

    def handle(self, *_: Any, **__: Any) -> None:
        """Grant; refuse where the application would own what it must not be able to change."""
        role = role_of(settings.DATABASE_URL)
        if role == role_of(settings.DATABASE_OWNER_URL):
            raise CommandError(
                "DATABASE_URL and DATABASE_OWNER_URL name the same role: give the application one of its own"
                " (docs/operating.md, Roles)."
            )
        grant_application_role(settings.DATABASE_OWNER_URL, role=role)
        self.stdout.write(f"{role} may use the tables, and only add to the audit log.")
