"""What is left of a text after it is hidden, changed or out of reach: pages, search, quotes, caches."""

import json
import uuid

import pytest
import redis
from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts.models import Person
from rooms.models import Message, Room, Visibility
from rooms.services.memberships import leave_room, remove_member
from rooms.services.messages import VisibilityChange, delete_message, edit_message, show_or_hide
from tests.bots import bot_of
from tests.cast import Cast
from tests.moderation.pages import signed_in, text_of
from tests.rooms.saying import say

SECRET = "the heron at the seventh pier"


def everything_read_by(person: Person, room: Room, message: Message) -> str:
    """What all the ways to a message give this person, one after the other."""
    browser, bot = signed_in(person), bot_of(person)
    pages = [
        reverse("rooms:room", args=[room.slug]),
        reverse("rooms:history", args=[room.slug]),
        reverse("rooms:message", args=[room.slug, message.public_id]),
        reverse("rooms:source", args=[room.slug, message.public_id]),
        reverse("rooms:thread", args=[room.slug, message.public_id]),
        reverse("rooms:quote", args=[room.slug, message.public_id]),
        reverse("rooms:search") + "?q=heron",
        reverse("rooms:home"),
        reverse("rooms:rail"),
    ]
    asked = [f"/rooms/{room.public_id}/messages", f"/rooms/{room.public_id}/messages/{message.public_id}"]
    read = [text_of(browser.get(page, follow=True)) for page in pages]
    return "\n".join([*read, *(bot.asks("get", path).content.decode() for path in asked)])


def hide(message: Message) -> None:
    show_or_hide(changes=[VisibilityChange(message.pk, Visibility.HIDDEN)])


def delete(message: Message) -> None:
    delete_message(
        person=message.author, room_public_id=message.room.public_id, message_public_id=message.public_id
    )


def change(message: Message) -> None:
    edit_message(
        person=message.author,
        room_public_id=message.room.public_id,
        message_public_id=message.public_id,
        body="nothing to see",
        client_key=uuid.uuid4(),
    )


@pytest.fixture
def told(cast: Cast) -> Message:
    """A text that everybody in the lounge has read."""
    posted = say(cast.rex, cast.lounge, SECRET)
    say(cast.nora, cast.lounge, "What about it?", reply_to=posted.message_public_id)
    return Message.objects.select_related("author", "room").get(public_id=posted.message_public_id)


def test_before_that_it_is_everywhere(cast: Cast, told: Message) -> None:
    assert everything_read_by(cast.mara, cast.lounge, told).count("heron") >= 5


@pytest.mark.parametrize("takes_away", [hide, delete, change])
def test_a_text_that_is_gone_is_gone_from_everywhere(cast: Cast, told: Message, takes_away: object) -> None:
    signed_in(cast.mara).get(reverse("rooms:room", args=["lounge"]))  # whatever that may have kept

    takes_away(told)  # type: ignore[operator]

    assert "seventh pier" not in everything_read_by(cast.mara, cast.lounge, told)


@pytest.mark.parametrize("goes", ["leaves", "is removed"])
def test_whoever_is_out_of_the_room_reads_neither_it_nor_what_it_is_changed_to(
    cast: Cast, told: Message, goes: str
) -> None:
    if goes == "leaves":
        leave_room(person=cast.mara, room=cast.lounge)
    else:
        remove_member(room=cast.lounge, person=cast.mara, until=None, by=cast.nora)

    change(told)

    read = everything_read_by(cast.mara, cast.lounge, told)
    assert "seventh pier" not in read
    assert "nothing to see" not in read


@pytest.mark.parametrize("asked", ["version=1", "text_version=1", "revision=1", "at=1", "include=hidden"])
def test_no_question_brings_an_earlier_text_back(cast: Cast, told: Message, asked: str) -> None:
    change(told)
    browser, bot = signed_in(cast.mara), bot_of(cast.mara)

    pages = [
        reverse(f"rooms:{page}", args=["lounge", told.public_id]) for page in ("message", "source", "thread")
    ]
    answers = [browser.get(f"{page}?{asked}", follow=True) for page in pages]
    answers.append(bot.asks("get", f"/rooms/{cast.lounge.public_id}/messages/{told.public_id}?{asked}"))
    answers.append(bot.asks("get", f"/rooms/{cast.lounge.public_id}/messages?{asked}"))

    assert not [answer for answer in answers if b"seventh pier" in answer.content]


def test_nothing_outside_of_the_database_keeps_a_text(cast: Cast, told: Message) -> None:
    browser = signed_in(cast.mara)
    browser.get(reverse("rooms:room", args=["lounge"]))
    browser.get(reverse("rooms:search") + "?q=heron")

    with redis.Redis.from_url(settings.REDIS_URL) as server:
        kept = [server.dump(key) or b"" for key in server.scan_iter("*", count=1000)]

    assert not [value for value in kept if b"seventh pier" in value]


@pytest.mark.parametrize("path", ["room", "history"])
def test_a_question_does_not_say_which_room_is_meant(cast: Cast, told: Message, path: str) -> None:
    other = f"room=lounge&slug=lounge&room_id={cast.lounge.pk}&in=lounge"

    page = signed_in(cast.finn).get(reverse(f"rooms:{path}", args=["harbour"]) + f"?{other}")
    bot = bot_of(cast.mara)
    answer = bot.asks("get", f"/rooms/{cast.harbour.public_id}/messages?{other}")

    assert "seventh pier" not in text_of(page)
    assert "seventh pier" not in json.dumps(answer.json())


def test_searching_in_a_room_is_no_way_into_it(cast: Cast, told: Message) -> None:
    found = signed_in(cast.sam).get(reverse("rooms:search") + "?q=heron+in%3Alounge")

    assert "seventh pier" not in text_of(found)


PAGES = ["rooms:home", "rooms:rail", "rooms:search", "accounts:settings", "moderation:notices"]


@pytest.mark.parametrize("page", PAGES)
def test_no_cache_on_the_way_keeps_a_page_of_one_person_for_another(cast: Cast, page: str) -> None:
    for answer in (signed_in(cast.mara).get(reverse(page)), signed_in(cast.sam).get(reverse(page))):
        assert {"private", "no-store"} <= set(answer["Cache-Control"].replace(" ", "").split(","))


@pytest.mark.parametrize("path", ["/me", "/rooms", "/notices"])
def test_no_cache_on_the_way_keeps_an_answer_of_the_interface(cast: Cast, path: str) -> None:
    answer = bot_of(cast.mara).asks("get", path)

    assert {"private", "no-store"} <= set(answer["Cache-Control"].replace(" ", "").split(","))


def test_a_page_for_everybody_holds_nothing_of_anybody(cast: Cast) -> None:
    page = Client().get(reverse("account_login"))

    assert "Mara" not in text_of(page)
