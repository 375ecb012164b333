"""How the thresholds came to be what they are: every change, why it was made, and what held before."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import AgeBand
from common.clock import now
from common.database import new_public_id
from rooms.models import Room


class ThresholdChange(models.Model):
    """One change of one label's figures in one scope. Undone by another change, never altered.

    Figures are a row's (review, hide, escalate); empty: there was, or is, no row of its own.
    """

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    label = models.CharField(max_length=32)
    room = models.ForeignKey(Room, models.CASCADE, null=True, related_name="+")
    age_band = models.ForeignKey(AgeBand, models.CASCADE, null=True, related_name="+")
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    # Why, in the words of whoever changed it; empty where they set the figures by hand and gave none.
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    # What a proposal rested on: counts and levels. Empty where the figures were set by hand.
    evidence = models.JSONField(default=dict)
    undoes = models.OneToOneField("self", models.PROTECT, null=True, related_name="undone_by")
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    changed_at = models.DateTimeField(default=now)

    class Meta:
        verbose_name = _("change of a threshold")
        verbose_name_plural = _("changes of thresholds")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.label} {self.public_id}"
