"""What was taken from view or closed, until it stands in the ledger outside of the database."""

from django.db import models

from common.clock import now


class Erased(models.TextChoices):
    """What happened. The part before the dot is what it happened to."""

    MESSAGE_DELETED = "message.deleted", "a message was deleted by its author"
    MESSAGE_HIDDEN = "message.hidden", "a message was hidden"
    MESSAGE_SHOWN = "message.shown", "a message that was hidden is shown again"
    TOKEN_REVOKED = "token.revoked", "an access token was revoked"
    PERSON_CLOSED = "person.closed", "an account was closed"
    PERSON_OPENED = "person.opened", "an account was opened again"


class Erasure(models.Model):
    """One line that waits for the ledger: no id, no text, only a mark that whoever has the key can match."""

    what = models.CharField(max_length=32, choices=Erased)
    mark = models.CharField(max_length=64)
    at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return f"{self.what} {self.mark[:8]}"
