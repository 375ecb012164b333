"""What pages of rooms ask for. Forms check shape and say what each choice does; services decide."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from common.clock import now
from rooms.models import Access, Loudness, Rhythm, Room, RoomRole, ScreeningMode

_FOR_GOOD = ""
_HOUR, _DAY, _WEEK, _MONTH = 3600, 86_400, 604_800, 2_592_000


class NotificationsForm(forms.Form):
    """Of what one is told outside of a room's page."""

    notices = forms.BooleanField(
        label=_("Show a notice on the page when somebody mentions or answers me in another room"),
        required=False,
    )
    rhythm = forms.ChoiceField(
        label=_("Mail with what is unread"),
        widget=forms.RadioSelect,
        choices=Rhythm.choices,
        help_text=_("Names of rooms and numbers, never what was written; nothing where nothing is new."),
    )
    hour = forms.TypedChoiceField(
        label=_("At"),
        coerce=int,
        choices=[(hour, f"{hour:02}:00") for hour in range(24)],
        help_text=_("In your time zone."),
    )


class LoudnessForm(forms.Form):
    """Of what in a room its member is told while they are elsewhere."""

    loudness = forms.ChoiceField(
        label=_("While you are elsewhere, we tell you of"),
        widget=forms.RadioSelect,
        choices=[
            (Loudness.ALL, _("everything")),
            (Loudness.MENTIONS, _("only messages that mention or answer you")),
            (Loudness.NOTHING, _("nothing: the room is muted")),
        ],
    )


class RoomForm(forms.Form):
    """A new room's settings, with a sentence each that says what it does to people.

    `ages` are the minimum ages on offer.
    """

    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("What people see in their list."))
    slug = forms.SlugField(
        label=_("Address"),
        max_length=60,
        help_text=_("The end of the room's address. Links to the room break when it changes."),
    )
    topic = forms.CharField(
        label=_("Topic"),
        max_length=250,
        required=False,
        help_text=_("One line under the name: what people talk about here."),
    )
    rules = forms.CharField(
        label=_("Rules"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("What you ask of people here. They read it before they join."),
    )
    access = forms.ChoiceField(
        label=_("Who may join"),
        widget=forms.RadioSelect,
        choices=[
            (Access.PUBLIC, _("Anyone who is signed in and old enough. They see the room in their list.")),
            (Access.INVITE_ONLY, _("Only people with an invitation. Nobody else can tell that it exists.")),
        ],
        initial=Access.PUBLIC,
    )
    minimum_age = forms.TypedChoiceField(
        label=_("Minimum age"),
        coerce=int,
        help_text=_("Younger people, and people whose age we do not know, cannot join or read."),
    )
    screening_mode = forms.ChoiceField(
        label=_("When messages are checked"),
        widget=forms.RadioSelect,
        choices=[
            (ScreeningMode.BEFORE, _("Before others see them. It takes a moment; nothing harmful is shown.")),
            (
                ScreeningMode.AFTER,
                _("After they are shown. Harmful messages may be seen for a moment, then hidden."),
            ),
        ],
        initial=ScreeningMode.BEFORE,
        help_text=_("Wherever young people may be, messages are always checked before others see them."),
    )
    slow_mode_s = forms.TypedChoiceField(
        label=_("Slow mode"),
        coerce=int,
        choices=[
            (0, _("Off")),
            (5, _("5 seconds")),
            (15, _("15 seconds")),
            (30, _("30 seconds")),
            (60, _("1 minute")),
            (300, _("5 minutes")),
            (900, _("15 minutes")),
            (3600, _("1 hour")),
            (21_600, _("6 hours")),
        ],
        initial=0,
        help_text=_("How long each member waits between two messages. Hosts and moderators do not wait."),
    )

    def __init__(self, *args: Any, ages: Iterable[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = sorted({0, *ages, self.initial.get("minimum_age", 0)})
        self.fields["minimum_age"].choices = [(age, _age_words(age)) for age in choices]  # type: ignore[attr-defined]
        self._offer_wait(self.initial.get("slow_mode_s", 0))

    def _offer_wait(self, seconds: int) -> None:
        """A room may have a wait that is not on the list: it stays possible."""
        field = self.fields["slow_mode_s"]
        if seconds not in [offered for offered, _words in field.choices]:  # type: ignore[attr-defined]
            own = (seconds, _("%(seconds)s seconds") % {"seconds": seconds})
            field.choices = [*field.choices, own]  # type: ignore[attr-defined]


class RoomSettingsForm(RoomForm):
    """The settings of a room that exists: the same, and whether anybody may write."""

    is_read_only = forms.BooleanField(
        label=_("Read-only"),
        required=False,
        help_text=_("Everybody reads; only hosts and moderators write."),
    )

    @classmethod
    def of(cls, room: Room, said: Mapping[str, Any] | None, ages: Iterable[int]) -> "RoomSettingsForm":
        """The form over a room as it is; `said` is what was sent."""
        return cls(said, initial={name: getattr(room, name) for name in cls.base_fields}, ages=ages)


class MessageForm(forms.Form):
    """A message posted without scripts. The key makes a repeated form one message."""

    body = forms.CharField(strip=True, required=False, max_length=settings.MESSAGE_MAX_LENGTH * 5)
    client_key = forms.UUIDField()
    nudged = forms.BooleanField(required=False)
    reply_to = forms.CharField(required=False, max_length=22)


class RoleForm(forms.Form):
    """What a member is in the room."""

    role = forms.ChoiceField(
        label=_("Role"),
        widget=forms.RadioSelect,
        choices=[
            (RoomRole.MEMBER, _("Member: reads and writes.")),
            (RoomRole.HOST, _("Host: keeps order as well. Removes and mutes members, and invites people.")),
            (RoomRole.OWNER, _("Owner: changes the settings and roles as well, and may close the room.")),
        ],
    )


class SpanForm(forms.Form):
    """How long something lasts. `until` is None for good."""

    seconds = forms.TypedChoiceField(
        label=_("For how long"),
        coerce=int,
        empty_value=None,
        required=False,
        initial=_DAY,
        choices=[
            (_HOUR, _("1 hour")),
            (_DAY, _("1 day")),
            (_WEEK, _("1 week")),
            (_MONTH, _("30 days")),
            (_FOR_GOOD, _("For good")),
        ],
    )

    @property
    def until(self) -> dt.datetime | None:
        """The moment it ends."""
        seconds: int | None = self.cleaned_data["seconds"]
        return None if seconds is None else now() + dt.timedelta(seconds=seconds)


class InvitationForm(forms.Form):
    """A link into the room."""

    uses = forms.IntegerField(
        label=_("How many people may use it"),
        min_value=1,
        max_value=100,
        initial=1,
        help_text=_("Everybody who has the link can join until it is used up."),
    )
    hours = forms.TypedChoiceField(
        label=_("How long it works"),
        coerce=int,
        choices=[(1, _("1 hour")), (24, _("1 day")), (168, _("1 week")), (720, _("30 days"))],
        initial=168,
    )

    @property
    def lasts(self) -> dt.timedelta:
        """The time from now."""
        return dt.timedelta(hours=self.cleaned_data["hours"])


def _age_words(age: int) -> Any:
    return _("From %(age)s years") % {"age": age} if age else _("No minimum age of its own")
