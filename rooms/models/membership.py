"""Who is in a room, in which role, and the plain facts that limit them there."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.clock import now
from common.database import new_public_id
from rooms.models.room import Room


class RoomRole(models.TextChoices):
    """What a member may do in this room: a host keeps order, an owner changes settings as well."""

    MEMBER = "member", _("member")
    HOST = "host", _("host")
    OWNER = "owner", _("owner")


class Loudness(models.TextChoices):
    """Of what in this room its member is told while they are elsewhere."""

    ALL = "all", _("everything")
    MENTIONS = "mentions", _("only when I am mentioned or answered")
    NOTHING = "nothing", _("nothing")


class Membership(models.Model):
    """A person's place in a room. The row stays after leaving: a removal must be remembered."""

    room = models.ForeignKey(Room, models.CASCADE, related_name="memberships")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=8, choices=RoomRole, default=RoomRole.MEMBER)
    joined_at = models.DateTimeField(default=now)
    left_at = models.DateTimeField(null=True, blank=True)
    # Plain facts; the Sanction in moderation says why.
    muted_until = models.DateTimeField(null=True, blank=True)
    removed_until = models.DateTimeField(null=True, blank=True)
    last_read_position = models.PositiveBigIntegerField(default=0)
    # Up to which change they had been sent everything when they read that far.
    last_read_revision = models.PositiveBigIntegerField(default=0)
    loudness = models.CharField(_("told of"), max_length=8, choices=Loudness, default=Loudness.ALL)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [models.UniqueConstraint(fields=["room", "person"], name="membership_once")]
        indexes = [models.Index(fields=["person", "left_at"], name="membership_person")]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.room_id}"

    @property
    def is_current(self) -> bool:
        """Whether the person is in the room now."""
        return self.left_at is None

    def is_muted(self, at: dt.datetime) -> bool:
        """Whether the person may read but not write."""
        return self.muted_until is not None and self.muted_until > at

    def is_removed(self, at: dt.datetime) -> bool:
        """Whether the person was put out and may not come back yet."""
        return self.removed_until is not None and self.removed_until > at


class Invitation(models.Model):
    """An expiring link into an invite-only room; only the digest of its secret is kept."""

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    room = models.ForeignKey(Room, models.CASCADE, related_name="invitations")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="invitations_made")
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=now)
    expires_at = models.DateTimeField()
    uses_left = models.PositiveIntegerField(default=1)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")

    def __str__(self) -> str:
        return f"invitation to {self.room_id}"
