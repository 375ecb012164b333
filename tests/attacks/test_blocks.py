"""Ways round a block: another room, a mention, a reply, a profile. None of them delivers anything."""

import pytest
from django.urls import reverse

from accounts.services.blocks import block_person
from common.errors import Refused
from rooms.models import Mention, Room
from tests.cast import Cast
from tests.factories import MembershipFactory, MessageFactory, RoomFactory
from tests.moderation.pages import signed_in, text_of
from tests.rooms.saying import say


@pytest.fixture
def later(cast: Cast) -> Room:
    """Mara has blocked Rex; after that he opens a room and all three are in it."""
    block_person(blocker=cast.mara, blocked=cast.rex)
    room = RoomFactory.create(slug="later", screened_after=True)
    for person in (cast.rex, cast.mara, cast.sam):
        MembershipFactory.create(room=room, person=person)
    return room


@pytest.mark.parametrize("page", ["rooms:room", "rooms:history"])
def test_a_block_holds_in_a_room_opened_later(cast: Cast, later: Room, page: str) -> None:
    MessageFactory.create(room=later, author=cast.rex, body="I found you")
    MessageFactory.create(room=later, author=cast.mara, body="Leave me alone")
    address = reverse(page, args=["later"])

    assert "I found you" not in text_of(signed_in(cast.mara).get(address))
    assert "Leave me alone" not in text_of(signed_in(cast.rex).get(address))
    assert "I found you" in text_of(signed_in(cast.sam).get(address))


def test_a_blocked_person_calls_others_and_not_whoever_blocked_them(cast: Cast, later: Room) -> None:
    say(cast.rex, later, "@Mara and @Sam, listen")

    assert [mention.person for mention in Mention.objects.select_related("person")] == [cast.sam]


def test_a_reply_does_not_reach_across_a_block(cast: Cast, later: Room) -> None:
    theirs = MessageFactory.create(room=later, author=cast.mara)
    others = MessageFactory.create(room=later, author=cast.sam)

    with pytest.raises(Refused, match="not_found"):
        say(cast.rex, later, "answer", reply_to=theirs.public_id)
    say(cast.rex, later, "answer", reply_to=others.public_id)


def test_the_address_of_a_message_across_a_block_leads_nowhere(cast: Cast, later: Room) -> None:
    theirs = MessageFactory.create(room=later, author=cast.mara)
    address = reverse("rooms:message", args=["later", theirs.public_id])

    assert signed_in(cast.rex).get(address).status_code == 404
    assert signed_in(cast.sam).get(address).status_code == 302
