"""The way to a day and to one message: opened where one asks, and never to what one may not see."""

import datetime as dt

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.services.blocks import block_person
from common.clock import now
from rooms.models import Message
from rooms.selectors.history import first_since
from rooms.selectors.viewers import viewer_of
from rooms.services.messages import edit_message
from tests.cast import Cast
from tests.factories import MessageFactory
from tests.rooms.saying import say
from tests.rooms.visiting import as_person

DAY = reverse("rooms:day", args=["lounge"])


def said_on(cast: Cast, day: int, **facts: object) -> Message:
    """Rex said something in the lounge in November 2026, at noon."""
    at = dt.datetime(2026, 11, day, 12, tzinfo=dt.UTC)
    return MessageFactory.create(room=cast.lounge, author=cast.rex, sent_at=at, **facts)


def place_of(message: Message) -> str:
    """Where the room opens at this message."""
    return f"/rooms/lounge/?around={message.position}#m-{message.public_id}"


def test_a_day_opens_the_room_at_its_first_message(cast: Cast) -> None:
    _before, first, _second, later = (said_on(cast, day) for day in (9, 10, 10, 13))
    mara = as_person(cast.mara)

    assert mara.get(DAY, {"on": "2026-11-10"}).headers["Location"] == place_of(first)
    assert mara.get(DAY, {"on": "2026-11-11"}).headers["Location"] == place_of(later)


def test_a_day_begins_with_what_one_may_see(cast: Cast) -> None:
    said_on(cast, 10, held=True)
    block_person(blocker=cast.mara, blocked=cast.rex)
    nora = MessageFactory.create(room=cast.lounge, author=cast.nora)

    opened = as_person(cast.mara).get(DAY, {"on": "2026-11-10"})

    assert opened.headers["Location"] == place_of(nora)


def test_a_day_after_the_last_message_opens_the_end_and_says_so(cast: Cast) -> None:
    said_on(cast, 10)

    opened = as_person(cast.mara).get(DAY, {"on": "2199-01-01"}, follow=True)

    assert opened.redirect_chain == [("/rooms/lounge/", 302)]
    assert "Nothing has been written since that day." in opened.content.decode()


@pytest.mark.parametrize("on", ["", "yesterday", "2026-13-01", "0001-01-01T00:00", "99999-01-01"])
def test_what_is_no_day_is_refused(cast: Cast, on: str) -> None:
    assert as_person(cast.mara).get(DAY, {"on": on}).status_code == 400


def test_the_days_of_a_room_are_its_members(cast: Cast) -> None:
    assert as_person(cast.finn).get(DAY, {"on": "2026-11-10"}).status_code == 403
    assert as_person(None).get(DAY, {"on": "2026-11-10"}).status_code == 302


def test_the_page_offers_to_go_to_a_day(cast: Cast) -> None:
    assert f'action="{DAY}"' in as_person(cast.mara).get("/rooms/lounge/").content.decode()


def test_a_link_opens_the_room_at_its_message(cast: Cast) -> None:
    message = said_on(cast, 10)

    opened = as_person(cast.mara).get(reverse("rooms:message", args=["lounge", message.public_id]))

    assert opened.headers["Location"] == place_of(message)


def test_a_link_to_what_one_may_not_see_is_not_found(cast: Cast) -> None:
    held, apart = said_on(cast, 10, held=True), said_on(cast, 10)
    block_person(blocker=cast.mara, blocked=cast.rex)

    for message in (held, apart):
        for name in ("message", "acts"):
            address = reverse(f"rooms:{name}", args=["lounge", message.public_id])
            assert as_person(cast.mara).get(address).status_code == 404


def test_no_parameter_leads_to_an_earlier_text(cast: Cast) -> None:
    posted = say(cast.rex, cast.lounge, "the earlier words")
    edit_message(
        person=cast.rex,
        room_public_id=cast.lounge.public_id,
        message_public_id=posted.message_public_id,
        body="the later words",
        client_key=posted.client_key,
    )
    version = {"version": "1", "text_version": "1", "revision": "1"}

    for person in (cast.rex, cast.mara, cast.nora):
        for name in ("message", "acts", "source"):
            address = reverse(f"rooms:{name}", args=["lounge", posted.message_public_id])
            page = as_person(person).get(address, version, follow=True)
            assert "the earlier words" not in page.content.decode()


def test_the_way_to_a_day_needs_as_many_queries_in_a_full_room(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    viewer, start = viewer_of(cast.mara), now() - dt.timedelta(days=1)
    for _number in range(30):
        MessageFactory.create(room=cast.lounge, author=cast.rex)

    with django_assert_num_queries(6):
        first_since(cast.lounge, viewer, start)
