"""Where other systems hear of what moderation did. Deliveries are the outbox of record, and its log."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from common.clock import now
from common.database import new_public_id


class WebhookEvent(models.TextChoices):
    """What can be told."""

    MESSAGE_HIDDEN = "message.hidden", _("a message was hidden")
    CASE_OPENED = "case.opened", _("a case was opened, or opened again")
    CASE_DECIDED = "case.decided", _("a case was decided")
    TEST = "webhook.test", _("a test")


class WebhookEndpoint(models.Model):
    """An address that wants to hear of some events. Its secret follows from `salt` and the site's own key."""

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    name = models.CharField(_("name"), max_length=60)
    url = models.CharField(_("address"), max_length=500)
    events = ArrayField(models.CharField(max_length=32, choices=WebhookEvent))
    salt = models.CharField(max_length=64, editable=False)
    created_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="webhooks_made")
    created_at = models.DateTimeField(default=now)
    is_on = models.BooleanField(default=True)
    # Since when everything sent there failed; None after a success.
    failing_since = models.DateTimeField(null=True)
    # Nobody sends before: somebody is sending (a lease), or it just failed.
    rests_until = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")

    def __str__(self) -> str:
        return self.name


class DeliveryState(models.TextChoices):
    """Where a message to an endpoint stands."""

    PENDING = "pending", _("waiting")
    DELIVERED = "delivered", _("delivered")
    FAILED = "failed", _("given up")


class WebhookDelivery(models.Model):
    """One event for one endpoint, as it is sent again and again until it arrives: ids, never a text."""

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    endpoint = models.ForeignKey(WebhookEndpoint, models.CASCADE, related_name="deliveries")
    event = models.CharField(max_length=32, choices=WebhookEvent)
    body = models.TextField()
    state = models.CharField(max_length=10, choices=DeliveryState, default=DeliveryState.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=now)
    due_at = models.DateTimeField(default=now)
    gives_up_at = models.DateTimeField()
    tried_at = models.DateTimeField(null=True)
    status_code = models.PositiveSmallIntegerField(null=True)
    error = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        indexes = [
            models.Index(
                fields=["endpoint", "due_at"],
                condition=models.Q(state="pending"),
                name="webhookdelivery_pending",
            ),
            models.Index(fields=["endpoint", "-created_at"], name="webhookdelivery_log"),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.public_id}"
