"""What people send to the moderation pages, parsed. No form saves: views hand the values to a service.

Called by moderation/views alone.
"""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.clock import FOREVER, now
from moderation.band import band_of
from moderation.decisions import Levels
from moderation.models import Action, Policy, ReportReason, Rule, Severity, Threshold, WebhookEvent
from moderation.selectors.previews import Preview
from moderation.suggestions import reason_for
from rooms.models import Room
from rooms.seams import Outcome

# What a moderator may choose for a mute, a removal or a suspension. The last one ends only by hand.
DURATIONS = {
    "1h": (_("1 hour"), dt.timedelta(hours=1)),
    "1d": (_("1 day"), dt.timedelta(days=1)),
    "3d": (_("3 days"), dt.timedelta(days=3)),
    "7d": (_("7 days"), dt.timedelta(days=7)),
    "30d": (_("30 days"), dt.timedelta(days=30)),
    "for_good": (_("until it is lifted"), None),
}
_USUAL_DURATION = {Action.MUTE: "1d", Action.REMOVE: "7d", Action.SUSPEND: "7d"}
_ON_NO_POLICY = frozenset({Action.DISMISS, Action.RELEASE, Action.RESTORE, Action.ESCALATE})


class ReportForm(forms.Form):
    """A report of a message or of a person: one tap on a reason, one to send."""

    reason = forms.ChoiceField(
        label=_("What is wrong?"),
        choices=ReportReason,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what fits best. “Something else” is fine too.")},
    )
    note = forms.CharField(
        label=_("Anything a moderator should know?"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    also_block = forms.BooleanField(
        label=_("Also block this person"),
        required=False,
        help_text=_("You will no longer see each other's messages. They are not told."),
    )


class WebhookForm(forms.Form):
    """An address that shall hear of some events."""

    name = forms.CharField(
        label=_("What it is for"), max_length=60, help_text=_("For administrators: “duty pager”.")
    )
    url = forms.CharField(
        label=_("Address"), max_length=500, help_text=_("Begins with https://. We never follow a redirect.")
    )
    events = forms.MultipleChoiceField(
        label=_("Tell it when"),
        choices=[(event.value, event.label) for event in WebhookEvent if event != WebhookEvent.TEST],
        widget=forms.CheckboxSelectMultiple,
    )


class PolicySelect(forms.Select):
    """Policies to choose from; each option carries its reason (elements/decision-form.js)."""

    action = ""

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """As Django makes it, with the suggested reason."""
        option: dict[str, Any] = super().create_option(*args, **kwargs)
        policy = getattr(option["value"], "instance", None)
        option["attrs"]["data-reason"] = reason_for(self.action, policy)
        return option


class DecisionForm(forms.Form):
    """One decision on one case: what, on which policy, why, and until when where that applies."""

    action = forms.ChoiceField(choices=Action, widget=forms.HiddenInput)
    policy = forms.ModelChoiceField(
        Policy.objects.filter(is_active=True),
        label=_("Policy"),
        to_field_name="key",
        widget=PolicySelect,
        empty_label=_("No policy is broken"),
        error_messages={"required": _("Choose the policy that it breaks.")},
    )
    duration = forms.ChoiceField(
        label=_("For how long"),
        choices=[(key, words) for key, (words, _length) in DURATIONS.items()],
        error_messages={"required": _("Choose how long it lasts.")},
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("The person concerned reads this."),
        error_messages={"required": _("Give a reason: the person concerned reads it.")},
    )
    # The text that the moderator has read; the service decides nothing about another one.
    seen_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, action: str, suggested: str = "", **kwargs: Any) -> None:
        """Ask what `action` needs, with the policy of key `suggested` and its reason filled in."""
        super().__init__(*args, **kwargs)
        policy = self._ask_policy(action, suggested)
        self.initial = {
            "action": action,
            "policy": policy.key if policy else "",
            "duration": _USUAL_DURATION.get(Action(action), ""),
            "reason": reason_for(action, policy),
        }
        if action not in _USUAL_DURATION:
            del self.fields["duration"]
        if action in _ON_NO_POLICY:
            self.fields["reason"].help_text = _("Moderators read this.")

    def _ask_policy(self, action: str, suggested: str) -> Policy | None:
        field = self.fields["policy"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - declared above
        field.widget.action = action
        if action in _ON_NO_POLICY:
            field.required = False
            return None
        field.empty_label = None
        in_force = Policy.objects.filter(is_active=True)
        return in_force.filter(key=suggested).first() or in_force.first()

    @property
    def policy_key(self) -> str | None:
        """The chosen policy's key, as the service takes it."""
        policy: Policy | None = self.cleaned_data["policy"]
        return policy.key if policy else None

    @property
    def until(self) -> dt.datetime | None:
        """When the limit ends; None for actions without one."""
        if "duration" not in self.cleaned_data:
            return None
        length = DURATIONS[self.cleaned_data["duration"]][1]
        return now() + length if length else FOREVER


class AppealForm(forms.Form):
    """A person's objection to a decision about them."""

    text = forms.CharField(
        label=_("Why do you think it should be undone?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Up to 2,000 characters. A moderator who was not part of the decision reads it."),
        error_messages={"required": _("Write a few words, so that the moderator knows what to look at.")},
    )


class AppealAnswerForm(forms.Form):
    """A moderator's answer to an objection."""

    outcome = forms.ChoiceField(
        label=_("Your decision"),
        choices=[
            ("uphold", _("The decision stands")),
            ("overturn", _("Undo the decision: what it did is put back")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the two.")},
    )
    answer = forms.CharField(
        label=_("Your answer"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The person reads this as you write it."),
        error_messages={"required": _("Give an answer: the person waits for it.")},
    )

    @property
    def overturn(self) -> bool:
        """Whether the decision is undone."""
        return bool(self.cleaned_data["outcome"] == "overturn")


class RuleForm(forms.ModelForm):  # type: ignore[type-arg] # Django's is not subscriptable
    """An automated check, as an administrator writes it. The service validates the pattern."""

    outcome = forms.ChoiceField(
        label=_("Then"),
        choices=[
            (Outcome.NUDGE.value, _("ask the author once whether they mean it")),
            (Outcome.HOLD.value, _("hold it until a moderator has looked")),
            (Outcome.BLOCK.value, _("do not send it")),
        ],
        initial=Outcome.HOLD.value,
        help_text=_("A word that is only disguised is held at most: nobody looks at what is not sent."),
    )
    severity = forms.TypedChoiceField(
        label=_("How grave"),
        choices=Severity,
        coerce=int,
        initial=Severity.MEDIUM.value,
        help_text=_("How soon a moderator must look at what it holds."),
    )
    room = forms.ModelChoiceField(
        Room.objects.filter(closed_at=None).order_by("name"),
        label=_("Room"),
        required=False,
        empty_label=_("whole site"),
    )

    class Meta:
        model = Rule
        fields = (
            "kind", "pattern", "exceptions", "outcome", "severity",
            "room", "audience", "policy", "note", "is_enabled",
        )  # fmt: skip
        labels = {"kind": _("What it looks at"), "exceptions": _("Except in these words")}
        help_texts = {
            "pattern": _(
                "A word: barnacle, barn* or *acle. A domain: shop.example. Too many: 10/30, at most 10 "
                "messages in 30 seconds. The same again: 2/60. Too long: 500."
            ),
            "exceptions": _("Harmless words that contain it, one a line."),
            "policy": _("What the author reads as the reason."),
            "note": _("For other administrators."),
        }


_LEVELS, _BAND = ("review", "hide", "escalate"), ("band_from", "band_to")


class ThresholdForm(forms.ModelForm):  # type: ignore[type-arg]
    """From which scores on one label is looked at, hidden, escalated. Empty: what holds otherwise stays.

    And the band, where a second model reads what is in it.
    """

    preview: Preview | None = None

    class Meta:
        model = Threshold
        fields = ("review", "hide", "escalate", "band_from", "band_to")

    def __init__(self, *args: Any, site: Levels, has_second: bool = False, **kwargs: Any) -> None:
        """Offer the site's figures as what holds while a field is empty."""
        super().__init__(*args, **kwargs)
        self.site = site
        if not has_second:
            for name in _BAND:
                del self.fields[name]
        usuals = dict(zip(_BAND, band_of(site), strict=True))
        for name, field in self.fields.items():
            usual = usuals[name] if name in _BAND else getattr(site, name)
            field.widget = forms.NumberInput(
                attrs={
                    "class": "input",
                    "min": 0,
                    "max": 1,
                    "step": 0.005,
                    "placeholder": "" if usual is None or usual > 1 else round(usual, 3),
                }
            )

    @property
    def label(self) -> str:
        """The classifier's label that it is about."""
        return str(self.instance.label)

    @property
    def is_empty(self) -> bool:
        """Whether it sets nothing of its own."""
        own = (getattr(self.instance, name) for name in self.Meta.fields)  # also what is not in the form
        return all(value is None for value in own)

    def clean(self) -> dict[str, Any]:
        """What is hidden is also looked at, what is escalated also hidden: the figures rise."""
        cleaned: dict[str, Any] = super().clean() or {}
        begins, ends = (cleaned.get(name) for name in _BAND)
        if begins is not None and ends is not None and begins > ends:
            raise forms.ValidationError(_("What the second model reads begins below where it ends."))
        figures = [value for name in _LEVELS if (value := cleaned.get(name)) is not None]
        if figures != sorted(figures):
            raise forms.ValidationError(
                _("Hide from a higher score than review, escalate from a higher one still.")
            )
        return cleaned


class ProposalForm(forms.Form):
    """Which of the proposed figures are applied, as they were read, and why."""

    only = forms.CharField(max_length=32, widget=forms.HiddenInput)
    figures = forms.JSONField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Kept with the change, for other administrators."),
        error_messages={"required": _("Say why: it is kept with the change.")},
    )

    def clean_figures(self) -> dict[str, Levels]:
        """By label, the figures that were shown."""
        try:
            return {label: Levels(*levels) for label, levels in self.cleaned_data["figures"].items()}
        except (AttributeError, TypeError) as error:
            raise forms.ValidationError(_("Open the page again, then apply.")) from error

    @property
    def wanted(self) -> dict[str, Levels]:
        """By label, what to set."""
        found: dict[str, Levels] = self.cleaned_data["figures"]
        return found


class TryTextForm(forms.Form):
    """A text to try the rules on; nothing of it is kept."""

    text = forms.CharField(
        label=_("A message to try"),
        max_length=4000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write something to try.")},
    )
    room = forms.ModelChoiceField(
        Room.objects.filter(closed_at=None).order_by("name"),
        label=_("Said in"),
        required=False,
        empty_label=_("any room"),
    )
    minors_may_read = forms.BooleanField(
        label=_("Minors may be there"),
        required=False,
        initial=True,
        help_text=_("Some rules hold only in their company."),
    )


class PolicyForm(forms.ModelForm):  # type: ignore[type-arg]
    """A written norm: what members read."""

    class Meta:
        model = Policy
        fields = ("title", "text", "is_active")
        help_texts = {
            "text": _("Say what is not wanted and what is fine, in words that a child understands."),
            "is_active": _("Members read it and decisions can name it."),
        }
