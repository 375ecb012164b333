"""A person with an account. Facts only: who may do what is asked of permissions.py."""

import datetime as dt
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.avatars import hue_of, initials_of
from accounts.names import skeleton
from common.clock import now
from common.database import new_public_id


class SiteRole(models.TextChoices):
    """What a person may do on the whole site; roles in one room are the membership's."""

    MEMBER = "member", _("member")
    MODERATOR = "moderator", _("moderator")
    ADMINISTRATOR = "administrator", _("administrator")


class PersonManager(BaseUserManager["Person"]):
    """Creation by name, as Django's commands call it; people join through services/joining.py."""

    def create_user(self, name: str, email: str, password: str | None = None, **facts: Any) -> "Person":
        """A person without any of the checks of joining: for commands and tests."""
        person = self.model(name=name, email=self.normalize_email(email), **facts)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(self, name: str, email: str, password: str | None = None, **facts: Any) -> "Person":
        """An administrator: `manage.py createsuperuser`."""
        return self.create_user(name, email, password, role=SiteRole.ADMINISTRATOR, **facts)


class Person(AbstractBaseUser):
    """Anybody with an account: member, moderator or administrator."""

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    name = models.CharField(_("name"), max_length=32)
    # UTS-39 skeleton of the name: equal skeletons look alike. For matching only, never shown.
    name_skeleton = models.CharField(max_length=128, unique=True, editable=False)
    email = models.EmailField(_("e-mail address"))
    birth_date = models.DateField(_("birth date"), null=True, blank=True)
    # Empty: whatever the browser asks for. Not bound to the site's list, which may grow and shrink.
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True, default="", db_default="")
    # None is as the age band has it: permissions.shows_presence().
    shows_presence = models.BooleanField(_("shown as here and writing"), null=True, blank=True)
    language = models.CharField(_("language"), max_length=12, blank=True, default="", db_default="")
    role = models.CharField(_("role"), max_length=16, choices=SiteRole, default=SiteRole.MEMBER)
    is_active = models.BooleanField(_("active"), default=True)
    suspended_until = models.DateTimeField(_("suspended until"), null=True, blank=True)
    # Raised by everything that must end open sessions: a socket of an older epoch is refused.
    access_epoch = models.PositiveIntegerField(default=0, editable=False)
    joined_at = models.DateTimeField(_("joined"), default=now, editable=False)

    objects: ClassVar[PersonManager] = PersonManager()

    USERNAME_FIELD = "name"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["email"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.UniqueConstraint(Lower("name"), name="person_name_unique"),
            models.UniqueConstraint(Lower("email"), name="person_email_unique"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep what follows from a fact beside it, whichever way it was set.

        From the name its skeleton; from a new password a new epoch, so that old sockets hold no longer.
        """
        fields = kwargs.get("update_fields")
        follows = set()
        if fields is None or "name" in fields:
            self.name_skeleton = skeleton(self.name)
            follows.add("name_skeleton")
        is_new_password = getattr(self, "_password", None) is not None  # set, and not merely hashed anew
        if is_new_password and not self._state.adding:
            self.access_epoch += 1
            follows.add("access_epoch")
        kwargs["update_fields"] = None if fields is None else {*fields, *follows}
        super().save(*args, **kwargs)

    @property
    def username(self) -> str:
        """The name, under the word that allauth uses for it."""
        return self.name

    @property
    def initials(self) -> str:
        """What the avatar shows."""
        return initials_of(self.name)

    @property
    def hue(self) -> int:
        """Which ground the avatar has."""
        return hue_of(self.public_id)

    @property
    def is_administrator(self) -> bool:
        """Whether this person administers the site."""
        return self.role == SiteRole.ADMINISTRATOR

    @property
    def is_moderator(self) -> bool:
        """Whether this person works the queue: administrators may as well."""
        return self.role in {SiteRole.MODERATOR, SiteRole.ADMINISTRATOR}

    @property
    def is_staff(self) -> bool:
        """Whether the Django admin opens."""
        return self.is_administrator

    @property
    def is_superuser(self) -> bool:
        """As Django asks it."""
        return self.is_administrator

    @property
    def reads_in(self) -> str:
        """The language for what reaches them without a browser, as mail does."""
        known = dict(settings.LANGUAGES)
        return self.language if self.language in known else settings.LANGUAGE_CODE

    def is_suspended(self, at: dt.datetime) -> bool:
        """Whether a suspension is in force at that moment."""
        return self.suspended_until is not None and self.suspended_until > at

    def has_perm(self, perm: str, obj: object | None = None) -> bool:  # noqa: ARG002 - Django's signature
        """Django's admin asks by permission; here the role decides."""
        return self.is_active and self.is_administrator

    def has_perms(self, perm_list: list[str], obj: object | None = None) -> bool:
        """As has_perm, for several."""
        return all(self.has_perm(perm, obj) for perm in perm_list)

    def has_module_perms(self, app_label: str) -> bool:  # noqa: ARG002 - Django's signature
        """As has_perm, for an app."""
        return self.is_active and self.is_administrator
