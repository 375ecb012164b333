"""What a second model made of a text that the first was unsure of, or of a sampled one."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from common.clock import now
from moderation import band
from moderation.models.assessment import Assessment


class Asked(models.TextChoices):
    """Why the second model read it. See band.Asked."""

    BAND = band.Asked.BAND.value, _("the first model was unsure")
    SAMPLE = band.Asked.SAMPLE.value, _("one of a sample")


class SecondOpinion(models.Model):
    """Beside the assessment, which has the first model's scores. Written with it, never changed.

    Attributes:
        scores: the second model's; empty where it failed at a sampled text (`error` says how).
        first_call, second_call: what each model's scores alone asked for, by the thresholds of then.
    """

    assessment = models.OneToOneField(Assessment, models.CASCADE, related_name="second_opinion")
    asked = models.CharField(max_length=6, choices=Asked)
    model_name = models.CharField(max_length=80, blank=True)
    model_version = models.CharField(max_length=80, blank=True)
    scores = models.JSONField(default=dict)
    first_call = models.CharField(max_length=12)
    second_call = models.CharField(max_length=12, blank=True)
    error = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=now)

    class Meta:
        verbose_name = _("second opinion")
        verbose_name_plural = _("second opinions")
        indexes = [models.Index(fields=["created_at"], name="secondopinion_created_at")]

    def __str__(self) -> str:
        return f"{self.assessment_id} {self.asked}"
