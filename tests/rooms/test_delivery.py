"""What sockets receive: everything they may, once, in order, also when hints are lost."""

import asyncio

from django.db import transaction

from accounts.services.blocks import block_person
from common.database import in_database
from rooms import fanout
from rooms.models import Room, Visibility
from tests.cast import Cast
from tests.clients import Frame, Voice
from tests.rooms.conftest import Join
from tests.rooms.showing import decide, shown


async def test_what_one_says_the_others_see(committed_cast: Cast, join: Join) -> None:
    mara, rex = await join(committed_cast.mara), await join(committed_cast.rex)
    await mara.enters(committed_cast.lounge)
    await rex.enters(committed_cast.lounge)

    ack = await mara.says(committed_cast.lounge, "Good evening")

    frame = await rex.sees(ack["message"])
    assert "Good evening" in frame["html"]
    assert "client_key" not in frame
    own = await mara.sees(ack["message"])
    assert own["client_key"] == ack["client_key"]


async def test_whoever_has_not_entered_or_has_left_receives_nothing(committed_cast: Cast, join: Join) -> None:
    mara, rex, nora = [await join(getattr(committed_cast, name)) for name in ("mara", "rex", "nora")]
    room = committed_cast.lounge
    await nora.enters(room)
    await rex.enters(room)
    await rex.sends("exit", room=room.public_id)
    await rex.sends("ping")
    await rex.receives(lambda frame: frame["type"] == "pong", what="a pong")

    ack = await mara.says(room, "Good evening")
    await nora.sees(ack["message"])

    assert shown(rex) == shown(mara) == []


async def test_a_message_being_checked_is_its_authors_alone_until_it_is_released(
    committed_cast: Cast, join: Join
) -> None:
    mara, rex = await join(committed_cast.mara), await join(committed_cast.rex)
    room = committed_cast.harbour
    await mara.enters(room)
    await rex.enters(room)

    ack = await mara.says(room, "the first")
    await mara.sees(ack["message"], state="checking")
    assert shown(rex) == []
    await decide(ack["message"], Visibility.VISIBLE)

    await rex.sees(ack["message"])
    await mara.sees(ack["message"])


async def test_a_hidden_message_becomes_a_tombstone_without_its_text(
    committed_cast: Cast, join: Join
) -> None:
    rex, mara = await join(committed_cast.rex), await join(committed_cast.mara)
    room = committed_cast.lounge
    await mara.enters(room)
    await rex.enters(room)
    ack = await rex.says(room, "the secret text")
    await mara.sees(ack["message"])

    await decide(ack["message"], Visibility.HIDDEN)

    stone = await mara.sees_tombstone(ack["message"])
    assert set(stone) == {"type", "room", "id", "position", "revision", "reason"}
    await rex.sees(ack["message"], state="hidden")


async def test_a_held_message_shows_moderators_that_there_is_one_and_others_nothing(
    committed_cast: Cast, join: Join
) -> None:
    rex, mara, nora = [await join(getattr(committed_cast, name)) for name in ("rex", "mara", "nora")]
    room = committed_cast.harbour
    for voice in (rex, mara, nora):
        await voice.enters(room)
    ack = await rex.says(room, "the secret text")

    await decide(ack["message"], Visibility.HELD)

    stone = await nora.sees_tombstone(ack["message"])
    assert stone["reason"] == "held"
    await rex.sees(ack["message"], state="held")
    assert not any(frame.get("id") == ack["message"] for frame in mara.frames)
    assert not nora.has_read("secret")


async def test_people_apart_do_not_see_each_other_from_the_block_on(committed_cast: Cast, join: Join) -> None:
    rex, mara, nora = [await join(getattr(committed_cast, name)) for name in ("rex", "mara", "nora")]
    room = committed_cast.lounge
    for voice in (rex, mara, nora):
        await voice.enters(room)
    before = await rex.says(room, "before")
    await mara.sees(before["message"])

    await in_database(block_person, blocker=committed_cast.mara, blocked=committed_cast.rex)
    await until_rechecked(mara, room)
    after = await rex.says(room, "after")
    answer = await mara.says(room, "answer")
    await nora.sees(answer["message"])

    assert after["message"] not in shown(mara)
    assert answer["message"] not in shown(rex)
    assert {after["message"], answer["message"]} <= set(shown(nora))


