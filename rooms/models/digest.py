"""Of what people are told outside of a room, and the mails that tell it, each a row before it is sent."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.clock import now


class Rhythm(models.TextChoices):
    """How often somebody gets a digest by e-mail."""

    NEVER = "never", _("never")
    DAILY = "daily", _("every day")
    WEEKLY = "weekly", _("every Monday")


class NotificationWish(models.Model):
    """What one person wants to be told, and how. Whoever has no row gets notices on the page and no mail."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="notification_wish"
    )
    notices = models.BooleanField(_("notices on the page"), default=True)
    rhythm = models.CharField(_("digest by e-mail"), max_length=6, choices=Rhythm, default=Rhythm.NEVER)
    # In the person's time zone; due_at is the next such moment, None for never.
    hour = models.PositiveSmallIntegerField(_("hour"), default=8)
    due_at = models.DateTimeField(null=True, blank=True, db_index=True)

    class Meta:
        verbose_name = _("notification wish")
        verbose_name_plural = _("notification wishes")
        constraints = [
            models.CheckConstraint(condition=models.Q(hour__lte=23), name="notificationwish_hour_of_day")
        ]

    def __str__(self) -> str:
        return f"{self.rhythm} to {self.person_id}"


class DeliveryState(models.TextChoices):
    """Where a digest stands."""

    WAITING = "waiting", _("waiting")
    SENDING = "sending", _("being sent")
    SENT = "sent", _("sent")
    EMPTY = "empty", _("nothing to tell")
    FAILED = "failed", _("given up")


class DigestDelivery(models.Model):
    """One digest for one moment: it leaves WAITING once for each attempt, so a crash never sends it twice."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="digests")
    due_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=DeliveryState, default=DeliveryState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    # While it waits: not before. While it is being sent: since when.
    at = models.DateTimeField(default=now)

    class Meta:
        verbose_name = _("digest")
        verbose_name_plural = _("digests")
        constraints = [models.UniqueConstraint(fields=["person", "due_at"], name="digest_once")]
        indexes = [models.Index(fields=["state", "at"], name="digest_state")]

    def __str__(self) -> str:
        return f"{self.state} for {self.person_id}"
