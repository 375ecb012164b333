"""Who has reported somebody is nobody's to know; nobody is called by a word that means everybody."""

import uuid

import pytest
from django.urls import reverse

from rooms.models import Mention
from rooms.services.messages import edit_message
from tests.attacks.incidents import reported_and_hidden
from tests.bots import bot_of
from tests.cast import Cast
from tests.moderation.pages import signed_in, text_of
from tests.rooms.saying import say


@pytest.mark.parametrize("reader", ["rex", "mara"])
def test_neither_the_reported_nor_the_owner_of_the_room_learns_who_reported(cast: Cast, reader: str) -> None:
    reported_and_hidden(cast, "awful", reporter=cast.nora, note="as Nora I cannot bear it")

    person = getattr(cast, reader)
    browser, bot = signed_in(person), bot_of(person)
    notices = text_of(browser.get(reverse("moderation:notices")))
    told = bot.asks("get", "/notices").content.decode()

    for read in (notices, told, bot.asks("get", f"/rooms/{cast.lounge.public_id}/messages").content.decode()):
        assert "cannot bear it" not in read
    assert "Nora" not in notices + told


@pytest.mark.parametrize("call", ["@everyone", "@all", "@here", "@channel", "@room"])
def test_no_word_calls_everybody_neither_said_nor_edited_in(cast: Cast, call: str) -> None:
    say(cast.rex, cast.lounge, f"{call} look")
    later = say(cast.rex, cast.lounge, "quiet")
    edit_message(
        person=cast.rex,
        room_public_id=cast.lounge.public_id,
        message_public_id=later.message_public_id,
        body=f"{call} look here",
        client_key=uuid.uuid4(),
    )

    assert not Mention.objects.exists()
