"""Digests by mail: when they are due, that each is sent once, what they say, and what they never say."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse

from accounts.models import Person
from accounts.services.blocks import block_person
from accounts.services.leaving import suspend
from common.clock import now
from common.errors import Refused
from rooms.models import (
    DeliveryState,
    DigestDelivery,
    Loudness,
    Message,
    NotificationWish,
    Rhythm,
    Visibility,
)
from rooms.services import digests
from rooms.services.digests import next_due, send_due, set_wish, token_for, unsubscribe
from rooms.services.memberships import remove_member
from rooms.services.reading import mark_everything_read, set_loudness
from tests.cast import Cast
from tests.rooms.saying import say
from tests.rooms.visiting import as_person, words_of

HOUR = dt.timedelta(hours=1)
BERLIN = ZoneInfo("Europe/Berlin")


def at(text: str) -> dt.datetime:
    """A moment in UTC."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


def is_due(person: Person) -> None:
    """This person wants a digest each day, and the next is an hour late."""
    set_wish(person=person, notices=True, rhythm=Rhythm.DAILY, hour=8)
    NotificationWish.objects.filter(person=person).update(due_at=now() - HOUR)


def states() -> list[str]:
    """Where the digests stand."""
    return list(DigestDelivery.objects.order_by("pk").values_list("state", flat=True))


@pytest.fixture
def rex(cast: Cast) -> Person:
    """Rex, who waits for a digest of what Mara said to him."""
    say(cast.mara, cast.lounge, "@Rex the password of the boat house is swordfish")
    is_due(cast.rex)
    return cast.rex


# --- when ---


@pytest.mark.parametrize(
    ("rhythm", "after", "expected"),
    [
        (Rhythm.DAILY, "2026-11-21T06:00", "2026-11-21T07:00"),
        (Rhythm.DAILY, "2026-11-21T07:00", "2026-11-22T07:00"),
        (Rhythm.WEEKLY, "2026-11-21T06:00", "2026-11-23T07:00"),
        (Rhythm.WEEKLY, "2026-11-23T07:00", "2026-11-30T07:00"),
        # The clocks go forward on 29 March: the same hour there is another here.
        (Rhythm.DAILY, "2026-03-28T12:00", "2026-03-29T06:00"),
    ],
)
def test_a_digest_comes_at_its_hour_in_its_readers_zone(rhythm: Rhythm, after: str, expected: str) -> None:
    assert next_due(rhythm, 8, BERLIN, at(after)) == at(expected)


def test_nobody_gets_mail_who_did_not_ask(cast: Cast) -> None:
    say(cast.mara, cast.lounge, "hello")
    for person in (cast.rex, cast.finn):
        set_wish(person=person, notices=True, rhythm=Rhythm.NEVER, hour=8)

    assert send_due() == 0
    assert (mail.outbox, states()) == ([], [])


# --- what ---


def test_a_digest_names_rooms_and_numbers_and_no_words(rex: Person) -> None:
    assert send_due() == 1

    [sent] = mail.outbox
    assert isinstance(sent, EmailMultiAlternatives)
    html = str(sent.alternatives[0][0])
    assert sent.to == [rex.email]
    assert sent.subject == "Wardroom: news in 1 room"
    for text in (sent.body, html):
        assert "Lounge" in text
        assert "/rooms/lounge/" in text
        assert "swordfish" not in text
        assert "Mara" not in text
    assert "1 message, 1 to you" in sent.body
    assert "<strong>1 to you</strong>" in html


def hidden(_cast: Cast) -> None:
    """By a moderator, after it was said."""
    Message.objects.update(visibility=Visibility.HIDDEN)


def held(_cast: Cast) -> None:
    """Nobody has seen it yet."""
    Message.objects.update(visibility=Visibility.HELD, was_visible=False)


WITHHELD: dict[str, Any] = {
    "hidden": hidden,
    "held": held,
    "deleted": lambda _: Message.objects.update(visibility=Visibility.DELETED),
    "blocked": lambda cast: block_person(blocker=cast.mara, blocked=cast.rex),
    "removed": lambda cast: remove_member(room=cast.lounge, person=cast.rex, until=None, by=cast.mara),
    "suspended": lambda cast: suspend(person=cast.rex, until=now() + HOUR),
    "muted": lambda cast: set_loudness(person=cast.rex, room=cast.lounge, loudness=Loudness.NOTHING),
    "too young": lambda cast: Person.objects.filter(pk=cast.rex.pk).update(birth_date=None),
    "read": lambda cast: mark_everything_read(person=cast.rex),
    "unconfirmed": lambda cast: cast.rex.emailaddress_set.update(verified=False),
    "unsubscribed": lambda cast: unsubscribe(token=token_for(cast.rex)),
}


