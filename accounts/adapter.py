"""Where allauth asks us: who may sign up, what a name may be, how a member is stored, where one goes then.

Named in settings as ACCOUNT_ADAPTER and USERSESSIONS_ADAPTER.
"""

from collections.abc import Iterable

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import SignupForm
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from allauth.usersessions.models import UserSession
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.timezone import get_current_timezone_name
from django.utils.translation import gettext_lazy as _

from accounts import age_screen
from accounts.models import Person
from accounts.services import joining, sessions
from common.errors import Code, Refused


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc] # allauth has no types
    """Sign-up behind the age screen, through services/joining.py."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "cannot_remove_primary_email": _(
            "This is the address we write to. Choose another one for that first."
        ),
        "duplicate_email": _("This address is already on your account."),
        "email_password_mismatch": _(
            "Address and password do not go together. Try again, or reset the password."
        ),
        "email_taken": _("This address already has an account. Sign in, or reset the password."),
        "enter_current_password": _("Give your present password."),
        "incorrect_code": _("That is not the code we sent. Look at the newest mail and try again."),
        "incorrect_password": _("That is not your password. Try again."),
        "invalid_password_reset": _("This way to a new password has run out. Ask for a new code."),
        "rate_limited": _("That was quicker than we can follow. Wait a moment and try again."),
        "same_as_current": _("This is what it is already. Give another one."),
        "too_many_login_attempts": _("Too many tries. Wait five minutes, or reset the password."),
        "username_password_mismatch": _(
            "Name and password do not go together. Try again, or reset the password."
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Only once this browser has passed the age screen: for whichever way leads to a sign-up."""
        return age_screen.waiting_birth_date(request) is not None

    def clean_username(self, username: str, shallow: bool = False) -> str:  # noqa: ARG002 - allauth's
        """The name as it will be kept, or why it cannot be had."""
        try:
            return joining.free_name(username)
        except Refused as refusal:
            raise ValidationError(refusal.sentence, code=refusal.code.value) from refusal

    def save_user(
        self,
        request: HttpRequest,
        user: Person,
        form: SignupForm,
        commit: bool = True,  # noqa: ARG002 - allauth's
    ) -> Person:
        """Store a member; name, address and password are typed, the birth date is the age screen's."""
        birth_date = age_screen.waiting_birth_date(request)
        if birth_date is None:
            raise Refused(Code.NOT_ALLOWED)
        user.email = form.cleaned_data["email"]
        user.set_password(form.cleaned_data["password1"])
        user.time_zone = get_current_timezone_name()
        joined = joining.join(person=user, name=form.cleaned_data["username"], birth_date=birth_date)
        age_screen.forget(request)
        return joined


class SessionsAdapter(DefaultUserSessionsAdapter):  # type: ignore[misc]
    """Ending sessions through services/sessions.py, so that open sockets end with them."""

    def end_sessions(self, sessions_to_end: Iterable[UserSession]) -> None:
        """End each of these sessions."""
        for one in sessions_to_end:
            sessions.end_session(person=one.user, session_key=one.session_key)
