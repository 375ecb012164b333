"""What Django and allauth tell us (signed out, password changed), handed to the services that act on it."""

from typing import Any

from allauth.account.signals import password_changed, password_reset, password_set
from allauth.usersessions.models import UserSession
from django.contrib.auth.signals import user_logged_out
from django.db.models.signals import pre_save
from django.http import HttpRequest

from accounts.models import Person
from accounts.services import sessions


def connect() -> None:
    """Called once, when the app is ready."""
    user_logged_out.connect(_on_signed_out)
    for changed in (password_changed, password_set, password_reset):
        changed.connect(_on_password_changed)
    pre_save.connect(_keep_the_network_only, sender=UserSession)


def _on_signed_out(request: HttpRequest, user: Person | None, **_facts: Any) -> None:
    if user is not None and request.session.session_key:
        sessions.note_sign_out(person=user, session_key=request.session.session_key)


def _on_password_changed(request: HttpRequest, user: Person, **_facts: Any) -> None:
    is_own = request.user.is_authenticated and request.user.pk == user.pk
    sessions.note_password_change(person=user, kept_key=request.session.session_key if is_own else None)


def _keep_the_network_only(instance: UserSession, **_facts: Any) -> None:
    instance.ip = sessions.network_of(instance.ip)
