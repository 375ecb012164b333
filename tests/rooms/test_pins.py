"""Pinning: who may, how many, who reads the list, and that nothing stands there that is not to be seen."""

import uuid

import pytest
from django.urls import reverse

from accounts.models import AuditEntry, Person
from accounts.services.blocks import block_person
from common.clock import now
from common.errors import Code, Refused
from rooms.models import Membership, Message, RoomRole, Visibility
from rooms.protocol import MessageFrame
from rooms.selectors.changes import changes_since
from rooms.selectors.frames import frame_for
from rooms.selectors.history import pinned_in
from rooms.selectors.viewers import viewer_of
from rooms.services import pins
from rooms.services.messages import Posted
from rooms.services.pins import pin_message, unpin_message
from tests.cast import Cast
from tests.factories import MembershipFactory, MessageFactory
from tests.rooms.conftest import Join, Judge
from tests.rooms.visiting import as_person, words_of

PINS = reverse("rooms:pins", args=["lounge"])


def pin(person: Person, message: Message) -> Posted:
    """Somebody pins it."""
    return pin_message(
        person=person, room_public_id=message.room.public_id, message_public_id=message.public_id
    )


def refusal(person: Person, message: Message) -> Code:
    """Why somebody may not."""
    with pytest.raises(Refused) as refused:
        pin(person, message)
    return refused.value.code


def listed(cast: Cast, person: Person) -> list[str]:
    """The ids of what this person finds pinned in the lounge."""
    return [frame.id for frame in pinned_in(cast.lounge, viewer_of(person))]


@pytest.fixture
def said(cast: Cast) -> Message:
    """What Rex said in the lounge, where Mara is the owner."""
    return MessageFactory.create(room=cast.lounge, author=cast.rex, body="The key hangs by the door")


def test_owners_hosts_and_moderators_pin_and_members_do_not(cast: Cast, said: Message) -> None:
    MembershipFactory.create(room=cast.lounge, person=cast.sam)

    assert refusal(cast.sam, said) is refusal(cast.rex, said) is Code.NOT_ALLOWED
    for person in (cast.mara, cast.nora):
        message = MessageFactory.create(room=cast.lounge, author=cast.rex)
        pin(person, message)
        assert listed(cast, cast.rex)[0] == message.public_id
    Membership.objects.filter(room=cast.lounge, person=cast.sam).update(role=RoomRole.HOST)
    pin(cast.sam, said)
    assert listed(cast, cast.rex)[0] == said.public_id


def test_everybody_is_told_once_and_it_is_on_record(cast: Cast, said: Message) -> None:
    first, again = pin(cast.mara, said), pin(cast.mara, said)

    [change] = changes_since(said.room_id, first.revision - 1).changes
    frame = frame_for(change, viewer_of(cast.rex))
    assert isinstance(frame, MessageFrame)
    assert frame.pinned
    assert again.revision == first.revision
    assert AuditEntry.objects.filter(action="message.pin", actor_id=cast.mara.pk).count() == 1


def test_what_is_unpinned_is_pinned_no_more(cast: Cast, said: Message) -> None:
    pin(cast.mara, said)

    unpin_message(person=cast.nora, room_public_id=cast.lounge.public_id, message_public_id=said.public_id)

    assert listed(cast, cast.rex) == []


def test_so_many_fit_and_no_more(cast: Cast, said: Message, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pins, "PINS_MAX", 2)
    some = [MessageFactory.create(room=cast.lounge, author=cast.rex) for _ in range(2)]
    for message in some:
        pin(cast.mara, message)

    assert refusal(cast.mara, said) is Code.PINS_FULL
    Message.objects.filter(pk=some[0].pk).update(visibility=Visibility.HIDDEN)
    pin(cast.mara, said)


def test_what_is_hidden_vanishes_from_the_list_and_comes_back(
    cast: Cast, said: Message, judge: Judge
) -> None:
    pin(cast.mara, said)
    judge(said.public_id, Visibility.HIDDEN)

    for person in (cast.mara, cast.rex, cast.nora):
        assert listed(cast, person) == []
        assert "The key hangs" not in as_person(person).get(PINS).content.decode()
    assert refusal(cast.mara, said) is Code.NOT_FOUND
    judge(said.public_id, Visibility.VISIBLE)
    assert listed(cast, cast.mara) == [said.public_id]


def test_nothing_pinned_is_shown_across_a_block(cast: Cast, said: Message) -> None:
    pin(cast.nora, said)
    block_person(blocker=cast.mara, blocked=cast.rex)

    assert listed(cast, cast.mara) == []
    assert refusal(cast.mara, said) is Code.NOT_FOUND
    assert listed(cast, cast.nora) == [said.public_id]


def test_the_list_is_for_the_rooms_members(cast: Cast, said: Message) -> None:
    pin(cast.mara, said)
    Membership.objects.filter(room=cast.lounge, person=cast.rex).update(left_at=now())

    assert as_person(cast.finn).get(PINS).status_code == 403
    assert as_person(cast.rex).get(PINS).status_code == 403
    assert as_person(None).get(PINS).status_code == 302


def test_one_pins_and_unpins_without_scripts(cast: Cast, said: Message) -> None:
    address = reverse("rooms:pin", args=["lounge", said.public_id])
    mara = as_person(cast.mara)

    assert "The key hangs" in words_of(mara.post(address, follow=True))
    assert "pinned" in words_of(mara.get("/rooms/lounge/"))
    assert "Unpin" not in words_of(as_person(cast.rex).get(PINS))
    assert "The key hangs" not in words_of(mara.post(address, {"unpin": "on"}, follow=True))
    assert as_person(cast.rex).post(address).status_code == 403


async def test_a_socket_pins_and_all_others_are_told(committed_cast: Cast, join: Join) -> None:
    room = committed_cast.lounge
    mara, rex = await join(committed_cast.mara), await join(committed_cast.rex)
    await mara.enters(room)
    await rex.enters(room)
    said = await rex.says(room, "The key hangs by the door")
    asked = {"room": room.public_id, "message": said["message"]}

    await rex.sends("pin", **asked, client_key=uuid.uuid4())
    refused = await rex.receives(lambda f: f["type"] == "error", what="a refusal")
    await mara.sends("pin", **asked, client_key=uuid.uuid4())
    pinned = await rex.receives(lambda f: f.get("pinned") is True, what="the pin")
    await mara.sends("unpin", **asked, client_key=uuid.uuid4())
    await rex.receives(
        lambda f: f.get("id") == said["message"] and f["revision"] > pinned["revision"] and "pinned" not in f,
        what="the message without it",
    )

    assert refused["code"] == "not_allowed"
