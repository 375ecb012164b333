"""Saying something by a plain form, as a browser without scripts does."""

import uuid

import pytest

from rooms.models import Message, Room
from rooms.seams import Outcome
from tests.cast import Cast
from tests.rooms.judges import HandHeldGate, verdict
from tests.rooms.visiting import as_person, words_of

POST = "/rooms/harbour/post/"


def form(body: str, **more: object) -> dict[str, object]:
    """The composer's form."""
    return {"body": body, "client_key": uuid.uuid4(), **more}


def test_what_is_posted_is_said(cast: Cast) -> None:
    answer = as_person(cast.finn).post(POST, form("Hello by form"))

    message = Message.objects.get(body="Hello by form")
    assert message.author == cast.finn
    assert answer.headers["Location"] == f"/rooms/harbour/#m-{message.public_id}"


def test_the_same_form_twice_is_one_message(cast: Cast) -> None:
    same, finn = form("Once only"), as_person(cast.finn)

    finn.post(POST, same)
    finn.post(POST, same)

    assert Message.objects.filter(body="Once only").count() == 1


@pytest.mark.parametrize(("body", "status"), [("   ", 400), ("x" * 4001, 400)])
def test_what_cannot_be_said_comes_back_with_its_text(cast: Cast, body: str, status: int) -> None:
    page = as_person(cast.finn).post(POST, form(body))

    assert page.status_code == status
    assert not Message.objects.exists()
    assert body.strip() in page.content.decode()


def test_a_nudge_keeps_the_text_and_offers_to_send_it_as_it_is(cast: Cast, gate: HandHeldGate) -> None:
    gate.on_screen = lambda draft: verdict(Outcome.ALLOW if draft.nudged else Outcome.NUDGE, span=(0, 3))
    finn = as_person(cast.finn)

    nudged = finn.post(POST, form("You lot"))
    assert nudged.status_code == 422
    assert "Do you want to say it like this?" in words_of(nudged)
    assert "You lot" in words_of(nudged)

    finn.post(POST, form("You lot", nudged="1"))
    assert Message.objects.get().body == "You lot"


def test_in_slow_mode_the_second_message_waits_with_its_text(cast: Cast) -> None:
    Room.objects.filter(pk=cast.harbour.pk).update(slow_mode_s=60)
    finn = as_person(cast.finn)
    finn.post(POST, form("First"))

    second = finn.post(POST, form("Second, too soon"))

    assert second.status_code == 429
    assert "Second, too soon" in words_of(second)


def test_a_form_without_its_key_is_not_understood(cast: Cast) -> None:
    assert as_person(cast.finn).post(POST, {"body": "Hello"}).status_code == 400


def test_strangers_say_nothing(cast: Cast) -> None:
    assert as_person(cast.sam).post(POST, form("Hello")).status_code == 403
    assert not Message.objects.exists()
