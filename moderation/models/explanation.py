"""Which words of a text drove what the classifier found: asked for by a page, worked out by the worker."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from common.clock import now
from rooms.models import Message


class ExplanationState(models.TextChoices):
    """Where it stands."""

    PENDING = "pending", _("waiting")
    DONE = "done", _("worked out")
    FAILED = "failed", _("could not be worked out")


class Explanation(models.Model):
    """Of one text version of one message. Holds places in the text, never the text."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="explanations")
    text_version = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=ExplanationState, default=ExplanationState.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField(default=now)
    model_name = models.CharField(max_length=80, blank=True)
    model_version = models.CharField(max_length=80, blank=True)
    # By label: start, end (code points) and what the score loses without it (log odds).
    spans = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("explanation")
        verbose_name_plural = _("explanations")
        constraints = [models.UniqueConstraint(fields=["message", "text_version"], name="explanation_once")]
        indexes = [
            models.Index(fields=["asked_at"], condition=models.Q(state="pending"), name="explanation_pending")
        ]

    def __str__(self) -> str:
        return f"{self.message_id} v{self.text_version} {self.state}"
