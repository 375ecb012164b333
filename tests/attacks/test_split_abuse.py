"""One bad word in several places: over messages, in names of people and rooms, under a message."""

import pytest

from accounts.services.joining import free_name
from common.errors import Code, Refused
from rooms.models import Message, Visibility
from rooms.services.reactions import react
from rooms.services.rooms import change_room
from tests.cast import Cast
from tests.factories import MessageFactory
from tests.rooms.saying import say

SLUR = "beaner"


@pytest.mark.parametrize("pieces", [["bea", "ner"], ["b e a", "n e r"], ["BEA", "n3r"]])
def test_a_word_split_over_messages_is_read_as_one(cast: Cast, pieces: list[str]) -> None:
    for piece in pieces:
        say(cast.rex, cast.lounge, piece)

    assert Message.objects.latest("pk").visibility == Visibility.HELD


def test_honest_pieces_are_not(cast: Cast) -> None:
    for piece in ("bean", "stew"):
        say(cast.rex, cast.lounge, piece)

    assert Message.objects.latest("pk").visibility == Visibility.VISIBLE


@pytest.mark.parametrize("name", [SLUR, SLUR.upper(), "beaner_boy", "b.e.a.n.e.r", "be4ner"])
def test_nobody_is_called_that(db: None, name: str) -> None:
    with pytest.raises(Refused) as refused:
        free_name(name)

    assert refused.value.code in {Code.NAME_UNFIT, Code.NAME_UNCLEAR}


@pytest.mark.parametrize("name", ["Dick", "Scunthorpe", "Cassandra", "Beanie"])
def test_people_are_called_what_people_are_called(db: None, name: str) -> None:
    assert free_name(name) == name


@pytest.mark.parametrize("field", ["name", "topic", "rules"])
def test_no_room_says_that_either(cast: Cast, field: str) -> None:
    with pytest.raises(Refused) as refused:
        change_room(room=cast.lounge, by=cast.mara, **{field: f"for every {SLUR}"})

    assert refused.value.code == Code.BLOCKED_BY_RULE


@pytest.mark.parametrize("reaction", ["b", "be", SLUR, "👍 beaner", "<b>"])
def test_a_reaction_is_an_emoji_and_no_letter(cast: Cast, reaction: str) -> None:
    message = MessageFactory.create(room=cast.lounge, author=cast.rex)

    with pytest.raises(Refused) as refused:
        react(
            person=cast.mara,
            room_public_id=cast.lounge.public_id,
            message_public_id=message.public_id,
            emoji=reaction,
        )

    assert refused.value.code == Code.NOT_AN_EMOJI
