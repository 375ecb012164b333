"""What a change of a room's settings would do to people, said before it is made."""

from dataclasses import dataclass

from accounts.permissions import meets_age
from accounts.selectors import age_bands
from rooms.models import Membership, Room, ScreeningMode
from rooms.permissions import screens_before


@dataclass(frozen=True, slots=True)
class Effects:
    """Counted over those who are members now.

    Attributes:
        put_out: members who are too young for the new minimum age and lose the room at once.
        screening: "starts" or "stops" being checked before it is shown; "" where nothing changes.
        screening_forced: the owner wishes to check afterwards, and young people may be there.
    """

    put_out: int
    screening: str
    screening_forced: bool


def effects_of(room: Room, *, minimum_age: int, screening_mode: str) -> Effects:
    """Compare the room with the same room as it would be. Two queries."""
    bands = age_bands()
    changed = Room(minimum_age=minimum_age, screening_mode=screening_mode)
    before, after = screens_before(room, bands), screens_before(changed, bands)
    return Effects(
        put_out=_too_young(room, minimum_age),
        screening="" if before == after else ("starts" if after else "stops"),
        screening_forced=after and screening_mode == ScreeningMode.AFTER,
    )


def _too_young(room: Room, minimum_age: int) -> int:
    if minimum_age <= room.minimum_age:
        return 0
    members = Membership.objects.filter(room=room, left_at=None).select_related("person")
    return sum(not meets_age(membership.person, minimum_age) for membership in members)
