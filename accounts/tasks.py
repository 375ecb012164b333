"""Celery's one task about people: it forgets what need not be kept. Lost or repeated, it does no harm."""

from celery import shared_task

from accounts.services import joining, sessions


@shared_task(name="accounts.forget")
def forget() -> None:
    """Sign-ups that nobody confirmed, and browsers that are no longer signed in."""
    joining.forget_unconfirmed()
    sessions.forget_expired()
