"""The Django admin's view of rooms. It shows; services change, and texts are read in the queue on record.

So no field here holds what anybody wrote in a room.
"""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect

from accounts.admin import ReadOnlyAdmin
from rooms.models import Invitation, Membership, Message, Room


@admin.register(Room)
class RoomAdmin(ReadOnlyAdmin):
    """Rooms; a row leads to the room's settings."""

    list_display = ("name", "slug", "access", "minimum_age", "screening_mode", "slow_mode_s", "closed_at")
    list_filter = ("access", "screening_mode")
    search_fields = ("name", "slug")
    ordering = ("name",)

    def change_view(
        self, _request: HttpRequest, object_id: str, *_args: Any, **_kwargs: Any
    ) -> HttpResponseRedirect:
        """To the page where a service can be asked."""
        slug = Room.objects.filter(pk=object_id).values_list("slug", flat=True).first()
        return redirect("rooms:settings", slug) if slug else redirect("admin:rooms_room_changelist")


@admin.register(Membership)
class MembershipAdmin(ReadOnlyAdmin):
    """Who is where, as what, and what limits them there."""

    list_display = ("person", "room", "role", "joined_at", "left_at", "muted_until", "removed_until")
    list_filter = ("role",)
    list_select_related = ("person", "room")
    search_fields = ("person__name", "room__name")
    ordering = ("-joined_at",)


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    """Links into rooms; their secrets are not kept."""

    list_display = ("public_id", "room", "created_by", "created_at", "expires_at", "uses_left", "revoked_at")
    list_select_related = ("room", "created_by")
    ordering = ("-created_at",)
    fields = ("public_id", "room", "created_by", "created_at", "expires_at", "uses_left", "revoked_at")


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    """Where messages stand: their place and visibility, not their text."""

    list_display = ("public_id", "room", "author", "visibility", "position", "revision", "sent_at")
    list_filter = ("visibility",)
    list_select_related = ("room", "author")
    search_fields = ("public_id", "author__name")
    ordering = ("-sent_at",)
    fields = (
        "public_id", "room", "author", "visibility", "was_visible", "text_version", "position", "revision",
        "sent_at", "edited_at",
    )  # fmt: skip
