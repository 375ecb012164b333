"""One attack over several ways in: pieces of a word, more than a limit allows, a name edited in, reports.

Each begins at one edge and goes on at the next: what counts is counted for the person, not for the edge.
"""

import uuid
from collections.abc import Callable
from itertools import cycle

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Person
from accounts.services.blocks import block_person
from moderation.models import WebhookDelivery, WebhookEvent
from moderation.services import webhooks
from rooms.models import Mention, Message, Room, Visibility
from rooms.selectors import search
from rooms.services import reactions
from rooms.services.rooms import change_room
from tests.attacks.incidents import reported_and_hidden
from tests.attacks.test_split_abuse import SLUR
from tests.attacks.ways import carrying, read_by, read_in_administration, sent_out
from tests.bots import bot_of
from tests.cast import Cast
from tests.factories import PASSWORD, MessageFactory, PersonFactory
from tests.moderation.pages import signed_in
from tests.rooms.saying import say
from tests.rooms.test_pages_settings import filled_in

Says = Callable[[Person, Room, str], int]


def by_form(person: Person, room: Room, body: str) -> int:
    """The answer's status."""
    form = {"body": body, "client_key": str(uuid.uuid4())}
    return signed_in(person).post(reverse("rooms:post", args=[room.slug]), form).status_code


def by_bot(person: Person, room: Room, body: str) -> int:
    """The same over the JSON interface."""
    return int(bot_of(person).says(room, body).status_code)


def by_service(person: Person, room: Room, body: str) -> int:
    """As a socket's frames are posted."""
    say(person, room, body)
    return 200


# --- pieces (33) ---


@pytest.mark.parametrize("ways", [(by_form, by_bot), (by_bot, by_service), (by_service, by_form)])
def test_a_word_split_over_two_ways_in_is_read_as_one(cast: Cast, ways: tuple[Says, Says]) -> None:
    for says, piece in zip(ways, ("bea", "ner"), strict=True):
        says(cast.rex, cast.lounge, piece)

    assert Message.objects.latest("pk").visibility == Visibility.HELD


def test_a_word_split_over_two_rooms_is_not_said_in_either(cast: Cast) -> None:
    """What others read in one place is one piece of it: nobody reads the word, and nothing is held for it."""
    by_form(cast.rex, cast.lounge, "bea")
    by_bot(cast.rex, cast.harbour, "ner")

    assert SLUR not in "".join(Message.objects.filter(room=cast.harbour).values_list("body", flat=True))


def test_a_word_completed_by_an_edit_is_held(cast: Cast) -> None:
    first = say(cast.rex, cast.lounge, "bea")
    path = f"/rooms/{cast.lounge.public_id}/messages/{first.message_public_id}"

    bot_of(cast.rex).asks("put", path, client_key=str(uuid.uuid4()), body="b e a n e r")

    assert Message.objects.get().visibility == Visibility.HELD


@pytest.mark.parametrize("field", ["name", "topic", "rules"])
def test_no_form_names_or_describes_a_room_so(cast: Cast, field: str) -> None:
    mara = signed_in(cast.mara)

    refused = mara.post(reverse("rooms:create"), filled_in(slug="boats", **{field: f"for every {SLUR}"}))

    assert refused.status_code == 400
    assert not Room.objects.filter(slug="boats").exists()
    assert mara.post(reverse("rooms:create"), filled_in(slug="boats")).status_code == 302


def test_nobody_signs_up_under_such_a_name(db: None, client: Client) -> None:
    client.post(reverse("accounts:age"), {"year": "1990", "month": "1", "day": "1"})

    client.post(
        reverse("account_signup"),
        {"email": "new@example.org", "username": SLUR, "password1": PASSWORD, "password2": PASSWORD},
    )

    assert not Person.objects.filter(name__iexact=SLUR).exists()


# --- limits (27) ---


def test_slow_mode_is_one_wait_over_all_ways_in(cast: Cast) -> None:
    change_room(room=cast.lounge, by=cast.mara, slow_mode_s=600)

    first = by_form(cast.rex, cast.lounge, "the first")
    others = [by_bot(cast.rex, cast.lounge, "the second"), by_form(cast.rex, cast.lounge, "the third")]

    assert (first, others) == (302, [429, 429])
    assert Message.objects.filter(room=cast.lounge).count() == 1


def test_a_flood_over_two_ways_in_is_one_flood(cast: Cast) -> None:
    ways = cycle([by_form, by_bot])
    for number in range(12):
        next(ways)(cast.rex, cast.lounge, f"buy boat number {number} now")

    shown = Message.objects.filter(room=cast.lounge, visibility=Visibility.VISIBLE)
    assert shown.count() < 12


