"""What was decided, why, by whom; and what the person concerned is told. Written by enforce() alone."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.clock import now
from common.database import new_public_id
from moderation.models.case import Case
from moderation.models.policy import Policy
from rooms.models import Message


class Action(models.TextChoices):
    """What a decision does."""

    DISMISS = "dismiss", _("dismiss")
    RELEASE = "release", _("release")
    HOLD = "hold", _("hold")
    HIDE = "hide", _("hide")
    RESTORE = "restore", _("restore")
    WARN = "warn", _("warn")
    MUTE = "mute", _("mute")
    REMOVE = "remove", _("remove from the room")
    SUSPEND = "suspend", _("suspend")
    ESCALATE = "escalate", _("escalate")
    REVERSE = "reverse", _("reverse")


class Decision(models.Model):
    """One action on one item, automated or by a moderator. Undone by another decision, never erased."""

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="decisions")
    message = models.ForeignKey(Message, models.PROTECT, null=True, related_name="decisions")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="decisions_about")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="decisions_made"
    )
    is_automated = models.BooleanField()
    action = models.CharField(max_length=10, choices=Action)
    policy = models.ForeignKey(Policy, models.PROTECT, null=True, related_name="decisions")
    policy_version = models.PositiveIntegerField()
    # The text it is about: a later text of the same message was not decided on.
    text_version = models.PositiveIntegerField(null=True)
    reason = models.CharField(max_length=1000)
    # Rule or label, score, model: what an automated decision rests on.
    grounds = models.JSONField(default=dict)
    # What must be known to undo it: the visibility before, the mute before.
    before = models.JSONField(default=dict)
    until = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(default=now)
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversed_by")

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["-decided_at"]
        constraints = [
            # A pipeline that dies between verdict and commit decides again, and finds it decided.
            models.UniqueConstraint(
                fields=["message", "text_version", "action"],
                condition=models.Q(is_automated=True),
                name="decision_automated_once",
            )
        ]
        indexes = [models.Index(fields=["person", "-decided_at"], name="decision_about_person")]

    def __str__(self) -> str:
        return f"{self.action} {self.public_id}"


class StatementOfReasons(models.Model):
    """What the person concerned is told: what was done, on what ground, automated or not, how to object.

    Fields after Article 17(3) of Regulation (EU) 2022/2065 (Digital Services Act).
    """

    decision = models.OneToOneField(Decision, models.CASCADE, related_name="statement")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="statements")
    created_at = models.DateTimeField(default=now)
    read_at = models.DateTimeField(null=True)
    # Six months to object: Article 20(1) of the same regulation.
    object_until = models.DateTimeField()
    # Set when a later decision lets others read the message again: then there is nothing left to object to.
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("statement of reasons")
        verbose_name_plural = _("statements of reasons")

    def __str__(self) -> str:
        return f"statement on {self.decision_id}"
