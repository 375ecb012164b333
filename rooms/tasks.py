"""Celery's tasks: each calls one service, and may be lost, repeated or late without harm."""

from celery import shared_task

from rooms.services import digests


@shared_task(name="rooms.digests")
def send_digests() -> None:
    """Send the digests that are due."""
    digests.send_due()
