"""The tables: who sees what of a message, who may be in a room, when a room screens before showing."""

import datetime as dt

import pytest

from accounts.models import AgeBand
from common.clock import now
from common.errors import Code
from rooms.models import Access, Membership, Room, RoomRole, ScreeningMode, Visibility
from rooms.permissions import (
    Sight,
    Viewer,
    may_change_room,
    may_manage,
    minors_may_enter,
    refusal_to_enter,
    refusal_to_join,
    room_audience,
    screens_before,
    sight,
)
from tests.factories import PersonFactory

AUTHOR = 1
VIEWERS = {
    "author": Viewer(AUTHOR),
    "other": Viewer(2),
    "apart": Viewer(3, apart_from=frozenset({AUTHOR})),
    "moderator": Viewer(4, is_moderator=True),
    "moderator apart": Viewer(5, is_moderator=True, apart_from=frozenset({AUTHOR})),
}
T, O, S, N = Sight.TEXT, Sight.OWN, Sight.TOMBSTONE, Sight.NOTHING  # noqa: E741 - columns of the table


@pytest.mark.parametrize(
    ("visibility", "was_visible", "seen"),
    [
        # in the order of VIEWERS
        (Visibility.VISIBLE, True, [T, T, N, T, T]),
        (Visibility.CHECKING, False, [O, N, N, N, N]),
        (Visibility.CHECKING, True, [O, S, N, S, S]),
        (Visibility.HELD, False, [O, N, N, S, S]),
        (Visibility.HELD, True, [O, S, N, S, S]),
        (Visibility.HIDDEN, False, [O, N, N, S, S]),
        (Visibility.HIDDEN, True, [O, S, N, S, S]),
        (Visibility.DELETED, False, [S, N, N, S, S]),
        (Visibility.DELETED, True, [S, S, N, S, S]),
    ],
)
def test_sight(visibility: Visibility, was_visible: bool, seen: list[Sight]) -> None:
    found = [
        sight(viewer, author_id=AUTHOR, visibility=visibility, was_visible=was_visible)
        for viewer in VIEWERS.values()
    ]

    assert found == seen


def place(**facts: object) -> Membership:
    """A membership with these facts."""
    return Membership(joined_at=now(), **facts)


LATER, EARLIER = dt.timedelta(hours=1), dt.timedelta(hours=-1)
MEMBER: dict[str, object] = {}
LEFT: dict[str, object] = {"left_at": EARLIER}
REMOVED: dict[str, object] = {"left_at": EARLIER, "removed_until": LATER}
REMOVED_BEFORE: dict[str, object] = {"left_at": EARLIER, "removed_until": EARLIER}

# age, room, membership (None: never was), why not enter, why not join
ENTRY = [
    (30, {}, MEMBER, None, None),
    (30, {}, None, Code.NOT_A_MEMBER, None),
    (30, {}, LEFT, Code.NOT_A_MEMBER, None),
    (30, {}, REMOVED, Code.REMOVED, Code.REMOVED),
    (30, {}, REMOVED_BEFORE, Code.NOT_A_MEMBER, None),
    (30, {"access": Access.INVITE_ONLY}, MEMBER, None, Code.INVITATION_NEEDED),
    (30, {"access": Access.INVITE_ONLY}, None, Code.NOT_FOUND, Code.NOT_FOUND),
    (30, {"access": Access.INVITE_ONLY}, LEFT, Code.NOT_A_MEMBER, Code.INVITATION_NEEDED),
    (30, {"closed_at": True}, MEMBER, Code.NOT_FOUND, Code.NOT_FOUND),
    (15, {"minimum_age": 16}, MEMBER, Code.TOO_YOUNG, Code.TOO_YOUNG),
    (16, {"minimum_age": 16}, MEMBER, None, None),
    (None, {"minimum_age": 1}, MEMBER, Code.TOO_YOUNG, Code.TOO_YOUNG),
    (None, {}, MEMBER, None, None),
    # A stranger does not learn of a private room by being too young for it.
    (15, {"minimum_age": 16, "access": Access.INVITE_ONLY}, None, Code.NOT_FOUND, Code.NOT_FOUND),
]


@pytest.mark.parametrize(("age", "room", "membership", "enter", "join"), ENTRY)
def test_who_may_enter_and_join(
    age: int | None,
    room: dict[str, object],
    membership: dict[str, object] | None,
    enter: Code | None,
    join: Code | None,
) -> None:
    at = now()
    person = PersonFactory.build(age=age or 30)
    if age is None:
        person.birth_date = None
    facts = {
        name: at + value if isinstance(value, dt.timedelta) else value
        for name, value in (membership or {}).items()
    }
    where = Room(**{**room, "closed_at": at if room.get("closed_at") else None})
    row = None if membership is None else place(**facts)

    to_enter, to_join = refusal_to_enter(person, where, row, at), refusal_to_join(person, where, row, at)

    assert (to_enter and to_enter.code) is enter
    assert (to_join and to_join.code) is join


def test_a_moderator_needs_no_invitation() -> None:
    private = Room(access=Access.INVITE_ONLY)

    assert refusal_to_join(PersonFactory.build(moderator=True), private, None, now()) is None


@pytest.mark.parametrize(
    ("role", "is_current", "manages", "changes"),
    [
        (RoomRole.MEMBER, True, False, False),
        (RoomRole.HOST, True, True, False),
        (RoomRole.OWNER, True, True, True),
        (RoomRole.OWNER, False, False, False),
    ],
)
def test_roles_in_a_room(role: RoomRole, is_current: bool, manages: bool, changes: bool) -> None:
    membership = place(role=role, left_at=None if is_current else now())

    assert may_manage(membership) is manages
    assert may_change_room(membership) is changes


BANDS = [
    AgeBand(name="13-15", minimum_age=13, is_minor=True, screening_forced=True),
    AgeBand(name="16-17", minimum_age=16, is_minor=True, screening_forced=True),
    AgeBand(name="18+", minimum_age=18),
]


@pytest.mark.parametrize(
    ("minimum_age", "audience"),
    [
        (0, ["13-15", "16-17", "18+"]),
        (14, ["13-15", "16-17", "18+"]),
        (16, ["16-17", "18+"]),
        (17, ["16-17", "18+"]),
        (18, ["18+"]),
        (40, ["18+"]),
    ],
)
def test_who_is_old_enough_for_a_room(minimum_age: int, audience: list[str]) -> None:
    assert [band.name for band in room_audience(Room(minimum_age=minimum_age), BANDS)] == audience


@pytest.mark.parametrize(
    ("minimum_age", "wish", "holds"),
    [
        (0, ScreeningMode.AFTER, True),
        (17, ScreeningMode.AFTER, True),
        (18, ScreeningMode.AFTER, False),
        (18, ScreeningMode.BEFORE, True),
    ],
)
def test_screening_before_is_forced_wherever_a_minor_may_be(
    minimum_age: int, wish: ScreeningMode, holds: bool
) -> None:
    room = Room(minimum_age=minimum_age, screening_mode=wish)

    assert screens_before(room, BANDS) is holds
    assert minors_may_enter(room, BANDS) is (minimum_age < 18)


def test_without_bands_an_unknown_age_still_counts_as_a_child() -> None:
    assert minors_may_enter(Room(minimum_age=0), [])
