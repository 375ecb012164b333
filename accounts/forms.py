"""What people type about themselves and others, as far as its shape goes; services refuse the rest."""

import datetime as dt
from typing import Any, cast
from zoneinfo import available_timezones

from allauth.account.forms import SignupForm
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import MODERATORS_SCOPES, Person, Scope, SiteRole
from accounts.services.age import BandSettings
from accounts.services.joining import require_plausible
from common.clock import now
from common.errors import Code, Refused


def refuse(form: forms.BaseForm, refusal: Refused, field: str | None = None) -> None:
    """Show a service's refusal where the person typed."""
    form.add_error(field, forms.ValidationError(refusal.sentence, code=refusal.code.value))


class SignUpForm(SignupForm):  # type: ignore[misc] # allauth has no types
    """allauth's form in our words. The birth date is not a field: it comes from the age screen."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name, email, password = self.fields["username"], self.fields["email"], self.fields["password1"]
        name.label = _("Name")
        name.help_text = _("Everybody sees it. Better not your real name.")
        email.label = _("E-mail address")
        email.help_text = _("Only you see it. We send a code there now.")
        password.help_text = _(
            "At least 10 characters. Four or five words that do not belong together are strong and easy "
            "to remember."
        )
        for field in (name, email, password):
            field.widget.attrs.pop("placeholder", None)


class _Part(forms.IntegerField):
    """A part of a date, typed: a number without arrows, without a default."""

    def __init__(self, *, label: Any, digits: int, autocomplete: str) -> None:
        attributes = {
            "inputmode": "numeric",
            "maxlength": digits,
            "size": digits,
            "autocomplete": autocomplete,
        }
        super().__init__(label=label, localize=False, widget=forms.TextInput(attrs=attributes))


class BirthDateForm(forms.Form):
    """A birth date, entered freely: three numbers, no hint of what answer is wanted."""

    day = _Part(label=_("Day"), digits=2, autocomplete="bday-day")
    month = _Part(label=_("Month"), digits=2, autocomplete="bday-month")
    year = _Part(label=_("Year"), digits=4, autocomplete="bday-year")

    def clean(self) -> dict[str, Any]:
        """The three as one `birth_date`; one sentence for whatever does not make a date."""
        values = super().clean() or {}
        try:
            values["birth_date"] = dt.date(values["year"], values["month"], values["day"])
            require_plausible(values["birth_date"])
        except (KeyError, ValueError, OverflowError, Refused):
            for part in ("day", "month", "year"):
                self.errors.pop(part, None)
            refuse(self, Refused(Code.BIRTH_DATE_UNCLEAR))
        return values

    @property
    def birth_date(self) -> dt.date:
        """The date, once the form is valid."""
        date: dt.date = self.cleaned_data["birth_date"]
        return date


class CorrectionForm(BirthDateForm):
    """An administrator's correction, with the reason that the audit log keeps."""

    reason = forms.CharField(
        label=_("Why"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Kept in the audit log. Do not write the date here."),
    )


class RoleForm(forms.Form):
    """A role on the site."""

    role = forms.ChoiceField(label=_("Role"), choices=SiteRole.choices, widget=forms.RadioSelect)


class TokenForm(forms.Form):
    """A new access token."""

    _LASTS = (("30", _("30 days")), ("90", _("90 days")), ("365", _("a year")))

    name = forms.CharField(
        label=_("What it is for"), max_length=60, help_text=_("For you: “reading bot”, “my backup script”.")
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"), choices=Scope.choices, widget=forms.CheckboxSelectMultiple
    )
    lasts = forms.ChoiceField(label=_("How long it works"), choices=_LASTS, initial="30")

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        """Offer what this person's tokens may do."""
        super().__init__(*args, **kwargs)
        kept_back = frozenset() if person.is_moderator else MODERATORS_SCOPES
        offered = [(scope, words) for scope, words in Scope.choices if scope not in kept_back]
        cast(forms.MultipleChoiceField, self.fields["scopes"]).choices = offered

    @property
    def expires_at(self) -> dt.datetime:
        """When the token ends, counted from now."""
        return now() + dt.timedelta(days=int(self.cleaned_data["lasts"]))


class PreferencesForm(forms.Form):
    """The time zone, and whether others see that one is here."""

    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=lambda: [(name, name.replace("_", " ")) for name in sorted(available_timezones())],
        help_text=_("All times are written in it, in mail as well."),
    )
    shows_presence = forms.BooleanField(
        label=_("Others see that I am here, and that I am writing"),
        required=False,
        help_text=_("Only in rooms that you are both in, and never somebody you blocked or who blocked you."),
    )


class BandForm(forms.Form):
    """An age band. Each field says what it does to people."""

    name = forms.CharField(label=_("Name"), max_length=40, help_text=_("Only administrators see it."))
    minimum_age = forms.IntegerField(
        label=_("From this age"),
        min_value=0,
        max_value=120,
        help_text=_("Up to the next band. The lowest band's age is the youngest at which one can join."),
    )
    is_minor = forms.BooleanField(
        label=_("They are minors"),
        required=False,
        help_text=_("They get the protections for minors; their age is never shown to others."),
    )
    screening_forced = forms.BooleanField(
        label=_("Messages are checked before others see them"),
        required=False,
        help_text=_(
            "In every room that people of this band may enter, whatever the room's own setting. "
            "For minors it cannot be switched off."
        ),
    )
    may_use_tokens = forms.BooleanField(
        label=_("They may use access tokens"),
        required=False,
        help_text=_("Bots and tools can then act in their name. For minors it is better left off."),
    )

    @property
    def settings(self) -> BandSettings:
        """What was decided, once the form is valid."""
        return BandSettings(**self.cleaned_data)


class SearchForm(forms.Form):
    """Part of a name or an e-mail address."""

    q = forms.CharField(label=_("Name or e-mail address"), max_length=254, required=False)
