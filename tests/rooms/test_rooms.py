"""Opening, changing and closing rooms."""

from typing import Any

import pytest

from accounts.models import AuditEntry
from common.errors import Code, Refused
from rooms.models import Access, Membership, Room, RoomRole, ScreeningMode
from rooms.services.rooms import change_room, close_room, create_room
from tests.cast import Cast
from tests.rooms.judges import HandHeldGate

NEW: dict[str, Any] = {
    "name": "Boathouse",
    "slug": "boathouse",
    "topic": "Oars",
    "rules": "Be kind.",
    "access": Access.PUBLIC,
    "minimum_age": 0,
    "screening_mode": ScreeningMode.BEFORE,
    "slow_mode_s": 0,
}


def test_whoever_opens_a_room_owns_it(cast: Cast) -> None:
    room = create_room(by=cast.rex, **NEW)

    membership = Membership.objects.get(room=room, person=cast.rex)
    assert (membership.role, membership.is_current) == (RoomRole.OWNER, True)
    assert AuditEntry.objects.get(action="room.create").subject_id == str(room.pk)


@pytest.mark.parametrize(
    ("by", "facts", "code"),
    [
        ("finn", {}, Code.NOT_ALLOWED),
        ("rex", {"slug": "HARBOUR"}, Code.NAME_TAKEN),
        ("rex", {"slug": "new"}, Code.NAME_RESERVED),
        ("rex", {"slug": "not a slug"}, Code.MALFORMED),
        ("rex", {"name": ""}, Code.MALFORMED),
        ("rex", {"minimum_age": 60}, Code.TOO_YOUNG),
        ("rex", {"access": "anyone"}, Code.MALFORMED),
    ],
)
def test_a_room_that_is_not_opened(cast: Cast, by: str, facts: dict[str, Any], code: Code) -> None:
    before = Room.objects.count()

    with pytest.raises(Refused) as refused:
        create_room(by=getattr(cast, by), **{**NEW, **facts})

    assert refused.value.code is code
    assert Room.objects.count() == before


def test_a_person_opens_so_many_rooms_and_is_told_when_to_come_again(cast: Cast) -> None:
    for number in range(10):
        create_room(by=cast.rex, **{**NEW, "slug": f"boathouse-{number}"})

    with pytest.raises(Refused) as refused:
        create_room(by=cast.rex, **{**NEW, "slug": "boathouse-10"})

    assert (refused.value.code, refused.value.status) == (Code.TOO_FAST, 429)
    assert "Try again in 23 hours, 59 minutes" in refused.value.sentence.replace("\xa0", " ")
    create_room(by=cast.nora, **{**NEW, "slug": "boathouse-10"})


@pytest.mark.parametrize("field", ["name", "topic", "rules"])
def test_what_a_room_calls_itself_passes_the_gate(cast: Cast, gate: HandHeldGate, field: str) -> None:
    with pytest.raises(Refused) as refused:
        create_room(by=cast.rex, **{**NEW, field: "forbidden"})
    with pytest.raises(Refused) as later:
        change_room(room=cast.lounge, by=cast.mara, **{field: "forbidden"})

    assert refused.value.code is later.value.code is Code.BLOCKED_BY_RULE
    assert refused.value.facts["field"] == field


def test_a_change_is_audited_with_what_was_before(cast: Cast) -> None:
    change_room(room=cast.lounge, by=cast.mara, slow_mode_s=10, topic=cast.lounge.topic)

    entry = AuditEntry.objects.get(action="room.change")
    assert entry.facts == {"slow_mode_s": [0, 10]}


def test_no_change_leaves_no_trace(cast: Cast) -> None:
    change_room(room=cast.lounge, by=cast.mara, slow_mode_s=0)

    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize(
    ("by", "facts", "code"),
    [
        ("rex", {"topic": "mine"}, Code.NOT_ALLOWED),
        ("sam", {"topic": "mine"}, Code.NOT_ALLOWED),
        ("mara", {"last_position": 7}, Code.NOT_ALLOWED),
        ("mara", {"created_by": None}, Code.NOT_ALLOWED),
        ("mara", {"slug": "harbour"}, Code.NAME_TAKEN),
        ("mara", {"minimum_age": 60}, Code.TOO_YOUNG),
        ("mara", {"slow_mode_s": -1}, Code.MALFORMED),
    ],
)
def test_a_change_that_is_refused(cast: Cast, by: str, facts: dict[str, Any], code: Code) -> None:
    with pytest.raises(Refused) as refused:
        change_room(room=cast.lounge, by=getattr(cast, by), **facts)

    assert refused.value.code is code


def test_a_moderator_changes_any_room(cast: Cast) -> None:
    change_room(room=cast.attic, by=cast.otis, is_read_only=True)

    assert Room.objects.get(pk=cast.attic.pk).is_read_only


def test_a_closed_room_is_closed_once(cast: Cast) -> None:
    close_room(room=cast.lounge, by=cast.mara)
    close_room(room=cast.lounge, by=cast.mara)

    assert Room.objects.get(pk=cast.lounge.pk).closed_at is not None
    assert AuditEntry.objects.filter(action="room.close").count() == 1
