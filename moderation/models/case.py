"""All about one item that awaits a human: reports, blocks and findings together."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.clock import now
from common.database import new_public_id
from rooms.models import Message, Room


class CaseState(models.TextChoices):
    """Where a case stands. Claimed is not a state: it is a lease (claimed_until)."""

    OPEN = "open", _("open")
    ESCALATED = "escalated", _("escalated")
    DECIDED = "decided", _("decided")


class Severity(models.IntegerChoices):
    """How soon a human must look: never shown by colour alone."""

    LOW = 1, _("low")
    MEDIUM = 2, _("medium")
    HIGH = 3, _("high")
    URGENT = 4, _("urgent")


class Case(models.Model):
    """One message or one person under review. At most one undecided case for each."""

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    message = models.ForeignKey(Message, models.CASCADE, null=True, related_name="cases")
    # The person whom it is about: the message's author, or the reported person.
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="cases")
    room = models.ForeignKey(Room, models.CASCADE, null=True, related_name="cases")
    severity = models.PositiveSmallIntegerField(choices=Severity, default=Severity.LOW)
    state = models.CharField(max_length=10, choices=CaseState, default=CaseState.OPEN)
    why = models.CharField(max_length=200)
    opened_at = models.DateTimeField(default=now)
    due_at = models.DateTimeField()
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="cases_claimed"
    )
    claimed_until = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        constraints = [
            models.UniqueConstraint(
                fields=["message"],
                condition=models.Q(message__isnull=False) & ~models.Q(state="decided"),
                name="case_one_undecided_per_message",
            ),
            models.UniqueConstraint(
                fields=["person"],
                condition=models.Q(message__isnull=True) & ~models.Q(state="decided"),
                name="case_one_undecided_per_person",
            ),
        ]
        indexes = [
            models.Index(
                fields=["-severity", "opened_at"], condition=~models.Q(state="decided"), name="case_queue"
            )
        ]

    def __str__(self) -> str:
        return self.public_id
