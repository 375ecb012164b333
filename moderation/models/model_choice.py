"""Which model judges: the newest row; where there is none, the one that the settings name."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.clock import now


class ModelChoice(models.Model):
    """A model that was put into service. Never changed: a new choice is a new row.

    The digest is of the folder's card, which has those of all its files: nothing else is ever loaded as it.
    """

    folder = models.CharField(max_length=500)
    name = models.CharField(max_length=80)
    card_sha256 = models.CharField(max_length=64)
    chosen_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=now)

    class Meta:
        verbose_name = _("choice of a model")
        verbose_name_plural = _("choices of models")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.name
