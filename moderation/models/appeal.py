"""A person's objection to a decision about them, decided by another moderator."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.clock import now
from common.database import new_public_id
from moderation.models.decision import Decision


class AppealState(models.TextChoices):
    """Where an appeal stands."""

    OPEN = "open", _("waiting")
    UPHELD = "upheld", _("the decision stands")
    OVERTURNED = "overturned", _("the decision was undone")


class Appeal(models.Model):
    """One objection to one decision."""

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    decision = models.OneToOneField(Decision, models.PROTECT, related_name="appeal")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="appeals")
    text = models.TextField(_("your objection"), max_length=2000)
    state = models.CharField(max_length=10, choices=AppealState, default=AppealState.OPEN)
    lodged_at = models.DateTimeField(default=now)
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="appeals_resolved"
    )
    answer = models.TextField(_("answer"), max_length=2000, blank=True)

    class Meta:
        verbose_name = _("appeal")
        verbose_name_plural = _("appeals")

    def __str__(self) -> str:
        return self.public_id
