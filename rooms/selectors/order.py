"""Whom a room's hosts have put out: so that they can let them in again."""

from common.clock import now
from rooms.models import Membership, Room


def put_out_of(room: Room) -> list[Membership]:
    """Those who may not come back yet, the latest to return first. One query."""
    removed = Membership.objects.filter(room=room, removed_until__gt=now(), person__is_active=True)
    return list(removed.select_related("person").order_by("-removed_until"))
