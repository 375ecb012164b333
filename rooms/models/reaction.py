"""An answer to a message in one emoji. Who may, and which emoji: services/reactions.py."""

from django.conf import settings
from django.db import models

from common.clock import now
from rooms.models.message import Message

# The longest sequence there is (a family, each with a skin tone) is shorter.
EMOJI_MAX_LENGTH = 32


class Reaction(models.Model):
    """One person, one message, one emoji."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="reactions")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="reactions")
    emoji = models.CharField(max_length=EMOJI_MAX_LENGTH)
    reacted_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "person", "emoji"], name="reaction_once")]

    def __str__(self) -> str:
        return f"{self.message_id} {self.person_id}"
