"""The room as a page: what stands in it, for whom, and where its history leads."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from common.clock import FOREVER, now
from rooms.models import Membership, Room, Visibility
from tests.cast import Cast
from tests.factories import MembershipFactory, MessageFactory
from tests.rooms.saying import say
from tests.rooms.visiting import as_person, words_of

ROOM = "/rooms/harbour/"


def test_a_member_reads_what_was_said(cast: Cast) -> None:
    MessageFactory.create(room=cast.harbour, author=cast.rex, body="The ferry runs again")

    assert "The ferry runs again" in words_of(as_person(cast.finn).get(ROOM))


def test_the_address_may_be_written_in_capitals(cast: Cast) -> None:
    assert as_person(cast.finn).get("/rooms/HARBOUR/").status_code == 200


def test_an_empty_room_says_how_to_begin(cast: Cast) -> None:
    assert "Nobody has written here yet" in words_of(as_person(cast.mara).get("/rooms/lounge/"))


def test_the_page_says_how_the_room_is_kept_safe(cast: Cast) -> None:
    assert "Checked before shown" in words_of(as_person(cast.finn).get(ROOM))
    assert "18+" in words_of(as_person(cast.mara).get("/rooms/lounge/"))


@pytest.mark.parametrize(
    ("visibility", "words"),
    [
        (Visibility.CHECKING, "being checked"),
        (Visibility.HELD, "a moderator will look"),
        (Visibility.HIDDEN, "others cannot see it"),
    ],
)
def test_an_author_is_told_where_a_message_stands(cast: Cast, visibility: str, words: str) -> None:
    MessageFactory.create(room=cast.harbour, author=cast.rex, body="Mine", visibility=visibility)

    page = words_of(as_person(cast.rex).get(ROOM))

    assert "Mine" in page
    assert words in page


@pytest.mark.parametrize("state", ["hidden", "held", "checking"])
def test_what_is_not_visible_stands_nowhere_in_the_page_of_others(cast: Cast, state: str) -> None:
    secret = MessageFactory.create(room=cast.harbour, author=cast.rex, body="unspeakable", **{state: True})
    MessageFactory.create(room=cast.harbour, author=cast.rex, body="An answer", reply_to=secret)

    for person in (cast.finn, cast.nora):
        assert "unspeakable" not in as_person(person).get(ROOM).content.decode()
        assert "unspeakable" not in as_person(person).get(f"{ROOM}history/").content.decode()


def test_where_a_hidden_message_was_others_read_that_there_was_one(cast: Cast) -> None:
    MessageFactory.create(room=cast.harbour, author=cast.rex, hidden=True)

    page = words_of(as_person(cast.finn).get(ROOM))

    assert "Hidden by moderators" in page
    assert "Rex" not in page.partition("Hidden by moderators")[0].rpartition("No minimum age")[2]


def test_a_reply_shows_what_it_answers(cast: Cast) -> None:
    asked = MessageFactory.create(room=cast.harbour, author=cast.rex, body="Is the rack back?")
    MessageFactory.create(room=cast.harbour, author=cast.mara, body="It is", reply_to=asked)

    page = as_person(cast.finn).get(ROOM).content.decode()

    assert f'data-of="{asked.public_id}"' in page
    assert "In reply to" in page


def test_a_line_stands_where_the_unread_ones_begin(cast: Cast) -> None:
    read = MessageFactory.create(room=cast.harbour, author=cast.rex, body="old one")
    MessageFactory.create(room=cast.harbour, author=cast.rex, body="new one")
    Membership.objects.filter(person=cast.finn).update(last_read_position=read.position)

    page = words_of(as_person(cast.finn).get(ROOM))

    log = page.partition("beginning of the room")[2]
    assert log.index("old one") < log.index(" New ") < log.index("new one")


def test_markup_in_a_name_or_topic_is_shown_as_it_was_written(cast: Cast) -> None:
    Room.objects.filter(pk=cast.harbour.pk).update(name="<b>Harbour</b>", topic="<script>alert(1)</script>")

    page = as_person(cast.finn).get(ROOM).content.decode()

    assert "<b>Harbour" not in page
    assert "<script>alert" not in page


# --- history ---


@pytest.fixture
def long_room(cast: Cast) -> Room:
    """The harbour with a hundred and twenty messages."""
    for number in range(120):
        MessageFactory.create(room=cast.harbour, author=cast.rex, body=f"message number {number}.")
    return cast.harbour


def test_the_page_holds_the_newest_and_leads_to_the_earlier_ones(cast: Cast, long_room: Room) -> None:
    page = as_person(cast.finn).get(ROOM)

    assert "number 119." in words_of(page)
    assert "number 20." not in words_of(page)
    assert "?before=71" in page.content.decode()


def test_history_goes_back_and_forth_from_a_position(cast: Cast, long_room: Room) -> None:
    finn = as_person(cast.finn)

    before = words_of_fragment(finn, before=51)
    after = words_of_fragment(finn, after=50)
    around = words_of_fragment(finn, around=60)

    assert "number 49." in before
    assert "number 50." not in before
    assert "number 50." in after
    assert "number 49." not in after
    assert "number 59." in around


def words_of_fragment(client: Client, **side: int) -> str:
    """The fragment that scripts load."""
    return client.get("/rooms/harbour/history/", side).content.decode()


@pytest.mark.parametrize(
    "query", [{"before": "x"}, {"before": "-1"}, {"before": 1, "after": 1}, {"around": "9" * 19}]
)
def test_a_position_that_is_none_is_refused_in_words(cast: Cast, query: dict[str, str | int]) -> None:
    assert as_person(cast.finn).get(f"{ROOM}history/", query).status_code == 400


def test_a_message_has_an_address_that_opens_the_room_at_it(cast: Cast, long_room: Room) -> None:
    old = long_room.messages.get(position=10)

    answer = as_person(cast.finn).get(reverse("rooms:message", args=["harbour", old.public_id]))

    assert answer.headers["Location"] == f"/rooms/harbour/?around=10#m-{old.public_id}"


def test_the_address_of_a_message_works_in_its_own_room_only(cast: Cast) -> None:
    elsewhere = MessageFactory.create(room=cast.lounge, author=cast.mara)

    assert as_person(cast.mara).get(f"{ROOM}messages/{elsewhere.public_id}/").status_code == 404


def test_the_address_of_a_message_that_one_may_not_know_of_leads_nowhere(cast: Cast) -> None:
    held = MessageFactory.create(room=cast.harbour, author=cast.rex, held=True)

    assert as_person(cast.finn).get(f"{ROOM}messages/{held.public_id}/").status_code == 404


# --- one's own text ---


def test_an_author_gets_the_text_of_a_message_to_change_it(cast: Cast) -> None:
    message = MessageFactory.create(room=cast.harbour, author=cast.rex, body="As **written**", hidden=True)

    source = as_person(cast.rex).get(f"{ROOM}messages/{message.public_id}/source/")

    assert source.content.decode() == "As **written**"
    assert source.headers["Content-Type"].startswith("text/plain")


def test_nobody_else_gets_it(cast: Cast) -> None:
    message = MessageFactory.create(room=cast.harbour, author=cast.rex)

    for person in (cast.finn, cast.nora):
        assert as_person(person).get(f"{ROOM}messages/{message.public_id}/source/").status_code == 404


def test_the_text_of_a_deleted_message_is_gone(cast: Cast) -> None:
    message = MessageFactory.create(room=cast.harbour, author=cast.rex, visibility=Visibility.DELETED)

    assert as_person(cast.rex).get(f"{ROOM}messages/{message.public_id}/source/").status_code == 410


# --- who may not be here ---

PATHS = [
    "",
    "history/",
    "members/",
    "about/",
    "settings/",
    "invite/",
]


@pytest.mark.parametrize("path", PATHS)
def test_a_room_by_invitation_looks_to_strangers_like_no_room_at_all(cast: Cast, path: str) -> None:
    there = as_person(cast.sam).get(f"/rooms/attic/{path}")
    nowhere = as_person(cast.sam).get(f"/rooms/nowhere/{path}")

    assert there.status_code == nowhere.status_code == 404
    assert words_of(there) == words_of(nowhere)


@pytest.mark.parametrize("path", PATHS[1:])
def test_pages_of_a_public_room_are_for_its_members(cast: Cast, path: str) -> None:
    assert as_person(cast.sam).get(f"/rooms/lounge/{path}").status_code == 403


def test_a_public_room_leads_strangers_to_its_door(cast: Cast) -> None:
    assert as_person(cast.sam).get(ROOM).headers["Location"] == "/rooms/harbour/join/"


@pytest.mark.parametrize("path", PATHS)
def test_whoever_is_not_signed_in_is_asked_to_and_brought_back(cast: Cast, path: str) -> None:
    answer = as_person(None).get(f"/rooms/harbour/{path}")

    assert answer.headers["Location"] == f"{reverse('account_login')}?next=/rooms/harbour/{path}"


@pytest.mark.parametrize("path", PATHS)
def test_whoever_is_too_young_now_sees_nothing_of_the_room(cast: Cast, path: str) -> None:
    MessageFactory.create(room=cast.harbour, author=cast.rex, body="for grown people")
    Room.objects.filter(pk=cast.harbour.pk).update(minimum_age=16)

    page = as_person(cast.finn).get(f"/rooms/harbour/{path}")

    assert page.status_code == 403
    assert "for grown people" not in page.content.decode()
    assert "people of 16 and older" in words_of(page)


@pytest.mark.parametrize("path", PATHS)
def test_whoever_was_put_out_sees_nothing_of_the_room(cast: Cast, path: str) -> None:
    Membership.objects.filter(person=cast.rex).update(left_at=now(), removed_until=FOREVER)

    assert as_person(cast.rex).get(f"/rooms/harbour/{path}").status_code == 403


def test_a_suspended_person_sees_nothing_of_any_room(cast: Cast) -> None:
    client = as_person(cast.rex)
    cast.rex.suspended_until = now() + dt.timedelta(days=1)
    cast.rex.save(update_fields=["suspended_until"])

    assert client.get(ROOM).status_code == 403


def test_a_closed_room_says_so_to_those_who_were_in_it(cast: Cast) -> None:
    Room.objects.filter(pk=cast.harbour.pk).update(closed_at=now())

    assert "Harbour is closed" in words_of(as_person(cast.finn).get(ROOM))
    assert as_person(cast.finn).get(ROOM).status_code == 410
    assert as_person(cast.sam).get(ROOM).status_code == 404


# --- the box one writes in ---


def test_whoever_is_muted_reads_why_there_is_no_box(cast: Cast) -> None:
    Membership.objects.filter(person=cast.rex).update(muted_until=now() + dt.timedelta(hours=1))

    page = as_person(cast.rex).get(ROOM)

    assert "You can read here" in words_of(page)


def test_in_a_read_only_room_only_those_who_keep_order_have_a_box(cast: Cast) -> None:
    Room.objects.filter(pk=cast.harbour.pk).update(is_read_only=True)

    assert 'data-part="closed" hidden' not in closed_part(as_person(cast.finn))
    assert 'data-part="closed" hidden' in closed_part(as_person(cast.mara))


def closed_part(client: Client) -> str:
    """The page with its spaces made one."""
    return " ".join(client.get(ROOM).content.decode().split())


def test_slow_mode_says_how_long_is_left(cast: Cast) -> None:
    Room.objects.filter(pk=cast.harbour.pk).update(slow_mode_s=60)
    say(cast.rex, cast.harbour)

    waits = as_person(cast.rex).get(ROOM).content.decode().partition('data-wait="')[2]

    assert 50 < float(waits.partition('"')[0]) <= 60


def test_a_page_asks_the_database_as_often_for_many_messages_as_for_one(
    cast: Cast, django_assert_max_num_queries: type
) -> None:
    finn = as_person(cast.finn)
    MessageFactory.create(room=cast.harbour, author=cast.rex)
    with django_assert_max_num_queries(30) as few:
        finn.get(ROOM)
    MessageFactory.create_batch(40, room=cast.harbour, author=cast.mara)
    for number in range(10):
        MembershipFactory.create(room=cast.harbour, person__name=f"Member{number}")

    with django_assert_max_num_queries(len(few.captured_queries)):
        finn.get(ROOM)
