"""Opening a room, changing it with a look at what that does, closing it."""

import pytest

from rooms.models import Membership, Room, RoomRole
from tests.cast import Cast
from tests.factories import MembershipFactory, PersonFactory
from tests.rooms.visiting import as_person, words_of

NEW = "/rooms/new/"
SETTINGS = "/rooms/harbour/settings/"


def filled_in(**changed: object) -> dict[str, object]:
    """The form as a browser sends it."""
    return {
        "name": "Book club",
        "slug": "book-club",
        "topic": "What we read",
        "rules": "",
        "access": "public",
        "minimum_age": 0,
        "screening_mode": "before",
        "slow_mode_s": 0,
    } | changed


def test_an_adult_opens_a_room_and_owns_it(cast: Cast) -> None:
    answer = as_person(cast.sam).post(NEW, filled_in())

    assert answer.headers["Location"] == "/rooms/book-club/"
    assert Membership.objects.get(room__slug="book-club").role == RoomRole.OWNER


def test_a_minor_is_told_that_adults_open_rooms(cast: Cast) -> None:
    finn = as_person(cast.finn)

    assert "Rooms are opened by adults" in words_of(finn.get(NEW))
    assert finn.post(NEW, filled_in()).status_code == 403
    assert not Room.objects.filter(slug="book-club").exists()


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"slug": "harbour"}, "already"),
        ({"slug": "new"}, "kept"),
        ({"name": ""}, "required"),
        ({"minimum_age": 90}, "not one of the available choices"),
    ],
)
def test_what_cannot_be_is_said_at_the_form_and_nothing_is_lost(
    cast: Cast, changed: dict[str, object], words: str
) -> None:
    page = as_person(cast.sam).post(NEW, filled_in(topic="Kept topic", **changed))

    assert page.status_code == 400
    assert words in words_of(page)
    assert "Kept topic" in page.content.decode()


def test_only_owners_reach_the_settings(cast: Cast) -> None:
    MembershipFactory.create(room=cast.harbour, person=cast.sam, host=True)

    assert as_person(cast.mara).get(SETTINGS).status_code == 200
    assert as_person(cast.sam).get(SETTINGS).status_code == 403
    assert as_person(cast.finn).get(SETTINGS).status_code == 403


def test_an_owner_changes_the_topic(cast: Cast) -> None:
    form = filled_in(name="Harbour", slug="harbour", topic="Boats only", is_read_only="on")

    page = as_person(cast.mara).post(SETTINGS, form, follow=True)

    cast.harbour.refresh_from_db()
    assert cast.harbour.topic == "Boats only"
    assert cast.harbour.is_read_only
    assert "Saved" in words_of(page)


def test_a_form_that_is_refused_leaves_the_page_of_the_room_as_it_is(cast: Cast) -> None:
    page = as_person(cast.mara).post(SETTINGS, filled_in(name="Other", slug="lounge"))

    assert page.status_code == 400
    assert "<h1>Harbour</h1>" in page.content.decode()


def test_before_a_minimum_age_is_saved_the_owner_reads_whom_it_puts_out(cast: Cast) -> None:
    form = filled_in(name="Harbour", slug="harbour", minimum_age=16)

    preview = as_person(cast.mara).post(f"{SETTINGS}preview/", form)

    assert "1 member is too young" in " ".join(preview.content.decode().split())
    cast.harbour.refresh_from_db()
    assert cast.harbour.minimum_age == 0


def test_before_checking_afterwards_is_saved_the_owner_reads_whether_it_can_be(cast: Cast) -> None:
    mara = as_person(cast.mara)
    after = filled_in(name="Harbour", slug="harbour", screening_mode="after")

    with_minors = mara.post(f"{SETTINGS}preview/", after).content.decode()
    adults_only = mara.post(f"{SETTINGS}preview/", after | {"minimum_age": 18}).content.decode()

    assert "Young people may be in this room" in with_minors
    assert "shown at once" in adults_only


def test_closing_a_room_ends_it_for_everybody(cast: Cast) -> None:
    mara = as_person(cast.mara)

    assert "is closed" in words_of(mara.post("/rooms/harbour/close/", follow=True))
    assert mara.get("/rooms/harbour/").status_code == 410


def test_members_cannot_close_a_room(cast: Cast) -> None:
    assert as_person(cast.finn).post("/rooms/harbour/close/").status_code == 403


def test_the_ages_offered_do_not_pass_ones_own(cast: Cast) -> None:
    young_adult = PersonFactory.create(age=18)

    page = as_person(young_adult).get(NEW).content.decode()

    assert 'value="18"' in page
