"""History, the rail and the members' list: what each may read, in a constant number of queries."""

import datetime as dt

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.services.blocks import block_person
from common.clock import now
from rooms.models import Membership, Visibility
from rooms.protocol import MessageFrame, Tombstone
from rooms.selectors.history import page_of
from rooms.selectors.members import member_count, members_of
from rooms.selectors.rail import rail_for, rooms_to_join
from rooms.selectors.viewers import viewer_of
from rooms.services.reading import Mark, mark_all_read, mark_read
from tests.cast import Cast
from tests.factories import MembershipFactory, MessageFactory, PersonFactory, RoomFactory
from tests.rooms.saying import say

SECRET = "the secret text"


def positions(messages: list[MessageFrame | Tombstone]) -> list[int]:
    """Where they stand."""
    return [message.position for message in messages]


# --- pages ---


def test_a_page_shows_the_newest_and_says_whether_there_is_more(cast: Cast) -> None:
    MessageFactory.create_batch(12, room=cast.lounge, author=cast.rex)
    viewer = viewer_of(cast.mara)

    newest = page_of(cast.lounge, viewer, limit=5)
    older = page_of(cast.lounge, viewer, before=newest.first_position, limit=5)
    oldest = page_of(cast.lounge, viewer, before=older.first_position, limit=5)

    assert positions(newest.messages) == [8, 9, 10, 11, 12]
    assert positions(older.messages) == [3, 4, 5, 6, 7]
    assert positions(oldest.messages) == [1, 2]
    assert [page.has_older for page in (newest, older, oldest)] == [True, True, False]
    assert [page.has_newer for page in (newest, older, oldest)] == [False, True, True]


def test_a_page_around_a_message_reaches_both_ways(cast: Cast) -> None:
    MessageFactory.create_batch(12, room=cast.lounge, author=cast.rex)
    viewer = viewer_of(cast.mara)

    around = page_of(cast.lounge, viewer, around=6, limit=4)
    after = page_of(cast.lounge, viewer, after=around.last_position, limit=10)

    assert positions(around.messages) == [4, 5, 6, 7, 8]
    assert (around.has_older, around.has_newer) == (True, True)
    assert positions(after.messages) == [9, 10, 11, 12]
    assert (after.has_older, after.has_newer) == (True, False)


def test_an_empty_room_is_an_empty_page(cast: Cast) -> None:
    page = page_of(cast.lounge, viewer_of(cast.mara))

    assert (page.messages, page.has_older, page.has_newer) == ([], False, False)


def test_a_page_of_messages_one_does_not_see_still_says_where_to_go_on(cast: Cast) -> None:
    MessageFactory.create(room=cast.lounge, author=cast.mara)
    MessageFactory.create_batch(3, room=cast.lounge, author=cast.rex)
    block_person(blocker=cast.mara, blocked=cast.rex)

    page = page_of(cast.lounge, viewer_of(cast.mara), limit=3)

    assert (page.messages, page.has_older, page.first_position) == ([], True, 2)


@pytest.mark.parametrize(
    "visibility", [Visibility.HIDDEN, Visibility.HELD, Visibility.CHECKING, Visibility.DELETED]
)
@pytest.mark.parametrize("who", ["finn", "nora", "rex"])
def test_hidden_text_is_nowhere_in_a_page(cast: Cast, visibility: Visibility, who: str) -> None:
    MessageFactory.create(room=cast.harbour, author=cast.mara, body=SECRET, visibility=visibility)

    page = page_of(cast.harbour, viewer_of(getattr(cast, who)))

    assert SECRET not in repr(page)


def test_its_author_still_reads_a_hidden_message_with_its_state(cast: Cast) -> None:
    MessageFactory.create(room=cast.harbour, author=cast.rex, body=SECRET, hidden=True)

    [message] = page_of(cast.harbour, viewer_of(cast.rex)).messages

    assert isinstance(message, MessageFrame)
    assert message.state == "hidden"


