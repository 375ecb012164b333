"""A room and its two counters. Who may do what in it is asked of permissions.py."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from common.clock import now
from common.database import new_public_id


class ScreeningMode(models.TextChoices):
    """When others see a message: after it is cleared, or at once when the rules pass."""

    BEFORE = "before", _("before others see it")
    AFTER = "after", _("after it is shown")


class Access(models.TextChoices):
    """Who may join."""

    PUBLIC = "public", _("anyone signed in")
    INVITE_ONLY = "invite_only", _("invited people only")


class Room(models.Model):
    """A place to talk. Its row lock orders everything that happens in it."""

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    slug = models.SlugField(_("address"), max_length=60)
    name = models.CharField(_("name"), max_length=80)
    topic = models.CharField(_("topic"), max_length=250, blank=True)
    rules = models.TextField(_("rules"), max_length=4000, blank=True)
    access = models.CharField(_("who may join"), max_length=16, choices=Access, default=Access.PUBLIC)
    minimum_age = models.PositiveSmallIntegerField(_("minimum age"), default=0)
    # What the room asks for; permissions.screens_before() says what holds (forced where minors may be).
    screening_mode = models.CharField(
        _("screening"), max_length=8, choices=ScreeningMode, default=ScreeningMode.BEFORE
    )
    slow_mode_s = models.PositiveIntegerField(_("seconds between messages"), default=0)
    is_read_only = models.BooleanField(_("read-only"), default=False)
    # position orders the messages; revision counts every change, both under this row's lock.
    last_position = models.PositiveBigIntegerField(default=0, editable=False)
    revision = models.PositiveBigIntegerField(default=0, editable=False)
    # Changes when history is not what clients remember (a restored backup): they then start afresh.
    epoch = models.UUIDField(default=uuid.uuid4, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="rooms_created"
    )
    created_at = models.DateTimeField(default=now, editable=False)
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("room")
        verbose_name_plural = _("rooms")
        constraints = [
            models.UniqueConstraint(Lower("slug"), name="room_slug_unique"),
            models.CheckConstraint(
                condition=models.Q(minimum_age__lte=120), name="room_minimum_age_plausible"
            ),
            models.CheckConstraint(
                condition=models.Q(slow_mode_s__lte=21_600), name="room_slow_mode_at_most_6h"
            ),
        ]

    def __str__(self) -> str:
        return self.name
