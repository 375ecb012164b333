"""Which models judge: of each kind the newest row. Without any, the settings' model, and no second."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.clock import now


class Choice(models.Model):
    """A model that was put into service. Never changed: a new choice is a new row.

    The digest is of the folder's card, which has those of all its files: nothing else is ever loaded as it.
    """

    folder = models.CharField(max_length=500)
    name = models.CharField(max_length=80)
    card_sha256 = models.CharField(max_length=64)
    chosen_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=now)

    class Meta:
        abstract = True
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.name


class ModelChoice(Choice):
    """The model that reads every message."""

    class Meta(Choice.Meta):
        verbose_name = _("choice of a model")
        verbose_name_plural = _("choices of models")


class SecondChoice(Choice):
    """The model that reads what the first is unsure of, and a sampled share of the rest.

    A table of its own: a worker of an older release must never take it for the first.

    Attributes:
        folder: empty where from now on there is no second.
        sample: which share of the rest, in [0, 1].
    """

    folder = models.CharField(max_length=500, blank=True)
    sample = models.FloatField(default=0)

    class Meta(Choice.Meta):
        verbose_name = _("choice of a second model")
        verbose_name_plural = _("choices of second models")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(sample__gte=0, sample__lte=1), name="secondchoice_sample_probability"
            )
        ]