@pytest.mark.parametrize("why", WITHHELD)
def test_what_may_not_be_told_at_the_moment_of_sending_is_not_sent(cast: Cast, rex: Person, why: str) -> None:
    DigestDelivery.objects.create(person=rex, due_at=now())
    NotificationWish.objects.update(due_at=now() + HOUR)

    WITHHELD[why](cast)

    assert send_due() == 0
    assert (mail.outbox, states()) == ([], [DeliveryState.EMPTY])


def test_the_same_news_are_not_told_twice(cast: Cast, rex: Person) -> None:
    send_due()
    is_due(rex)
    assert send_due() == 0

    say(cast.mara, cast.lounge, "and the oars?")
    is_due(rex)

    assert send_due() == 1


# --- once ---


def test_a_crash_while_sending_does_not_send_twice(rex: Person) -> None:
    delivery = DigestDelivery.objects.create(person=rex, due_at=now(), state=DeliveryState.SENDING)
    NotificationWish.objects.update(due_at=None)

    assert send_due() == 0
    DigestDelivery.objects.filter(pk=delivery.pk).update(at=now() - digests.SENDING_MAX - HOUR)
    assert send_due() == 0

    assert (mail.outbox, states()) == ([], [DeliveryState.FAILED])


def test_a_mail_server_that_fails_is_tried_again_and_given_up_at_last(
    rex: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise ConnectionRefusedError

    with monkeypatch.context() as broken:
        broken.setattr(EmailMultiAlternatives, "send", refuse)
        send_due()
        assert states() == [DeliveryState.WAITING]
        assert send_due() == 0  # not before its pause is over
        for _ in digests.PAUSES:
            DigestDelivery.objects.update(at=now() - HOUR)
            send_due()

    assert states() == [DeliveryState.FAILED]
    assert mail.outbox == []


def test_what_was_missed_is_one_digest(rex: Person) -> None:
    NotificationWish.objects.update(due_at=now() - 5 * 24 * HOUR)

    assert (send_due(), send_due()) == (1, 0)
    assert NotificationWish.objects.filter(due_at__gt=now()).exists()


# --- the way out ---


def test_one_click_ends_the_mails_without_signing_in(rex: Person) -> None:
    send_due()
    headers = mail.outbox[0].extra_headers
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = headers["List-Unsubscribe"].strip("<>").partition("://")[2].partition("/")[2]

    stranger = as_person(None)
    assert "Stop these mails" in words_of(stranger.get(f"/{path}"))
    assert NotificationWish.objects.get().rhythm == Rhythm.DAILY
    assert stranger.post(f"/{path}", {"List-Unsubscribe": "One-Click"}).status_code == 200

    wish = NotificationWish.objects.get()
    assert (wish.rhythm, wish.due_at) == (Rhythm.NEVER, None)


def test_a_token_of_somebody_else_is_of_no_use(cast: Cast, rex: Person) -> None:
    forged = token_for(cast.mara).replace(cast.mara.public_id, rex.public_id)

    with pytest.raises(Refused, match="not_found"):
        unsubscribe(token=forged)
    assert as_person(None).post(reverse("rooms:unsubscribe", args=["nonsense"])).status_code == 404
    assert NotificationWish.objects.get().rhythm == Rhythm.DAILY


def test_the_page_keeps_the_choice(cast: Cast) -> None:
    browser, page = as_person(cast.rex), reverse("rooms:notifications")
    assert "Mail with what is unread" in words_of(browser.get(page))

    browser.post(page, {"rhythm": "weekly", "hour": "18"})

    wish = NotificationWish.objects.get(person=cast.rex)
    assert (wish.notices, wish.rhythm, wish.hour) == (False, Rhythm.WEEKLY, 18)
    assert "data-hushed" in browser.get("/rooms/lounge/").content.decode()
    assert browser.post(page, {"rhythm": "hourly", "hour": "25"}).status_code == 200
