"""A person's complaint, with what was there at the moment of it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.clock import now
from common.database import new_public_id
from moderation.models.case import Case


class ReportReason(models.TextChoices):
    """Why, in plain words; each maps to a policy of the same key."""

    HARASSMENT = "harassment", _("Harassment or bullying")
    THREAT = "threat", _("A threat")
    HATE = "hate", _("Hate against a group")
    SEXUAL_CONTENT = "sexual_content", _("Sexual content")
    CHILD_SAFETY = "child_safety", _("A child may be in danger")
    SELF_HARM = "self_harm", _("Self-harm or suicide")
    SPAM_OR_SCAM = "spam_or_scam", _("Spam or a scam")
    PRIVATE_INFORMATION = "private_information", _("Private information")
    IMPERSONATION = "impersonation", _("Pretending to be somebody else")
    OTHER = "other", _("Something else")


class ReportOutcome(models.TextChoices):
    """What the reporter hears: that something was done, not what was done to whom."""

    ACTED = "acted", _("We agreed with you and did something about it.")
    NO_ACTION = "no_action", _("We looked at it and found that it breaks no policy.")
    CHANGED = "changed", _("We did something about it and have since changed that, after an objection.")


class Report(models.Model):
    """One person's complaint about a message or a person; always part of a case."""

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="reports")
    reporter = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="reports_made")
    reason = models.CharField(_("reason"), max_length=20, choices=ReportReason)
    note = models.TextField(_("note"), max_length=1000, blank=True)
    # The reported message and five around it on each side, as they stood: list of plain facts.
    snapshot = models.JSONField(default=list)
    created_at = models.DateTimeField(default=now)
    # What became of it, for the reporter: empty while undecided.
    outcome = models.CharField(max_length=20, choices=ReportOutcome, blank=True)
    outcome_at = models.DateTimeField(null=True)
    outcome_seen_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        constraints = [models.UniqueConstraint(fields=["case", "reporter"], name="report_once_per_case")]

    def __str__(self) -> str:
        return self.public_id
