"""The front door and the list of rooms."""

from django.urls import reverse

from rooms.models import Room
from tests.cast import Cast
from tests.factories import MembershipFactory, MessageFactory, PersonFactory, RoomFactory
from tests.rooms.visiting import as_person, words_of

HOME = "/"


def test_whoever_is_not_signed_in_reads_what_this_place_is(cast: Cast) -> None:
    page = as_person(None).get(HOME)

    assert page.status_code == 200
    assert "Harbour" not in words_of(page)
    assert reverse("account_login") in page.content.decode()


def test_own_rooms_come_with_what_is_unread_in_them(cast: Cast) -> None:
    MessageFactory.create_batch(2, room=cast.harbour, author=cast.rex)

    page = as_person(cast.finn).get(HOME)

    assert "Harbour 2 unread" in words_of(page)
    assert "<title>" in page.content.decode()
    assert "(2)" in page.content.decode().partition("</title>")[0]


def test_public_rooms_are_offered_to_those_old_enough(cast: Cast) -> None:
    assert "Lounge" in words_of(as_person(cast.sam).get(HOME))
    assert "Lounge" not in words_of(as_person(cast.finn).get(HOME))


def test_a_room_by_invitation_is_not_mentioned_to_strangers(cast: Cast) -> None:
    assert "Attic" not in words_of(as_person(cast.sam).get(HOME))


def test_somebody_in_no_room_is_shown_where_to_begin(cast: Cast) -> None:
    assert "You are not in a room yet" in words_of(as_person(cast.sam).get(HOME))


def test_a_place_without_rooms_asks_an_adult_to_open_the_first(db: None) -> None:
    Room.objects.all().delete()

    assert "Open the first one" in words_of(as_person(PersonFactory.create()).get(HOME))
    assert "Open a room" not in words_of(as_person(PersonFactory.create(minor=True)).get(HOME))


def test_the_list_at_the_side_counts_what_is_unread_elsewhere(cast: Cast) -> None:
    club = RoomFactory.create(name="Book club")
    MembershipFactory.create(room=club, person=cast.finn)
    MessageFactory.create_batch(3, room=club, author=cast.mara)
    MessageFactory.create(room=cast.harbour, author=cast.mara)

    rail = as_person(cast.finn).get(reverse("rooms:rail"), {"current": cast.harbour.public_id})

    assert 'data-unread="3"' in rail.content.decode()


def test_pages_of_people_are_kept_in_no_cache(cast: Cast) -> None:
    for path in (HOME, "/rooms/harbour/", "/rooms/harbour/history/", "/rail/"):
        cache = as_person(cast.finn).get(path).headers["Cache-Control"]
        assert "private" in cache, path
        assert "no-store" in cache, path
