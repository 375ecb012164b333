"""What is unread, by the rail and by the socket: late releases, blocks, loudness, marks."""

import uuid

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.services.blocks import block_person
from common.database import in_database
from common.errors import Refused
from rooms.models import Loudness, Membership, Message, Room, Visibility
from rooms.permissions import Sight, sight
from rooms.selectors import unread
from rooms.selectors.rail import RailRoom, rail_for
from rooms.selectors.unread import first_unread, told
from rooms.selectors.viewers import viewer_of
from rooms.services.memberships import remove_member
from rooms.services.messages import Sending, post_message
from rooms.services.reading import Mark, mark_everything_read, mark_read, mark_unread, set_loudness
from tests.cast import Cast
from tests.clients import Frame, Voice
from tests.factories import MembershipFactory, MessageFactory, PersonFactory
from tests.rooms.conftest import Join, Judge
from tests.rooms.saying import say
from tests.rooms.visiting import as_person


def lounge_of(cast: Cast) -> RailRoom:
    """The lounge in Rex's rail."""
    [lounge] = [room for room in rail_for(cast.rex) if room.slug == "lounge"]
    return lounge


def place_of(cast: Cast) -> Membership:
    """Rex's place in the lounge."""
    return Membership.objects.get(room=cast.lounge, person=cast.rex)


# --- counting ---


def test_a_message_released_after_one_has_read_on_is_unread(cast: Cast, judge: Judge) -> None:
    late = say(cast.mara, cast.lounge, "held for now")
    Message.objects.filter(public_id=late.message_public_id).update(
        visibility=Visibility.HELD, was_visible=False, shown_revision=None
    )
    say(cast.mara, cast.lounge, "shown at once")
    mark_read(person=cast.rex, room=cast.lounge, position=2)
    assert lounge_of(cast).unread == 0

    judge(late.message_public_id, Visibility.VISIBLE)

    assert lounge_of(cast).unread == 1
    cast.lounge.refresh_from_db()
    assert first_unread(cast.lounge, place_of(cast), viewer_of(cast.rex)) == 1
    mark_read(person=cast.rex, room=cast.lounge, position=2, revision=cast.lounge.revision)
    assert lounge_of(cast).unread == 0


def test_whoever_saw_a_late_message_come_has_read_it(cast: Cast, judge: Judge) -> None:
    MessageFactory.create(room=cast.lounge, author=cast.mara, checking=True)
    MessageFactory.create(room=cast.lounge, author=cast.mara)
    judge(Message.objects.get(position=1).public_id, Visibility.VISIBLE)

    mark_read(person=cast.rex, room=cast.lounge, position=2, revision=3)

    assert lounge_of(cast).unread == 0


def test_a_restored_message_that_was_read_is_not_unread_again(cast: Cast, judge: Judge) -> None:
    posted = say(cast.mara, cast.lounge, "seen by all")
    mark_read(person=cast.rex, room=cast.lounge, position=1, revision=1)

    judge(posted.message_public_id, Visibility.HIDDEN)
    judge(posted.message_public_id, Visibility.VISIBLE)

    assert lounge_of(cast).unread == 0


def test_an_answer_to_ones_words_counts_as_being_spoken_to(cast: Cast) -> None:
    question = say(cast.rex, cast.lounge, "when does the ferry go?")
    answer = Sending(
        cast.mara.pk, cast.lounge.public_id, uuid.uuid4(), "at eight", question.message_public_id, False, None
    )

    post_message(answer)

    assert (lounge_of(cast).unread, lounge_of(cast).mentions) == (1, 1)


@pytest.mark.parametrize(
    ("loudness", "expected"),
    [(Loudness.ALL, (2, 1)), (Loudness.MENTIONS, (0, 1)), (Loudness.NOTHING, (0, 0))],
)
def test_a_room_is_as_loud_as_its_member_wants(
    cast: Cast, loudness: Loudness, expected: tuple[int, int]
) -> None:
    say(cast.mara, cast.lounge, "hello everybody")
    say(cast.mara, cast.lounge, "and you, @Rex")

    set_loudness(person=cast.rex, room=cast.lounge, loudness=loudness)

    assert (lounge_of(cast).unread, lounge_of(cast).mentions) == expected


def test_only_a_member_chooses_how_loud_a_room_is(cast: Cast) -> None:
    with pytest.raises(Refused, match="not_a_member"):
        set_loudness(person=cast.sam, room=cast.lounge, loudness=Loudness.NOTHING)


