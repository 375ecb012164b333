"""What is left of a text after it is hidden, changed or out of reach: pages, search, quotes, mail, caches."""

import uuid
from collections.abc import Callable

import pytest
import redis
from django.conf import settings
from django.urls import reverse

from rooms.models import Message, Visibility
from rooms.services.memberships import leave_room, remove_member
from rooms.services.messages import VisibilityChange, delete_message, edit_message, show_or_hide
from rooms.services.pins import pin_message
from rooms.services.rooms import close_room
from tests.attacks.ways import carrying, read_by, read_in_administration, sent_out
from tests.bots import bot_of, give_tokens_to_minors
from tests.cast import Cast
from tests.moderation.pages import signed_in, text_of
from tests.rooms.saying import say
from tests.rooms.test_digests import is_due

SECRET = "the heron at the seventh pier"
NEWER = "nothing to see"


def hide(message: Message) -> None:
    show_or_hide(changes=[VisibilityChange(message.pk, Visibility.HIDDEN)])


def hold(message: Message) -> None:
    show_or_hide(changes=[VisibilityChange(message.pk, Visibility.HELD)])


def delete(message: Message) -> None:
    delete_message(
        person=message.author, room_public_id=message.room.public_id, message_public_id=message.public_id
    )


def change(message: Message) -> None:
    edit_message(
        person=message.author,
        room_public_id=message.room.public_id,
        message_public_id=message.public_id,
        body=NEWER,
        client_key=uuid.uuid4(),
    )


@pytest.fixture
def told(cast: Cast) -> Message:
    """A text that everybody in the lounge has read: answered, pinned, and due in Mara's digest."""
    is_due(cast.mara)
    posted = say(cast.rex, cast.lounge, f"@Mara {SECRET}")
    room, message = cast.lounge.public_id, posted.message_public_id
    pin_message(person=cast.mara, room_public_id=room, message_public_id=message)
    say(cast.nora, cast.lounge, "What about it?", reply_to=message)
    return Message.objects.select_related("author", "room").get(public_id=message)


def test_before_that_it_is_everywhere_but_where_no_text_ever_is(cast: Cast, told: Message) -> None:
    read = read_by(cast.mara, told)

    assert carrying(read, "seventh pier") == [
        "acts",
        "api: history",
        "api: message",
        "api: pins",
        "api: search",
        "api: thread",
        "day",
        "history",
        "message",
        "pins",
        "quote",
        "room",
        "search",
        "thread",
    ]
    assert carrying(sent_out(), "seventh pier") == []
    assert carrying(read_in_administration(cast.ada, finds="heron"), "seventh pier") == []


@pytest.mark.parametrize("takes_away", [hide, hold, delete, change])
def test_a_text_that_is_gone_is_gone_from_everywhere(
    cast: Cast, told: Message, takes_away: Callable[[Message], None]
) -> None:
    signed_in(cast.mara).get(reverse("rooms:room", args=["lounge"]))  # whatever that may have kept

    takes_away(told)

    read = read_by(cast.mara, told) | sent_out() | read_in_administration(cast.ada, finds="heron")
    assert carrying(read, "seventh pier") == []


@pytest.mark.parametrize("goes", ["leaves", "is removed", "finds it closed"])
def test_whoever_is_out_of_the_room_reads_neither_it_nor_what_it_is_changed_to(
    cast: Cast, told: Message, goes: str
) -> None:
    if goes == "finds it closed":
        change(told)
        close_room(room=cast.lounge, by=cast.nora)
    elif goes == "leaves":
        leave_room(person=cast.mara, room=cast.lounge)
        change(told)
    else:
        remove_member(room=cast.lounge, person=cast.mara, until=None, by=cast.nora)
        change(told)

    read = read_by(cast.mara, told) | sent_out()

    assert carrying(read, "seventh pier", NEWER) == []
    assert "Lounge" not in read["mail"]


@pytest.mark.parametrize(
    "asked", ["version=1", "text_version=1", "revision=1", "at=1", "include=hidden", "visibility=hidden"]
)
def test_no_question_brings_an_earlier_text_back(cast: Cast, told: Message, asked: str) -> None:
    change(told)

    assert carrying(read_by(cast.mara, told, asked=asked), "seventh pier") == []


def test_no_question_brings_a_hidden_text_into_the_administration(cast: Cast, told: Message) -> None:
    hide(told)
    ada = signed_in(cast.ada)

    page = ada.get(reverse("admin:rooms_message_changelist") + "?body__contains=seventh", follow=True)

    assert "seventh pier" not in text_of(page)
    assert told.public_id in text_of(ada.get(reverse("admin:rooms_message_changelist")))


def test_nothing_outside_of_the_database_keeps_a_text(cast: Cast, told: Message) -> None:
    read_by(cast.mara, told)

    with redis.Redis.from_url(settings.REDIS_URL) as server:
        kept = [server.dump(key) or b"" for key in server.scan_iter("*", count=1000)]

    assert not [value for value in kept if b"seventh pier" in value]


OTHER = "room=lounge&slug=lounge&room_slug=lounge&in=lounge"


def test_a_question_does_not_say_which_room_is_meant(cast: Cast, told: Message) -> None:
    """Finn is a child, Mara may read both: of the harbour they asked, so nothing of the lounge comes."""
    give_tokens_to_minors()
    asked = f"{OTHER}&room_id={cast.lounge.pk}&room__id={cast.lounge.pk}"
    Message.objects.filter(pk=told.pk).update(pinned_at=told.sent_at)
    said = say(cast.mara, cast.harbour, "Only boats here")
    here = Message.objects.select_related("room").get(public_id=said.message_public_id)

    finns = read_by(cast.finn, here, asked=asked)
    maras = read_by(cast.mara, here, asked=asked)

    assert carrying(finns, "seventh pier") == []
    assert carrying(maras, "seventh pier") == ["api: search", "search"]  # her own rooms, by their words alone


def test_searching_in_a_room_is_no_way_into_it(cast: Cast, told: Message) -> None:
    found = signed_in(cast.sam).get(reverse("rooms:search") + "?q=heron+in%3Alounge")
    answer = bot_of(cast.sam).asks("get", "/search?q=heron+in%3Alounge")

    assert "seventh pier" not in text_of(found)
    assert answer.json()["hits"] == []
