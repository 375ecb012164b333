"""The time zone and the wish not to be seen: whose counts, and what follows from it."""

import datetime as dt

import pytest
from django.test import Client

from accounts.permissions import shows_presence
from accounts.selectors import age_bands
from accounts.services.profiles import set_preferences
from common.errors import Refused
from tests.cast import Cast
from tests.factories import MessageFactory
from tests.rooms.visiting import as_person, words_of

PAGE = "/me/preferences/"
NEW_YEAR = dt.datetime(2026, 12, 31, 23, 30, tzinfo=dt.UTC)


@pytest.fixture
def mara(cast: Cast) -> Client:
    """Mara's browser, with a message of New Year's Eve in her lounge."""
    MessageFactory.create(room=cast.lounge, author=cast.rex, sent_at=NEW_YEAR)
    return as_person(cast.mara)


def test_times_are_written_in_the_zone_of_the_browser_until_one_is_chosen(cast: Cast, mara: Client) -> None:
    assert "31 December" in words_of(mara.get("/rooms/lounge/"))

    mara.cookies["timezone"] = "Europe/Berlin"
    assert "1 January" in words_of(mara.get("/rooms/lounge/"))

    mara.post(PAGE, {"time_zone": "America/New_York"})
    assert "31 December" in words_of(mara.get("/rooms/lounge/"))
    assert 'data-time-zone="America/New_York"' in mara.get("/").content.decode()


def test_a_cookie_that_names_no_zone_changes_nothing(mara: Client) -> None:
    for nonsense in ("Mars/Olympus", "../../etc/passwd", "", "\x00"):
        mara.cookies["timezone"] = nonsense
        assert "31 December" in words_of(mara.get("/rooms/lounge/"))


def test_only_a_zone_that_exists_is_kept(cast: Cast, mara: Client) -> None:
    assert mara.post(PAGE, {"time_zone": "Mars/Olympus"}).status_code == 200
    with pytest.raises(Refused, match="malformed"):
        set_preferences(person=cast.mara, time_zone="Mars/Olympus", shows_presence=True)


def test_adults_are_seen_and_minors_are_not_until_they_choose(cast: Cast) -> None:
    bands = age_bands()
    cast.sam.birth_date = None

    assert [shows_presence(person, bands) for person in (cast.mara, cast.finn, cast.sam)] == [
        True,
        False,
        False,
    ]
    set_preferences(person=cast.finn, time_zone="UTC", shows_presence=True)
    set_preferences(person=cast.mara, time_zone="UTC", shows_presence=False)
    assert [shows_presence(person, bands) for person in (cast.mara, cast.finn)] == [False, True]


def test_the_page_shows_what_holds_now(cast: Cast, mara: Client) -> None:
    assert "checked" in mara.get(PAGE).content.decode().partition("shows_presence")[2][:200]
    assert (
        "checked" not in as_person(cast.finn).get(PAGE).content.decode().partition("shows_presence")[2][:200]
    )

    mara.post(PAGE, {"time_zone": "Europe/Berlin"})

    cast.mara.refresh_from_db()
    assert (cast.mara.time_zone, cast.mara.shows_presence) == ("Europe/Berlin", False)
