"""Personal access tokens, for bots and tools. Browser sessions are Django's and allauth's rows."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.person import Person
from common.clock import now
from common.database import new_public_id


class Scope(models.TextChoices):
    """What a token may do in its owner's name."""

    READ = "rooms:read", _("read rooms")
    WRITE = "rooms:write", _("write in rooms")
    JOIN = "rooms:join", _("join and leave rooms")
    ACCOUNT_READ = "account:read", _("read your notices and whom you have blocked")
    ACCOUNT_WRITE = "account:write", _("report, block, and object to decisions")
    MODERATE = "moderation:queue", _("work the moderators' queue")
    APPEALS = "moderation:appeals", _("answer objections")


# No token of anybody else has these.
MODERATORS_SCOPES = frozenset({Scope.MODERATE, Scope.APPEALS})


class PersonalAccessToken(models.Model):
    """A secret shown once; only its SHA-256 is kept (the secret has 256 random bits, so no salt)."""

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="tokens")
    name = models.CharField(_("name"), max_length=60)
    digest = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=32, choices=Scope))
    created_at = models.DateTimeField(default=now)
    expires_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("access token")
        verbose_name_plural = _("access tokens")

    def __str__(self) -> str:
        return self.name
