"""Answering with an emoji: who may, what is stored once, and who is told of whom."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import Person
from accounts.services.blocks import block_person
from common.clock import now
from common.database import in_database
from common.errors import Code, Refused
from rooms.models import Membership, Message, Reaction, Room, Visibility
from rooms.protocol import MessageFrame
from rooms.protocol import Reaction as Shown
from rooms.selectors.changes import changes_since
from rooms.selectors.frames import frame_for
from rooms.selectors.viewers import viewer_of
from rooms.services import reactions
from rooms.services.reactions import react, take_reaction_back
from tests.cast import Cast
from tests.factories import MembershipFactory, MessageFactory
from tests.rooms.conftest import Join, Judge
from tests.rooms.saying import say
from tests.rooms.visiting import as_person, words_of

THUMB, HEART = "👍", "❤️"


@pytest.fixture(autouse=True)
def _unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reactions, "RATE", "1000/second")


def give(person: Person, message: Message, emoji: str = THUMB) -> Any:
    """Somebody reacts."""
    return react(
        person=person,
        room_public_id=message.room.public_id,
        message_public_id=message.public_id,
        emoji=emoji,
    )


def take_back(person: Person, message: Message, emoji: str = THUMB) -> Any:
    """Somebody takes it back."""
    return take_reaction_back(
        person=person,
        room_public_id=message.room.public_id,
        message_public_id=message.public_id,
        emoji=emoji,
    )


def refusal(person: Person, message: Message, emoji: str = THUMB) -> Code:
    """Why somebody may not."""
    with pytest.raises(Refused) as refused:
        give(person, message, emoji)
    return refused.value.code


def under(message: Message, person: Person) -> list[Shown]:
    """What this person sees under it."""
    [change] = [one for one in changes_since(message.room_id, 0).changes if one.id == message.public_id]
    frame = frame_for(change, viewer_of(person))
    assert isinstance(frame, MessageFrame), frame
    return frame.reactions


def names(shown: Shown) -> list[str]:
    """Whose it is."""
    return [person.name for person in shown.people]


@pytest.fixture
def said(cast: Cast) -> Message:
    """What Rex said in the lounge."""
    return MessageFactory.create(room=cast.lounge, author=cast.rex)


def test_everybody_sees_who_answered_and_each_which_is_theirs(cast: Cast, said: Message) -> None:
    give(cast.mara, said)
    give(cast.nora, said)
    give(cast.nora, said, HEART)

    thumb, heart = under(said, cast.nora)
    assert (thumb.emoji, thumb.count, names(thumb), thumb.yours) == (THUMB, 2, ["Mara", "Nora"], True)
    assert (heart.emoji, heart.count, heart.yours) == (HEART, 1, True)
    assert [one.yours for one in under(said, cast.mara)] == [True, False]
    assert [one.yours for one in under(said, cast.rex)] == [False, False]


def test_each_change_takes_a_new_revision_and_a_repeated_one_none(cast: Cast, said: Message) -> None:
    before = Room.objects.get(pk=cast.lounge.pk).revision

    first, again = give(cast.mara, said), give(cast.mara, said)
    back, back_again = take_back(cast.mara, said), take_back(cast.mara, said)

    assert [one.revision - before for one in (first, again, back, back_again)] == [1, 1, 2, 2]
    assert not Reaction.objects.exists()
    assert under(said, cast.mara) == []


def test_two_ways_of_writing_an_emoji_are_one(cast: Cast, said: Message) -> None:
    give(cast.mara, said, "\N{HEAVY BLACK HEART}")
    give(cast.mara, said, "\N{HEAVY BLACK HEART}\N{VARIATION SELECTOR-16}")

    assert [one.emoji for one in under(said, cast.mara)] == [HEART]


@pytest.mark.parametrize("text", ["", "a", "👍👍", "👍 yes", "1", "\N{EMOJI MODIFIER FITZPATRICK TYPE-6}"])
def test_what_is_not_one_emoji_is_refused(cast: Cast, said: Message, text: str) -> None:
    assert refusal(cast.mara, said, text) is Code.NOT_AN_EMOJI


@pytest.mark.parametrize("text", ["👍🏽", "👩‍💻", "🇩🇪", "1️⃣", "🏳️‍🌈"])
def test_a_sequence_that_is_one_emoji_is_taken(cast: Cast, said: Message, text: str) -> None:
    give(cast.mara, said, text)

    assert [one.emoji for one in under(said, cast.mara)] == [text]


def test_no_more_than_twenty_different_ones_fit(cast: Cast, said: Message) -> None:
    some = [chr(0x1F600 + number) for number in range(21)]
    for emoji in some[:20]:
        give(cast.mara, said, emoji)

    assert refusal(cast.nora, said, some[20]) is Code.REACTIONS_FULL
    give(cast.nora, said, some[0])


def test_across_a_block_nobody_reacts_and_nobody_is_shown(cast: Cast, said: Message) -> None:
    sam = cast.sam
    MembershipFactory.create(room=cast.lounge, person=sam)
    block_person(blocker=sam, blocked=cast.mara)
    block_person(blocker=cast.rex, blocked=sam)
    own = MessageFactory.create(room=cast.lounge, author=cast.nora)
    give(cast.mara, own)
    give(cast.rex, own, HEART)

    assert refusal(sam, said) is Code.NOT_FOUND
    assert under(own, sam) == []
    give(sam, own)
    [thumb] = under(own, sam)
    assert (thumb.count, names(thumb)) == (1, ["Sam"])
    assert [(one.emoji, one.count) for one in under(own, cast.mara)] == [(THUMB, 1), (HEART, 1)]


def test_a_moderator_reads_across_a_block_and_does_not_react_there(cast: Cast, said: Message) -> None:
    block_person(blocker=cast.rex, blocked=cast.nora)

    assert refusal(cast.nora, said) is Code.NOT_ALLOWED


@pytest.mark.parametrize(
    "visibility", [Visibility.HIDDEN, Visibility.HELD, Visibility.CHECKING, Visibility.DELETED]
)
def test_what_is_not_visible_shows_no_reactions_and_takes_none(
    cast: Cast, said: Message, visibility: Visibility
) -> None:
    give(cast.mara, said)
    Message.objects.filter(pk=said.pk).update(visibility=visibility)

    [change] = changes_since(said.room_id, 0).changes
    frames = [frame_for(change, viewer_of(person)) for person in (cast.mara, cast.nora, cast.rex)]

    assert not any(isinstance(frame, MessageFrame) and frame.reactions for frame in frames)
    for person in (cast.nora, cast.rex):
        assert refusal(person, said) is Code.NOT_FOUND


def test_what_is_shown_again_has_its_reactions_again(cast: Cast, judge: Judge) -> None:
    message = Message.objects.get(public_id=say(cast.rex, cast.lounge).message_public_id)
    give(cast.mara, message)
    judge(message.public_id, Visibility.HIDDEN)
    judge(message.public_id, Visibility.VISIBLE)

    assert [one.count for one in under(message, cast.nora)] == [1]


def test_in_a_read_only_room_everybody_may_react_and_the_muted_nowhere(cast: Cast, said: Message) -> None:
    Room.objects.filter(pk=cast.lounge.pk).update(is_read_only=True)
    nora = Membership.objects.filter(room=cast.lounge, person=cast.nora)
    give(cast.nora, said)
    nora.update(muted_until=now() + dt.timedelta(hours=1))

    assert refusal(cast.nora, said, HEART) is Code.MUTED
    take_back(cast.nora, said)


def test_whoever_is_not_in_the_room_neither_reacts_nor_takes_back(cast: Cast, said: Message) -> None:
    give(cast.nora, said)
    Membership.objects.filter(room=cast.lounge, person=cast.nora).update(left_at=now())

    assert refusal(cast.sam, said) is Code.NOT_A_MEMBER
    with pytest.raises(Refused, match="not_a_member"):
        take_back(cast.nora, said)


def test_a_message_is_not_found_through_another_room(cast: Cast, said: Message) -> None:
    with pytest.raises(Refused, match="not_found"):
        react(
            person=cast.mara,
            room_public_id=cast.harbour.public_id,
            message_public_id=said.public_id,
            emoji=THUMB,
        )


def test_who_reacts_without_end_is_refused(
    cast: Cast, said: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reactions, "RATE", "2/minute")
    give(cast.mara, said)
    take_back(cast.mara, said)

    assert refusal(cast.mara, said) is Code.TOO_FAST


async def test_a_socket_reacts_and_all_others_are_told(committed_cast: Cast, join: Join) -> None:
    room = committed_cast.lounge
    mara, rex = await join(committed_cast.mara), await join(committed_cast.rex)
    await mara.enters(room)
    await rex.enters(room)
    said = await rex.says(room, "Good evening")
    asked = {"room": room.public_id, "message": said["message"], "client_key": uuid.uuid4(), "emoji": THUMB}

    await mara.sends("react", **asked)
    own = await mara.receives(lambda frame: bool(frame.get("reactions")), what="her reaction")
    seen = await rex.receives(lambda frame: bool(frame.get("reactions")), what="Mara's reaction")
    ack = await mara.receives(lambda f: f.get("client_key") == str(asked["client_key"]), what="an ack")
    await mara.sends("unreact", **asked | {"client_key": uuid.uuid4()})
    await rex.receives(
        lambda f: (
            f.get("id") == said["message"] and f["revision"] > seen["revision"] and "reactions" not in f
        ),
        what="the message without it",
    )

    assert ack["type"] == "ack"
    assert own["reactions"][0]["yours"]
    assert "yours" not in seen["reactions"][0]
    assert [person["name"] for person in seen["reactions"][0]["people"]] == ["Mara"]


async def test_nothing_of_a_reaction_reaches_across_a_block(committed_cast: Cast, join: Join) -> None:
    room, sam = committed_cast.lounge, committed_cast.sam
    await in_database(MembershipFactory.create, room=room, person=sam)
    await in_database(block_person, blocker=sam, blocked=committed_cast.mara)
    voice, rex = await join(sam), await join(committed_cast.rex)
    await voice.enters(room)
    await rex.enters(room)
    said = await rex.says(room, "Good evening")
    message = await in_database(Message.objects.select_related("room").get, public_id=said["message"])

    await in_database(give, committed_cast.mara, message)
    await rex.receives(lambda frame: bool(frame.get("reactions")), what="Mara's reaction")
    await in_database(give, committed_cast.nora, message, HEART)
    seen = await voice.receives(lambda frame: bool(frame.get("reactions")), what="Nora's reaction")

    assert [one["emoji"] for one in seen["reactions"]] == [HEART]
    assert not voice.has_read("Mara")


def test_a_page_without_scripts_shows_and_sends_reactions(cast: Cast, said: Message) -> None:
    browser = as_person(cast.mara)
    address = reverse("rooms:react", args=["lounge", said.public_id])
    give(cast.nora, said)

    browser.post(address, {"react": THUMB})
    page = browser.get("/rooms/lounge/").content.decode()

    assert 'aria-label="👍 2, you and Nora"' in page
    assert f'formaction="{address}"' in page
    browser.post(address, {"unreact": THUMB})
    assert 'aria-label="👍 1, Nora"' in browser.get("/rooms/lounge/").content.decode()


def test_the_page_of_one_message_offers_emoji_where_one_may_read_it(cast: Cast, said: Message) -> None:
    address = reverse("rooms:acts", args=["lounge", said.public_id])

    assert "React" in words_of(as_person(cast.mara).get(address))
    block_person(blocker=cast.mara, blocked=cast.rex)
    assert as_person(cast.mara).get(address).status_code == 404
