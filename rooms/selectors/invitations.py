"""Reads over invitations: the secret in a link, and what a room's hosts have given out."""

import hashlib

from common.clock import now
from common.errors import Code, Refused
from rooms.models import Invitation, Room


def digest_of(secret: str) -> str:
    """What is kept of an invitation's secret (192 random bits, so no salt)."""
    return hashlib.sha256(secret.encode()).hexdigest()


def room_invited_to(secret: str) -> Room:
    """The room behind a link that still works. Refuses: INVITATION_UNUSABLE, whatever is wrong with it."""
    usable = Invitation.objects.filter(
        digest=digest_of(secret), revoked_at=None, expires_at__gt=now(), uses_left__gt=0, room__closed_at=None
    )
    invitation = usable.select_related("room").first()
    if invitation is None:
        raise Refused(Code.INVITATION_UNUSABLE)
    return invitation.room


def invitations_of(room: Room) -> list[Invitation]:
    """The links that still work, the newest first."""
    usable = Invitation.objects.filter(room=room, revoked_at=None, expires_at__gt=now(), uses_left__gt=0)
    return list(usable.select_related("created_by").order_by("-created_at"))
