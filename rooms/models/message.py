"""A message, its earlier texts, and whom it mentions. Who sees what of it: permissions.sight()."""

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.clock import now
from common.database import new_public_id
from rooms.models.room import Room
from rooms.models.words import Words


class Visibility(models.TextChoices):
    """A plain fact about a message; the Decision in moderation says why."""

    CHECKING = "checking", _("being checked")
    HELD = "held", _("held for a moderator")
    VISIBLE = "visible", _("visible")
    HIDDEN = "hidden", _("hidden")
    DELETED = "deleted", _("deleted by its author")


class Message(models.Model):
    """What a person said in a room."""

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    room = models.ForeignKey(Room, models.CASCADE, related_name="messages")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="messages")
    # Chosen by the client, unique per author: a repeated send is the same message.
    client_key = models.UUIDField()
    sent_digest = models.CharField(max_length=64)
    body = models.TextField()
    body_html = models.TextField()
    text_version = models.PositiveIntegerField(default=1)
    visibility = models.CharField(max_length=8, choices=Visibility)
    # Whether anybody but the author ever could see it: then hiding it leaves a tombstone.
    was_visible = models.BooleanField(default=False)
    reply_to = models.ForeignKey("self", models.SET_NULL, null=True, related_name="replies")
    # The first message of what this one answers; none for what answers nothing.
    thread_root = models.ForeignKey("self", models.SET_NULL, null=True, related_name="thread")
    pinned_at = models.DateTimeField(null=True)
    position = models.PositiveBigIntegerField()
    revision = models.PositiveBigIntegerField()
    # With which change others first saw it: one that was held is unread to whoever had read past it.
    shown_revision = models.PositiveBigIntegerField(null=True)
    sent_at = models.DateTimeField(default=now)
    edited_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        constraints = [
            models.UniqueConstraint(fields=["room", "position"], name="message_position_once"),
            models.UniqueConstraint(fields=["author", "client_key"], name="message_client_key_once"),
        ]
        indexes = [
            models.Index(fields=["room", "revision"], name="message_room_revision"),
            models.Index(fields=["room", "shown_revision"], name="message_room_shown"),
            models.Index(fields=["author", "-sent_at"], name="message_author_recent"),
            models.Index(fields=["room", "sent_at"], name="message_room_day"),
            # Search finds only what is visible: the words of the rest are not even in the index.
            GinIndex(
                Words("body"),
                name="message_terms",
                condition=models.Q(visibility="visible"),
            ),
            models.Index(
                fields=["id"],
                name="message_links",
                condition=models.Q(visibility="visible", body_html__contains="<a href="),
            ),
            models.Index(
                fields=["room", "pinned_at"],
                name="message_room_pinned",
                condition=models.Q(pinned_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.public_id} in {self.room_id}"


class MessageVersion(models.Model):
    """A text that an edit replaced: for moderators and appeals."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="versions")
    text_version = models.PositiveIntegerField()
    body = models.TextField()
    replaced_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["message", "text_version"], name="messageversion_once")
        ]

    def __str__(self) -> str:
        return f"{self.message_id} v{self.text_version}"


class Mention(models.Model):
    """A person named with @ in a message, who may read it: neither blocked nor outside the room."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="mentions")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="mentions")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "person"], name="mention_once")]

    def __str__(self) -> str:
        return f"{self.message_id} @{self.person_id}"