@pytest.mark.parametrize("who", ["mara", "rex", "nora"])
def test_what_is_counted_is_what_sight_gives_as_text(cast: Cast, who: str) -> None:
    reader = getattr(cast, who)
    block_person(blocker=cast.sam, blocked=cast.rex)
    block_person(blocker=cast.sam, blocked=cast.nora)
    for visibility in Visibility:
        for author in (cast.mara, cast.rex, cast.sam):
            MessageFactory.create(room=cast.lounge, author=author, visibility=visibility)
    viewer = viewer_of(reader)

    readable = [
        message
        for message in Message.objects.filter(room=cast.lounge).exclude(author=reader)
        if sight(
            viewer,
            author_id=message.author_id,
            visibility=message.visibility,
            was_visible=message.was_visible,
        )
        is Sight.TEXT
    ]

    [lounge] = [room for room in rail_for(reader) if room.slug == "lounge"]
    assert lounge.unread == len(readable)


def test_many_people_are_counted_in_as_many_queries_as_one(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    say(cast.mara, cast.lounge, "hello")
    places = [MembershipFactory.create(room=cast.lounge, person=PersonFactory.create()).pk for _ in range(30)]

    with django_assert_num_queries(2):
        assert [one.count.unread for one in told(places)] == [1] * 30
    with django_assert_num_queries(2):
        told(places[:1])


# --- marks ---


def test_what_was_read_is_kept_for_later_from_one_message_on(cast: Cast) -> None:
    MessageFactory.create_batch(5, room=cast.lounge, author=cast.mara)
    mark_read(person=cast.rex, room=cast.lounge, position=5)

    mark_unread(person=cast.rex, room=cast.lounge, position=2)

    assert lounge_of(cast).unread == 3


def test_everything_is_read_at_once_what_comes_late_included(cast: Cast, judge: Judge) -> None:
    MessageFactory.create(room=cast.lounge, author=cast.mara, checking=True)
    MessageFactory.create(room=cast.lounge, author=cast.mara)
    mark_read(person=cast.rex, room=cast.lounge, position=2)
    judge(Message.objects.get(position=1).public_id, Visibility.VISIBLE)
    say(cast.mara, cast.harbour, "elsewhere")

    mark_everything_read(person=cast.rex)

    assert [room.unread for room in rail_for(cast.rex)] == [0, 0]


def test_of_two_marks_that_wait_the_later_wish_holds() -> None:
    read, kept = Mark(9, 20), Mark(4, goes_back=True)

    assert read.after(None) == read
    assert Mark(7, 25).after(read) == Mark(9, 25)
    assert kept.after(read) == kept
    assert read.after(kept) == read


# --- pages ---


def test_the_pages_forms_mute_a_room_and_mark_everything_read(cast: Cast) -> None:
    say(cast.mara, cast.lounge, "hello")
    browser = as_person(cast.rex)
    assert "Mark all as read" in browser.get("/").content.decode()

    browser.post("/read/")
    assert lounge_of(cast).unread == 0
    browser.post("/rooms/lounge/loudness/", {"loudness": "nothing"})
    assert lounge_of(cast).loudness == Loudness.NOTHING
    assert browser.post("/rooms/lounge/loudness/", {"loudness": "deafening"}).status_code == 400
    assert as_person(cast.sam).post("/rooms/attic/loudness/", {"loudness": "all"}).status_code == 404


def test_the_new_line_stands_before_a_message_that_came_late(cast: Cast, judge: Judge) -> None:
    MessageFactory.create(room=cast.lounge, author=cast.mara)
    MessageFactory.create(room=cast.lounge, author=cast.mara, checking=True, body="late words")
    MessageFactory.create(room=cast.lounge, author=cast.mara)
    mark_read(person=cast.rex, room=cast.lounge, position=3)
    judge(Message.objects.get(position=2).public_id, Visibility.VISIBLE)

    page = as_person(cast.rex).get("/rooms/lounge/").content.decode()

    assert page.index("message number") < page.index('id="first-unread"') < page.index("late words")


def test_the_first_unread_is_found_behind_ones_own_words_and_those_of_people_apart(cast: Cast) -> None:
    block_person(blocker=cast.sam, blocked=cast.rex)
    for author in (cast.rex, cast.sam, cast.rex, cast.mara, cast.mara):
        MessageFactory.create(room=cast.lounge, author=author)
    cast.lounge.refresh_from_db()

    assert first_unread(cast.lounge, place_of(cast), viewer_of(cast.rex)) == 4
    mark_read(person=cast.rex, room=cast.lounge, position=5)
    assert first_unread(cast.lounge, place_of(cast), viewer_of(cast.rex)) is None


def test_the_first_unread_is_looked_for_in_so_many_messages_only(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unread, "AHEAD_MAX", 2)
    monkeypatch.setattr(unread, "UNREAD_MAX", 2)
    for author in (cast.rex, cast.rex, cast.mara, cast.rex, cast.mara):
        MessageFactory.create(room=cast.lounge, author=author)
    cast.lounge.refresh_from_db()

    # Not 3: behind the first two, and not among the last two, which are what is counted.
    assert first_unread(cast.lounge, place_of(cast), viewer_of(cast.rex)) == 5


# --- the socket ---


async def is_told(voice: Voice, room: Room, unread: int, mentions: int = 0, *, after: int = 0) -> Frame:
    """The frame that says how much is unread, from number `after` on; fails where none comes."""
    return await voice.receives(
        lambda f: (
            f["type"] == "unread"
            and (f["room"], f["unread"], f["mentions"]) == (room.public_id, unread, mentions)
        ),
        what=f"{unread} unread in {room}",
        after=after,
    )


async def test_a_page_in_one_room_is_told_of_the_others(committed_cast: Cast, join: Join) -> None:
    cast = committed_cast
    rex, mara = await join(cast.rex), await join(cast.mara)
    await rex.enters(cast.harbour)
    await mara.enters(cast.lounge)

    await mara.says(cast.lounge, "@Rex are you there?")
    await is_told(rex, cast.lounge, 1, 1)
    await mara.says(cast.lounge, "hello")
    await is_told(rex, cast.lounge, 2, 1)

    await in_database(mark_everything_read, person=cast.rex)
    await is_told(rex, cast.lounge, 0)
    assert not any(f["type"] == "unread" for f in mara.frames)
    assert "are you there" not in repr(rex.frames)


async def test_a_held_message_is_told_once_it_is_released(
    committed_cast: Cast, join: Join, judge: Judge
) -> None:
    cast = committed_cast
    finn, mara = await join(cast.finn), await join(cast.mara)
    await mara.enters(cast.harbour)

    ack = await mara.says(cast.harbour, "waits for its judgement")
    assert ack["state"] == "checking"
    await in_database(judge, ack["message"], Visibility.VISIBLE)

    await is_told(finn, cast.harbour, 1)
    assert [f["unread"] for f in finn.frames if f["type"] == "unread"] in ([1], [0, 1])


async def test_a_new_block_takes_the_others_words_out_of_the_count(committed_cast: Cast, join: Join) -> None:
    cast = committed_cast
    rex, mara = await join(cast.rex), await join(cast.mara)
    await mara.says(cast.lounge, "hello")
    await is_told(rex, cast.lounge, 1)
    heard = len(rex.frames)

    await in_database(block_person, blocker=cast.mara, blocked=cast.rex)

    assert await is_told(rex, cast.lounge, 0, after=heard)


async def test_whoever_was_removed_is_told_nothing_more(committed_cast: Cast, join: Join) -> None:
    cast = committed_cast
    rex, nora, mara = await join(cast.rex), await join(cast.nora), await join(cast.mara)
    await in_database(remove_member, room=cast.lounge, person=cast.rex, until=None, by=cast.mara)

    await mara.says(cast.lounge, "now without Rex")

    await is_told(nora, cast.lounge, 1)
    assert not any(f["type"] == "unread" and f["room"] == cast.lounge.public_id for f in rex.frames)


async def test_reading_in_one_tab_takes_the_count_from_another(committed_cast: Cast, join: Join) -> None:
    cast = committed_cast
    reading, elsewhere, mara = await join(cast.rex), await join(cast.rex), await join(cast.mara)
    await reading.enters(cast.lounge)
    ack = await mara.says(cast.lounge, "hello")
    await is_told(elsewhere, cast.lounge, 1)

    heard = len(elsewhere.frames)
    await reading.sends("read", room=cast.lounge.public_id, position=1, revision=ack["revision"])
    assert await is_told(elsewhere, cast.lounge, 0, after=heard)

    heard = len(elsewhere.frames)
    await reading.sends("read", room=cast.lounge.public_id, position=0, back=True)
    assert await is_told(elsewhere, cast.lounge, 1, after=heard)
