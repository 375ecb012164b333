"""Changing and taking back one's own messages."""

import pytest

from accounts.models import Person
from common.errors import Code, Refused
from rooms.models import Message, MessageVersion, Room, Visibility
from rooms.seams import Outcome
from rooms.selectors.history import page_of
from rooms.selectors.viewers import viewer_of
from rooms.services.messages import Posted, delete_message, edit_message
from tests.cast import Cast
from tests.rooms.conftest import Judge
from tests.rooms.judges import HandHeldGate, verdict
from tests.rooms.saying import say


def edit(person: Person, room: Room, posted: Posted, body: str, *, nudged: bool = False) -> Posted:
    """Somebody changes a message."""
    return edit_message(
        person=person,
        room_public_id=room.public_id,
        message_public_id=posted.message_public_id,
        body=body,
        client_key=posted.client_key,
        nudged=nudged,
    )


def delete(person: Person, room: Room, posted: Posted) -> Posted:
    """Somebody takes a message back."""
    return delete_message(
        person=person, room_public_id=room.public_id, message_public_id=posted.message_public_id
    )


def assert_neither(person: Person, room: Room, posted: Posted, *, code: Code) -> None:
    """The person may neither change nor take back the message, for that reason."""
    with pytest.raises(Refused) as edited:
        edit(person, room, posted, "x")
    with pytest.raises(Refused) as deleted:
        delete(person, room, posted)
    assert edited.value.code is deleted.value.code is code


def stored(posted: Posted) -> Message:
    """The row."""
    return Message.objects.get(public_id=posted.message_public_id)


def test_an_edit_keeps_the_place_and_takes_a_new_revision(cast: Cast) -> None:
    posted = say(cast.mara, cast.lounge, "befor")

    edited = edit(cast.mara, cast.lounge, posted, "before")

    assert (edited.position, edited.revision) == (1, 2)
    message = stored(posted)
    assert (message.body, message.body_html, message.text_version) == ("before", "<p>before</p>", 2)
    assert message.edited_at is not None


def test_the_earlier_text_is_kept_for_moderators(cast: Cast) -> None:
    posted = say(cast.mara, cast.lounge, "first")

    edit(cast.mara, cast.lounge, posted, "second")
    edit(cast.mara, cast.lounge, posted, "third")

    versions = MessageVersion.objects.order_by("text_version").values_list("text_version", "body")
    assert list(versions) == [(1, "first"), (2, "second")]


def test_an_edit_in_a_room_screened_before_is_taken_from_view_until_cleared(cast: Cast, judge: Judge) -> None:
    posted = say(cast.mara, cast.harbour, "mild")
    judge(posted.message_public_id, Visibility.VISIBLE)

    edited = edit(cast.mara, cast.harbour, posted, "wild")

    assert edited.state == Visibility.CHECKING
    [stone] = page_of(cast.harbour, viewer_of(cast.rex)).messages
    assert getattr(stone, "reason", None) == "checking"
    assert "wild" not in repr(stone)


def test_the_edit_is_screened_and_assessed_anew(cast: Cast, gate: HandHeldGate) -> None:
    posted = say(cast.mara, cast.lounge, "mild")

    edit(cast.mara, cast.lounge, posted, "wild")

    assert gate.drafts[-1].is_edit
    assert [(one.message_id, one.text_version) for one in gate.stored] == [
        (stored(posted).pk, 1),
        (stored(posted).pk, 2),
    ]


def test_a_blocked_edit_changes_nothing(cast: Cast, gate: HandHeldGate) -> None:
    posted = say(cast.mara, cast.lounge, "mild")
    gate.on_screen = lambda _: verdict(Outcome.BLOCK)

    with pytest.raises(Refused) as refused:
        edit(cast.mara, cast.lounge, posted, "wild")

    assert refused.value.code is Code.BLOCKED_BY_RULE
    assert (stored(posted).body, stored(posted).revision) == ("mild", 1)


def test_a_repeated_edit_changes_nothing(cast: Cast) -> None:
    posted = say(cast.mara, cast.lounge, "befor")

    first = edit(cast.mara, cast.lounge, posted, "before")
    again = edit(cast.mara, cast.lounge, posted, "before")

    assert first == again
    assert MessageVersion.objects.count() == 1


@pytest.mark.parametrize(
    ("visibility", "code"),
    [
        (Visibility.HELD, Code.NOT_ALLOWED),
        (Visibility.HIDDEN, Code.NOT_ALLOWED),
        (Visibility.DELETED, Code.GONE),
    ],
)
def test_what_is_with_a_moderator_or_gone_is_not_edited(
    cast: Cast, visibility: Visibility, code: Code
) -> None:
    posted = say(cast.mara, cast.lounge, "mild")
    Message.objects.update(visibility=visibility)

    with pytest.raises(Refused) as refused:
        edit(cast.mara, cast.lounge, posted, "wild")

    assert refused.value.code is code
    assert stored(posted).body == "mild"


def test_nobody_edits_or_deletes_anothers_message(cast: Cast) -> None:
    posted = say(cast.mara, cast.lounge)

    assert_neither(cast.rex, cast.lounge, posted, code=Code.NOT_FOUND)


def test_a_message_is_not_found_through_another_room(cast: Cast) -> None:
    posted = say(cast.mara, cast.lounge)

    assert_neither(cast.mara, cast.harbour, posted, code=Code.NOT_FOUND)


def test_a_deleted_message_leaves_a_tombstone_and_moderators_keep_the_text(cast: Cast) -> None:
    posted = say(cast.mara, cast.lounge, "sorry about this")

    deleted = delete(cast.mara, cast.lounge, posted)

    assert (deleted.state, deleted.revision) == (Visibility.DELETED, 2)
    for person in (cast.mara, cast.rex, cast.nora):
        [stone] = page_of(cast.lounge, viewer_of(person)).messages
        assert getattr(stone, "reason", None) == "deleted"
        assert "sorry" not in repr(stone)
    assert stored(posted).body == "sorry about this"


def test_deleting_twice_is_deleting_once(cast: Cast) -> None:
    posted = say(cast.mara, cast.lounge)

    assert delete(cast.mara, cast.lounge, posted) == delete(cast.mara, cast.lounge, posted)


def test_whoever_was_removed_changes_nothing_any_more(cast: Cast) -> None:
    posted = say(cast.rex, cast.lounge)
    cast.lounge.memberships.filter(person=cast.rex).update(removed_until="9999-01-01T00:00:00Z")

    assert_neither(cast.rex, cast.lounge, posted, code=Code.REMOVED)
