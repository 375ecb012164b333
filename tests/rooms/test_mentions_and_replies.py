"""Naming somebody and answering somebody: only where both may read what they are drawn into."""

import datetime as dt

import pytest

from accounts.models import Person
from accounts.services.blocks import block_person
from common.clock import now
from common.errors import Code, Refused
from rooms.models import Mention, Message, Room, Visibility
from rooms.protocol import MessageFrame
from rooms.selectors.history import page_of
from rooms.selectors.viewers import viewer_of
from rooms.services.messages import edit_message, post_messages
from tests.cast import Cast
from tests.factories import MembershipFactory, MessageFactory, PersonFactory
from tests.rooms.conftest import Judge
from tests.rooms.saying import say, sending


def mentioned_in(public_id: str) -> set[str]:
    """The names of those who are mentioned."""
    return set(Mention.objects.filter(message__public_id=public_id).values_list("person__name", flat=True))


def frame_of(person: Person, room: Room, public_id: str) -> MessageFrame:
    """The message as this person's page shows it."""
    page = page_of(room, viewer_of(person))
    [frame] = [frame for frame in page.messages if frame.id == public_id]
    assert isinstance(frame, MessageFrame)
    return frame


@pytest.mark.parametrize("text", ["@Rex look", "@rex, look", "look at this, @REX.", "**@Rex**!"])
def test_a_member_is_mentioned_however_the_name_is_written(cast: Cast, text: str) -> None:
    posted = say(cast.mara, cast.lounge, text)

    assert mentioned_in(posted.message_public_id) == {"Rex"}
    assert (
        f'data-person="{cast.rex.public_id}"'
        in frame_of(cast.rex, cast.lounge, posted.message_public_id).html
    )


@pytest.mark.parametrize("text", ["`@Rex`", "mail@Rex", "Rex", "@Sam", "@nobody", "@Mara"])
def test_what_is_no_mention(cast: Cast, text: str) -> None:
    posted = say(cast.mara, cast.lounge, text)

    html = frame_of(cast.rex, cast.lounge, posted.message_public_id).html
    assert "mention" not in html


def test_nobody_is_mentioned_across_a_block_or_below_the_age_or_outside_the_room(cast: Cast) -> None:
    apart, young = PersonFactory.create(name="Apart"), PersonFactory.create(name="Young", age=17)
    gone, removed = PersonFactory.create(name="Gone"), PersonFactory.create(name="Removed")
    MembershipFactory.create(room=cast.lounge, person=apart)
    MembershipFactory.create(room=cast.lounge, person=young)
    MembershipFactory.create(room=cast.lounge, person=gone, left_at=now())
    MembershipFactory.create(room=cast.lounge, person=removed, removed_until=now() + dt.timedelta(days=1))
    block_person(blocker=apart, blocked=cast.mara)

    posted = say(cast.mara, cast.lounge, "@Apart @Young @Gone @Removed @Rex")

    assert mentioned_in(posted.message_public_id) == {"Rex"}


def test_only_the_mentioned_are_told_that_it_is_them(cast: Cast) -> None:
    posted = say(cast.mara, cast.lounge, "@Rex look")

    assert frame_of(cast.rex, cast.lounge, posted.message_public_id).mentions_you
    assert not frame_of(cast.nora, cast.lounge, posted.message_public_id).mentions_you


def test_an_edit_mentions_anew(cast: Cast) -> None:
    posted = say(cast.mara, cast.lounge, "@Rex look")

    edit_message(
        person=cast.mara,
        room_public_id=cast.lounge.public_id,
        message_public_id=posted.message_public_id,
        body="@Nora @Sam look",
        client_key=posted.client_key,
    )

    assert mentioned_in(posted.message_public_id) == {"Nora"}


def test_a_reply_quotes_what_it_answers(cast: Cast) -> None:
    parent = say(cast.rex, cast.lounge, "Who *comes* on Friday?")

    reply = say(cast.mara, cast.lounge, "I do", reply_to=parent.message_public_id)

    quote = frame_of(cast.nora, cast.lounge, reply.message_public_id).quote
    assert quote is not None
    assert (quote.id, quote.author) == (parent.message_public_id, "Rex")
    assert quote.excerpt == "Who comes on Friday?"


@pytest.mark.parametrize(
    "visibility", [Visibility.HIDDEN, Visibility.HELD, Visibility.CHECKING, Visibility.DELETED]
)
def test_no_quote_of_what_is_not_visible(cast: Cast, judge: Judge, visibility: Visibility) -> None:
    parent = say(cast.rex, cast.lounge, "the secret text")
    reply = say(cast.mara, cast.lounge, "I do", reply_to=parent.message_public_id)
    Message.objects.filter(public_id=parent.message_public_id).update(visibility=visibility)

    for person in (cast.nora, cast.mara, cast.rex):
        assert frame_of(person, cast.lounge, reply.message_public_id).quote is None


def test_no_quote_across_a_block(cast: Cast) -> None:
    sam = cast.sam
    MembershipFactory.create(room=cast.lounge, person=sam)
    parent = say(cast.rex, cast.lounge, "Rex says")
    reply = say(cast.mara, cast.lounge, "I do", reply_to=parent.message_public_id)
    block_person(blocker=sam, blocked=cast.rex)

    assert frame_of(sam, cast.lounge, reply.message_public_id).quote is None
    assert frame_of(cast.rex, cast.lounge, reply.message_public_id).quote is not None


def test_only_what_one_can_read_here_can_be_answered(cast: Cast) -> None:
    elsewhere = MessageFactory.create(room=cast.harbour, author=cast.rex)
    hidden = MessageFactory.create(room=cast.lounge, author=cast.rex, hidden=True)
    apart = MessageFactory.create(room=cast.lounge, author=cast.nora)
    block_person(blocker=cast.mara, blocked=cast.nora)

    answers = post_messages(
        [
            sending(cast.mara, cast.lounge, "yes", reply_to=parent.public_id)
            for parent in (elsewhere, hidden, apart)
        ]
    )

    assert [answer.code for answer in answers if isinstance(answer, Refused)] == [Code.NOT_FOUND] * 3
