"""What is not wanted (policies), what looks for it (rules), and from which score on (thresholds).

Every change of any of them makes a new PolicyVersion; verdicts carry the version they were made under.
"""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import AgeBand
from common.clock import now
from moderation import decisions
from rooms.models import Room
from rooms.seams import Outcome


class Policy(models.Model):
    """A written norm that members can read and a decision names."""

    key = models.SlugField(unique=True)
    title = models.CharField(_("title"), max_length=80)
    text = models.TextField(_("text"))
    is_active = models.BooleanField(_("in force"), default=True)

    class Meta:
        verbose_name = _("policy")
        verbose_name_plural = _("policies")
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title


class PolicyVersion(models.Model):
    """A number for the state of all policies, rules and thresholds together."""

    number = models.PositiveIntegerField(unique=True)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    note = models.CharField(max_length=200)
    created_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["-number"]

    def __str__(self) -> str:
        return str(self.number)


class RuleKind(models.TextChoices):
    """What a rule looks at."""

    WORD = "word", _("word or phrase, * as wildcard")
    PATTERN = "pattern", _("regular expression (RE2)")
    LINK = "link", _("domain")
    FLOOD = "flood", _("too many messages")
    REPEAT = "repeat", _("the same again and again")
    LENGTH = "length", _("too long")


class Audience(models.TextChoices):
    """In whose company a rule holds."""

    EVERYONE = "everyone", _("everywhere")
    MINORS = "minors", _("where minors may be")


class Rule(models.Model):
    """An automated check on a message before it is stored."""

    kind = models.CharField(_("kind"), max_length=8, choices=RuleKind)
    pattern = models.CharField(_("pattern"), max_length=260)
    exceptions = models.TextField(_("except"), blank=True, help_text=_("One word a line."))
    outcome = models.CharField(_("then"), max_length=8, choices=[(o.value, o.name.title()) for o in Outcome])
    severity = models.PositiveSmallIntegerField(
        _("severity"), default=2, validators=[MinValueValidator(1), MaxValueValidator(4)]
    )
    audience = models.CharField(_("holds"), max_length=8, choices=Audience, default=Audience.EVERYONE)
    room = models.ForeignKey(Room, models.CASCADE, null=True, blank=True, related_name="+")
    policy = models.ForeignKey(Policy, models.PROTECT, null=True, blank=True, related_name="+")
    is_enabled = models.BooleanField(_("enabled"), default=True)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("rule")
        verbose_name_plural = _("rules")

    def __str__(self) -> str:
        return f"{self.kind}: {self.pattern}"


class Treatment(models.TextChoices):
    """What becomes of a text in a language that the classifier does not know. See decisions.Treatment."""

    PASS = decisions.Treatment.PASS.value, _("let it pass: only the rules have read it")
    REVIEW = decisions.Treatment.REVIEW.value, _("a moderator looks at it")
    HOLD = decisions.Treatment.HOLD.value, _("hold it until a moderator has looked")


class UnknownLanguage(models.Model):
    """What becomes of texts in languages that the classifier does not know: site, room or age band.

    Several hold at once: the strictest wins.
    """

    treatment = models.CharField(_("then"), max_length=8, choices=Treatment)
    room = models.ForeignKey(Room, models.CASCADE, null=True, blank=True, related_name="+")
    age_band = models.ForeignKey(AgeBand, models.CASCADE, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("unknown language")
        verbose_name_plural = _("unknown languages")
        constraints = [
            models.UniqueConstraint(
                fields=["room", "age_band"], nulls_distinct=False, name="unknownlanguage_scope_once"
            ),
            models.CheckConstraint(
                condition=models.Q(room__isnull=True) | models.Q(age_band__isnull=True),
                name="unknownlanguage_one_scope",
            ),
        ]

    def __str__(self) -> str:
        return self.treatment


class Threshold(models.Model):
    """From which score of a label on a message is reviewed, hidden, escalated: site, room or age band.

    And the band: between which scores a second model decides, where there is one.

    Several hold at once: the strictest wins. Empty means: not by this row.
    """

    label = models.CharField(_("label"), max_length=32)
    review = models.FloatField(_("review from"), null=True, blank=True)
    hide = models.FloatField(_("hide from"), null=True, blank=True)
    escalate = models.FloatField(_("escalate from"), null=True, blank=True)
    band_from = models.FloatField(_("read twice from"), null=True, blank=True)
    band_to = models.FloatField(_("read twice up to"), null=True, blank=True)
    room = models.ForeignKey(Room, models.CASCADE, null=True, blank=True, related_name="+")
    age_band = models.ForeignKey(AgeBand, models.CASCADE, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("threshold")
        verbose_name_plural = _("thresholds")
        constraints = [
            models.UniqueConstraint(
                fields=["label", "room", "age_band"], nulls_distinct=False, name="threshold_scope_once"
            ),
            models.CheckConstraint(
                condition=models.Q(room__isnull=True) | models.Q(age_band__isnull=True),
                name="threshold_one_scope",
            ),
            *(
                models.CheckConstraint(
                    condition=models.Q((f"{field}__isnull", True))
                    | models.Q((f"{field}__gte", 0), (f"{field}__lte", 1)),
                    name=f"threshold_{field}_probability",
                )
                for field in ("review", "hide", "escalate", "band_from", "band_to")
            ),
        ]

    def __str__(self) -> str:
        return self.label