async def until_rechecked(voice: Voice, room: Room) -> Frame:
    """A recheck tells the room's settings: then it has been made."""
    return await voice.receives(
        lambda frame: frame["type"] == "room" and frame["room"] == room.public_id,
        what="the room's settings",
        after=len(voice.frames),
    )


async def test_only_the_mentioned_are_told_so(committed_cast: Cast, join: Join) -> None:
    rex, mara, nora = [await join(getattr(committed_cast, name)) for name in ("rex", "mara", "nora")]
    for voice in (rex, mara, nora):
        await voice.enters(committed_cast.lounge)

    ack = await mara.says(committed_cast.lounge, "@Rex look")

    assert (await rex.sees(ack["message"]))["mentions_you"]
    assert "mentions_you" not in await nora.sees(ack["message"])


async def test_a_burst_reaches_everybody_once_and_in_order(committed_cast: Cast, join: Join) -> None:
    room = committed_cast.lounge
    speakers = [await join(committed_cast.mara), await join(committed_cast.rex)]
    nora = await join(committed_cast.nora)
    for voice in (*speakers, nora):
        await voice.enters(room)

    acks = await asyncio.gather(
        *(voice.says(room, f"{voice.person} {number}") for number in range(40) for voice in speakers)
    )
    last = max(acks, key=lambda ack: ack["revision"])
    await nora.sees(last["message"])

    in_order = sorted(acks, key=lambda ack: ack["revision"])
    assert shown(nora) == [ack["message"] for ack in in_order]
    assert [ack["position"] for ack in in_order] == list(range(1, 81))


async def test_what_one_person_sends_first_is_posted_first(committed_cast: Cast, join: Join) -> None:
    mara, room = await join(committed_cast.mara), committed_cast.lounge

    acks = await asyncio.gather(*(mara.says(room, f"line {number}") for number in range(50)))

    assert [ack["position"] for ack in acks] == list(range(1, 51))


async def test_a_room_where_judging_is_late_says_so_also_to_whoever_comes_in(
    committed_cast: Cast, join: Join
) -> None:
    rex, room = await join(committed_cast.rex), committed_cast.lounge
    await rex.enters(room)

    await in_database(tell_screening, room, is_delayed=True)
    assert await rex.receives(
        lambda frame: frame["type"] == "screening" and frame["delayed"], what="the delay"
    )
    mara = await join(committed_cast.mara)
    await mara.enters(room)
    assert await mara.receives(
        lambda frame: frame["type"] == "screening" and frame["delayed"], what="the delay"
    )
    await in_database(tell_screening, room, is_delayed=False)

    for voice in (rex, mara):
        assert await voice.receives(
            lambda frame: frame["type"] == "screening" and not frame["delayed"], what="its end"
        )


def tell_screening(room: Room, *, is_delayed: bool) -> None:
    """As moderation's sweep does."""
    with transaction.atomic():
        fanout.screening_on_commit([room.pk], is_delayed=is_delayed)


async def test_a_notice_reaches_every_tab_of_its_person_and_nobody_else(
    committed_cast: Cast, join: Join
) -> None:
    tabs = [await join(committed_cast.rex) for _ in range(2)]
    mara = await join(committed_cast.mara)

    await in_database(lambda: tell_notice(committed_cast.rex.pk))

    for tab in tabs:
        notice = await tab.receives(lambda frame: frame["type"] == "notice", what="the notice")
        assert notice["unread"] == 3
    assert not any(frame["type"] == "notice" for frame in mara.frames)


def tell_notice(person_id: int) -> None:
    """As moderation's services do."""
    with transaction.atomic():
        fanout.notice_on_commit(person_id, unread=3)


async def test_what_is_rolled_back_is_told_nobody(committed_cast: Cast, join: Join) -> None:
    rex = await join(committed_cast.rex)

    def fails() -> None:
        with transaction.atomic():
            fanout.notice_on_commit(committed_cast.rex.pk)
            transaction.set_rollback(True)

    await in_database(fails)
    await rex.sends("ping")
    await rex.receives(lambda frame: frame["type"] == "pong", what="a pong")

    assert not any(frame["type"] == "notice" for frame in rex.frames)
