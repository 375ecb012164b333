"""What moderation does when accounts says that something happened. Connected by apps.py."""

from typing import Any

from django.dispatch import receiver

from accounts.models import Person
from accounts.signals import blocked
from moderation.services.blocking import note_block


@receiver(blocked)
def count_blockers(blocked: Person, **_more: Any) -> None:
    """Inside the blocking's transaction: see services/blocking.py."""
    note_block(blocked=blocked)