def test_a_full_page_needs_as_many_queries_as_a_short_one(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    parent = MessageFactory.create(room=cast.lounge, author=cast.mara)
    for number in range(40):
        author = PersonFactory.create()
        MessageFactory.create(room=cast.lounge, author=author, reply_to=parent, body=f"@Rex {number}")
    viewer = viewer_of(cast.rex)

    with django_assert_num_queries(5):
        page_of(cast.lounge, viewer, limit=2)
    with django_assert_num_queries(5):
        page_of(cast.lounge, viewer, limit=50)
    with django_assert_num_queries(6):
        page_of(cast.lounge, viewer, around=20, limit=50)


# --- the rail ---


def test_the_rail_counts_what_others_said_since(cast: Cast) -> None:
    say(cast.mara, cast.lounge, "one")
    say(cast.mara, cast.lounge, "two, @Rex")
    say(cast.rex, cast.lounge, "mine")

    [_, lounge] = rail_for(cast.rex, current=cast.lounge)
    assert (lounge.name, lounge.unread, lounge.mentions, lounge.is_current) == ("Lounge", 2, 1, True)

    mark_read(person=cast.rex, room=cast.lounge, position=1)
    assert rail_for(cast.rex)[1].unread == 1
    mark_read(person=cast.rex, room=cast.lounge, position=3)
    assert rail_for(cast.rex)[1].unread == 0


def test_what_one_cannot_read_is_not_counted(cast: Cast) -> None:
    for trait in ("held", "hidden", "checking"):
        MessageFactory.create(room=cast.lounge, author=cast.mara, **{trait: True})
    MessageFactory.create(room=cast.lounge, author=cast.nora)
    block_person(blocker=cast.nora, blocked=cast.rex)

    [_, lounge] = rail_for(cast.rex)

    assert (lounge.unread, lounge.mentions) == (0, 0)


def test_counting_stops_where_nobody_reads_the_number(cast: Cast) -> None:
    MessageFactory.create_batch(105, room=cast.lounge, author=cast.mara)

    assert rail_for(cast.rex)[1].unread == 100


def test_a_room_one_is_too_young_for_leaves_the_rail(cast: Cast) -> None:
    assert [room.slug for room in rail_for(cast.finn)] == ["harbour"]

    cast.harbour.minimum_age = 16
    cast.harbour.save()

    assert rail_for(cast.finn) == []


def test_rooms_to_join_are_public_open_and_for_ones_age(cast: Cast) -> None:
    RoomFactory.create(name="Closed", closed_at=now())

    assert [room.slug for room in rooms_to_join(cast.sam)] == ["harbour", "lounge"]
    assert [room.members for room in rooms_to_join(cast.sam)] == [4, 3]
    assert rooms_to_join(PersonFactory.create(age=14))[0].slug == "harbour"
    assert rooms_to_join(cast.mara) == []


def test_a_room_one_was_removed_from_is_not_offered(cast: Cast) -> None:
    MembershipFactory.create(
        room=cast.harbour, person=cast.sam, left_at=now(), removed_until=now() + dt.timedelta(days=1)
    )

    assert [room.slug for room in rooms_to_join(cast.sam)] == ["lounge"]


def test_the_rail_needs_as_many_queries_for_many_rooms(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(10):
        MembershipFactory.create(person=cast.rex)
        RoomFactory.create()

    with django_assert_num_queries(2):
        rail_for(cast.rex)
    with django_assert_num_queries(3):
        rooms_to_join(cast.rex)


# --- read markers ---


def test_a_marker_goes_neither_back_nor_past_the_end(cast: Cast) -> None:
    MessageFactory.create_batch(3, room=cast.lounge, author=cast.mara)
    mine = Membership.objects.filter(room=cast.lounge, person=cast.rex)

    for position, expected in ((2, 2), (1, 2), (99, 3)):
        mark_read(person=cast.rex, room=cast.lounge, position=position)
        assert mine.get().last_read_position == expected


def test_many_markers_are_one_statement(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    MessageFactory.create_batch(3, room=cast.lounge, author=cast.mara)
    marks = {(cast.lounge.pk, person.pk): Mark(3) for person in (cast.mara, cast.rex, cast.nora, cast.sam)}

    with django_assert_num_queries(1):
        mark_all_read(marks)

    assert set(cast.lounge.memberships.values_list("last_read_position", flat=True)) == {3}


# --- members ---


def test_members_are_listed_with_those_who_keep_order_first(cast: Cast) -> None:
    members = members_of(cast.lounge, viewer_of(cast.rex))

    assert [(one.author.name, one.author.badge, one.is_you) for one in members] == [
        ("Mara", "owner", False),
        ("Nora", "moderator", False),
        ("Rex", "", True),
    ]
    assert member_count(cast.lounge) == 3


def test_only_those_who_keep_order_see_who_is_muted(cast: Cast) -> None:
    Membership.objects.filter(room=cast.lounge, person=cast.rex).update(
        muted_until=now() + dt.timedelta(days=1)
    )

    seen = {
        person.name: [one.muted_until is not None for one in members_of(cast.lounge, viewer_of(person))]
        for person in (cast.mara, cast.nora, cast.rex)
    }

    assert seen == {
        "Mara": [False, False, True],
        "Nora": [False, False, True],
        "Rex": [False, False, False],
    }
