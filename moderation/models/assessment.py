"""What is to be judged and what was found. Assessment rows are the queue of record."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.clock import now
from rooms.models import Message


class AssessmentState(models.TextChoices):
    """Where a judgement stands."""

    PENDING = "pending", _("waiting")
    DONE = "done", _("judged")
    STALE = "stale", _("overtaken by an edit or a newer policy")
    FAILED = "failed", _("given to a human")


class Assessment(models.Model):
    """One text version of one message, to be judged by the classifier."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="assessments")
    text_version = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=AssessmentState, default=AssessmentState.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    leased_until = models.DateTimeField(null=True)
    # Who judges it: the number of an advisory lock that is free once that worker's session has ended.
    leased_by = models.IntegerField(null=True)
    created_at = models.DateTimeField(default=now)
    judged_at = models.DateTimeField(null=True)
    model_name = models.CharField(max_length=80, blank=True)
    model_version = models.CharField(max_length=80, blank=True)
    policy_version = models.PositiveIntegerField(null=True)
    scores = models.JSONField(default=dict)
    outcome = models.CharField(max_length=12, blank=True)
    # The language it seems to be in (ISO 639-1), where that could be told.
    language = models.CharField(max_length=8, blank=True, db_default="")
    # Why its scores mean nothing: "language"; empty where they do.
    not_judged = models.CharField(max_length=12, blank=True, db_default="")
    error = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("assessment")
        verbose_name_plural = _("assessments")
        constraints = [models.UniqueConstraint(fields=["message", "text_version"], name="assessment_once")]
        indexes = [
            models.Index(
                fields=["created_at"], condition=models.Q(state="pending"), name="assessment_pending"
            )
        ]

    def __str__(self) -> str:
        return f"{self.message_id} v{self.text_version} {self.state}"


class FindingRow(models.Model):
    """A rooms.seams.Finding that was made about a message: by a rule or by the classifier."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="findings")
    text_version = models.PositiveIntegerField()
    source = models.CharField(max_length=12)
    label = models.CharField(max_length=32)
    detail = models.CharField(max_length=200)
    score = models.FloatField(null=True)
    span = ArrayField(models.PositiveIntegerField(), size=2, null=True)
    severity = models.PositiveSmallIntegerField(default=1)
    # Which model's score it is; empty where no classifier made it.
    model_name = models.CharField(max_length=80, blank=True, db_default="")
    created_at = models.DateTimeField(default=now)

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")

    def __str__(self) -> str:
        return f"{self.source} {self.label}"
