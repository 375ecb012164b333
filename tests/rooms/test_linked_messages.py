"""What stands under a link to a message: what its reader may see there now, and nothing otherwise."""

import pytest
from django.conf import settings
from django.urls import reverse

from accounts.models import Person
from accounts.services.blocks import block_person
from rooms.models import Message, Room, Visibility
from rooms.services.memberships import leave_room
from tests.cast import Cast
from tests.factories import MessageFactory
from tests.moderation.pages import signed_in, text_of
from tests.rooms.conftest import Judge

pytestmark = pytest.mark.django_db


@pytest.fixture
def message(cast: Cast) -> Message:
    """What Mara said in the lounge."""
    made: Message = MessageFactory.create(
        room=cast.lounge, author=cast.mara, body="The **ferry** leaves at seven", was_visible=True
    )
    return made


def seen_by(person: Person, message: Message, room: Room | None = None) -> str:
    """What the link gives this person."""
    slug = (room or message.room).slug
    return text_of(signed_in(person).get(reverse("rooms:quote", args=[slug, message.public_id])))


def test_a_link_says_who_said_what_where(cast: Cast, message: Message) -> None:
    source = seen_by(cast.rex, message)

    assert "The ferry leaves at seven" in source
    assert "Mara" in source
    assert "Lounge" in source
    assert reverse("rooms:message", args=["lounge", message.public_id]) in source


@pytest.mark.parametrize("state", [Visibility.HIDDEN, Visibility.HELD, Visibility.DELETED])
@pytest.mark.parametrize("who", ["rex", "mara", "nora"])
def test_what_is_not_shown_to_everybody_is_shown_under_no_link(
    cast: Cast, message: Message, judge: Judge, state: Visibility, who: str
) -> None:
    judge(message.public_id, state)

    assert "ferry" not in seen_by(getattr(cast, who), message)


def test_nothing_is_shown_across_a_block_nor_out_of_a_room_one_is_not_in(
    cast: Cast, message: Message
) -> None:
    block_person(blocker=cast.mara, blocked=cast.rex)

    assert "ferry" not in seen_by(cast.rex, message)
    assert "ferry" not in seen_by(cast.sam, message)


def test_whoever_left_the_room_sees_the_bare_link(cast: Cast, message: Message) -> None:
    assert "ferry" in seen_by(cast.rex, message)

    leave_room(person=cast.rex, room=cast.lounge)

    assert "ferry" not in seen_by(cast.rex, message)


def test_another_rooms_address_does_not_lead_to_it(cast: Cast, message: Message) -> None:
    assert "ferry" not in seen_by(cast.mara, message, room=cast.harbour)


def test_the_page_knows_the_addresses_of_messages(message: Message) -> None:
    script = (settings.BASE_DIR / "static" / "js" / "links.js").read_text(encoding="utf-8")

    address = reverse("rooms:message", args=["slug", "id"])

    assert r"^/rooms/[-\w]+/messages/[-\w]+/$" in script.replace("\\/", "/")
    assert address == "/rooms/slug/messages/id/"
    assert reverse("rooms:quote", args=["slug", "id"]) == f"{address}quote/"