def test_searching_has_one_limit_over_page_and_interface(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "RATE", "2/hour")
    browser, bot = signed_in(cast.mara), bot_of(cast.mara)

    answers = [browser.get("/search/?q=boat"), bot.asks("get", "/search?q=boat")]
    late = [browser.get("/search/?q=boat"), bot.asks("get", "/search?q=boat")]

    assert [answer.status_code for answer in answers + late] == [200, 200, 429, 429]


def test_reacting_has_one_limit_over_page_and_interface(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reactions, "RATE", "2/hour")
    message = MessageFactory.create(room=cast.lounge, author=cast.rex)
    page = reverse("rooms:react", args=["lounge", message.public_id])
    path = f"/rooms/{cast.lounge.public_id}/messages/{message.public_id}/reaction"
    browser, bot = signed_in(cast.mara), bot_of(cast.mara)

    browser.post(page, {"react": "👍"})
    bot.asks("put", path, emoji="🎉")

    assert bot.asks("put", path, emoji="⛵").status_code == 429
    assert browser.post(page, {"react": "🌊"}).status_code == 429


def test_two_tokens_are_no_second_voice(cast: Cast) -> None:
    change_room(room=cast.lounge, by=cast.mara, slow_mode_s=600)

    answers = [bot_of(cast.rex).says(cast.lounge, f"number {number}").status_code for number in range(3)]

    assert answers == [200, 429, 429]


def test_the_administration_is_no_second_door(cast: Cast, client: Client) -> None:
    """Its own form would count nothing: whoever comes there signs in where attempts are counted."""
    form = {"username": "Ada", "password": PASSWORD}

    answer = client.post(reverse("admin:login"), form)

    assert answer.status_code == 302
    assert reverse("account_login") in answer["Location"]
    assert "_auth_user_id" not in client.session


# --- edits (32) ---


@pytest.mark.parametrize("kept_from", ["a block", "not being in the room", "being too young for it"])
def test_an_edit_mentions_nobody_whom_a_message_may_not(cast: Cast, kept_from: str) -> None:
    if kept_from == "a block":
        block_person(blocker=cast.mara, blocked=cast.rex)
    called = {"a block": "Mara", "not being in the room": "Sam", "being too young for it": "Finn"}[kept_from]
    said = say(cast.rex, cast.lounge, "quiet")
    path = f"/rooms/{cast.lounge.public_id}/messages/{said.message_public_id}"

    answer = bot_of(cast.rex).asks("put", path, client_key=str(uuid.uuid4()), body=f"@{called} @Nora look")

    assert answer.status_code == 200
    assert list(Mention.objects.values_list("person__name", flat=True)) == ["Nora"]


def test_an_edit_that_calls_everybody_in_the_room_is_held_to_the_same_as_saying_it(cast: Cast) -> None:
    """What comes of calling a whole room at once does not depend on whether it is said or edited in."""
    room = cast.harbour
    names = [PersonFactory.create(name=f"sailor{number}").name for number in range(30)]
    calls = " ".join(f"@{name}" for name in names)
    at_once = bot_of(cast.rex).says(room, calls)
    later = say(cast.rex, room, "quiet")
    path = f"/rooms/{room.public_id}/messages/{later.message_public_id}"

    edited = bot_of(cast.rex).asks("put", path, client_key=str(uuid.uuid4()), body=calls)

    assert edited.status_code == at_once.status_code
    assert not Mention.objects.exists()


# --- reports and decisions (13, 16, 34) ---


def test_nothing_that_goes_out_says_what_was_hidden_or_who_reported_it(cast: Cast) -> None:
    webhooks.add_webhook(name="pager", url="https://hooks.example.org/", events=webhooks.EVENTS, by=cast.ada)
    message = reported_and_hidden(
        cast, "the heron at the seventh pier", reporter=cast.mara, note="a note of my own"
    )

    told, shown = sent_out(), read_in_administration(cast.ada, finds="heron")

    assert set(WebhookDelivery.objects.values_list("event", flat=True)) >= {
        WebhookEvent.CASE_OPENED,
        WebhookEvent.MESSAGE_HIDDEN,
    }
    assert carrying(told | shown, "seventh pier", "a note of my own") == []
    assert (
        carrying({way: told[way] for way in ("mail", "webhooks")}, "Mara", cast.mara.public_id, "insults")
        == []
    )
    reports = {way: text for way, text in shown.items() if way.startswith("admin: moderation_report")}
    assert carrying(reports, "Mara") == []
    rex = read_by(cast.rex, message)
    assert (
        carrying(
            {way: rex[way] for way in ("notices", "api: notices", "acts", "source")}, "Mara", "a note of"
        )
        == []
    )
