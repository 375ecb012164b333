"""What others see of a message, changed by orders of moderation."""

import pytest

from rooms.models import Message, Room, Visibility
from rooms.services.messages import VisibilityChange, show_or_hide
from tests.cast import Cast
from tests.factories import MessageFactory
from tests.rooms.saying import say


def row(public_id: str) -> Message:
    """The message as it stands."""
    return Message.objects.get(public_id=public_id)


def test_a_released_message_becomes_visible_under_a_new_revision(cast: Cast) -> None:
    message = row(say(cast.mara, cast.harbour).message_public_id)

    changed = show_or_hide(changes=[VisibilityChange(message.pk, Visibility.VISIBLE, text_version=1)])

    message.refresh_from_db()
    assert changed == {message.pk}
    assert (message.visibility, message.was_visible, message.revision) == (Visibility.VISIBLE, True, 2)
    assert Room.objects.get(pk=cast.harbour.pk).revision == 2


def test_a_verdict_on_an_older_text_is_dropped(cast: Cast) -> None:
    message = MessageFactory.create(room=cast.lounge, author=cast.rex, text_version=2)

    changed = show_or_hide(changes=[VisibilityChange(message.pk, Visibility.HIDDEN, text_version=1)])

    assert changed == set()
    assert row(message.public_id).visibility == Visibility.VISIBLE


@pytest.mark.parametrize("is_already", [Visibility.DELETED, Visibility.HIDDEN])
def test_what_is_deleted_or_already_so_is_left_alone(cast: Cast, is_already: Visibility) -> None:
    message = MessageFactory.create(room=cast.lounge, author=cast.rex, visibility=is_already)

    changed = show_or_hide(changes=[VisibilityChange(message.pk, Visibility.HIDDEN)])

    assert changed == set()
    assert row(message.public_id).revision == message.revision


def test_several_rooms_change_at_once_and_each_takes_its_own_revisions(cast: Cast) -> None:
    there = MessageFactory.create_batch(2, room=cast.lounge, author=cast.rex)
    here = MessageFactory.create(room=cast.harbour, author=cast.rex)

    show_or_hide(changes=[VisibilityChange(one.pk, Visibility.HIDDEN) for one in (*there, here)])

    assert [row(one.public_id).revision for one in (*there, here)] == [3, 4, 2]


def test_nothing_to_change_changes_nothing(db: None) -> None:
    assert show_or_hide(changes=[VisibilityChange(404, Visibility.HIDDEN)]) == set()
