"""A password validator that asks zxcvbn how long a guesser would need. Named in settings.

Callers: Django's and allauth's password forms, through AUTH_PASSWORD_VALIDATORS.
"""

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from zxcvbn import zxcvbn

if TYPE_CHECKING:
    from accounts.models import Person

# zxcvbn's time grows faster than the text; 72 characters take about 20 ms here. Nobody guesses beyond.
_ESTIMATED_LENGTH = 72


class StrengthValidator:
    """Refuse a password that zxcvbn scores below `least_score` (0 to 4; 3 is 10^8 guesses and more)."""

    def __init__(self, least_score: int = 3) -> None:
        self.least_score = least_score

    def validate(self, password: str, user: "Person | None" = None) -> None:
        """Raise ValidationError with what zxcvbn advises; the person's own words count as known."""
        known = [] if user is None else [user.name, user.email, *user.email.split("@")]
        estimate = zxcvbn(password[:_ESTIMATED_LENGTH], user_inputs=[word for word in known if word])
        if estimate["score"] < self.least_score:
            raise ValidationError(_advice(estimate["feedback"]), code="password_guessable")

    def get_help_text(self) -> str:
        """One sentence for the form."""
        return _("Four or five unrelated words make a password that is strong and easy to remember.")


def _advice(feedback: dict[str, str | list[str]]) -> list[str]:
    """What is wrong, then the estimate's own sentences: English, and translated as messages of ours."""
    warning, suggestions = feedback.get("warning"), feedback.get("suggestions") or []
    said = [_(str(sentence)) for sentence in (warning, *suggestions) if sentence]
    return [_("This password would be guessed quickly."), *said]
