"""What a decision did to a person, and for how long. The effect itself is a fact in rooms or accounts."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.clock import now
from moderation.models.decision import Decision
from rooms.models import Room


class SanctionKind(models.TextChoices):
    """What a person may be given."""

    WARNING = "warning", _("warning")
    MUTE = "mute", _("mute")
    REMOVAL = "removal", _("removal from a room")
    SUSPENSION = "suspension", _("suspension")


class Sanction(models.Model):
    """A limit put on a person by a decision; lifted by its reversal or by time."""

    decision = models.OneToOneField(Decision, models.PROTECT, related_name="sanction")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="sanctions")
    room = models.ForeignKey(Room, models.CASCADE, null=True, related_name="+")
    kind = models.CharField(max_length=12, choices=SanctionKind)
    created_at = models.DateTimeField(default=now)
    until = models.DateTimeField(null=True)
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("sanction")
        verbose_name_plural = _("sanctions")
        indexes = [models.Index(fields=["person", "kind"], name="sanction_of_person")]

    def __str__(self) -> str:
        return f"{self.kind} for {self.person_id}"


class Strike(models.Model):
    """A mark that a decision leaves with a person and that fades; the person can see it."""

    decision = models.OneToOneField(Decision, models.PROTECT, related_name="strike")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="strikes")
    weight = models.PositiveSmallIntegerField()
    created_at = models.DateTimeField(default=now)
    expires_at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("strike")
        verbose_name_plural = _("strikes")

    def __str__(self) -> str:
        return f"{self.weight} for {self.person_id}"
