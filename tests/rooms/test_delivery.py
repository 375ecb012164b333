"""What sockets receive: everything they may, once, in order, also when hints are lost."""

import asyncio
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from redis import Redis

from accounts.services.blocks import block_person
from common.database import in_database
from rooms import fanout, hub
from rooms.hints import ChangesHint, channel_layer, encode, group_of, room_group
from rooms.models import Message, Room, Visibility
from rooms.selectors.changes import changes_since
from rooms.services.messages import VisibilityChange, show_or_hide
from tests.cast import Cast
from tests.clients import Frame, Voice
from tests.rooms.conftest import Join
from tests.rooms.saying import say


async def decide(public_id: str, visibility: Visibility) -> None:
    """An order of moderation."""

    def change() -> None:
        message = Message.objects.get(public_id=public_id)
        show_or_hide(changes=[VisibilityChange(message.pk, visibility)])

    await in_database(change)


def shown(voice: Voice) -> list[str]:
    """The ids of the messages that reached somebody, in the order in which they did."""
    return [frame["id"] for frame in voice.frames if frame["type"] == "message"]


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


# --- coming back ---


async def test_whoever_resumes_gets_what_changed_as_it_is_now(committed_cast: Cast, join: Join) -> None:
    room, rex = committed_cast.lounge, committed_cast.rex
    first = await join(committed_cast.mara)
    known = await first.enters(room)
    posted = await in_database(lambda: [say(rex, room, text) for text in ("the secret text", "two")])
    await decide(posted[0].message_public_id, Visibility.HIDDEN)

    again = await join(committed_cast.mara)
    entered = await again.enters(room, revision=known["revision"], epoch=known["epoch"])

    assert [(change["type"], change["id"]) for change in entered["changes"]] == [
        ("message", posted[1].message_public_id),
        ("tombstone", posted[0].message_public_id),
    ]
    assert "secret" not in str(entered)
    assert entered["revision"] == 3


@pytest.mark.parametrize("what", ["another epoch", "a revision from the future", "too much"])
async def test_whoever_cannot_be_told_what_changed_starts_afresh(
    committed_cast: Cast, join: Join, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = committed_cast.lounge
    await in_database(lambda: [say(committed_cast.rex, room, f"line {n}") for n in range(3)])
    situations: dict[str, dict[str, Any]] = {
        "another epoch": {"revision": 1, "epoch": uuid.uuid4()},
        "a revision from the future": {"revision": 99},
        "too much": {"revision": 0},
    }
    if what == "too much":
        monkeypatch.setattr("rooms.selectors.changes.CHANGES_MAX", 2)

    entered = await (await join(committed_cast.mara)).enters(room, **situations[what])

    assert entered["limited"]
    assert "changes" not in entered
    assert entered["revision"] == 3


async def test_nothing_is_missed_by_whoever_enters_while_others_talk(
    committed_cast: Cast, join: Join
) -> None:
    room = committed_cast.lounge
    rex = await join(committed_cast.rex)
    await rex.enters(room)
    talking = asyncio.gather(*(rex.says(room, f"line {number}") for number in range(60)))

    late = [await join(committed_cast.mara) for _ in range(5)]
    entered = [await voice.enters(room, revision=0) for voice in late]
    acks = await talking
    last = acks[-1]["message"]

    for voice, answer in zip(late, entered, strict=True):
        before = [change["id"] for change in answer.get("changes", [])]
        if last not in before:
            await voice.sees(last)
        assert [*before, *shown(voice)] == [ack["message"] for ack in acks]


# --- lost hints ---


@pytest.fixture
def lost_hints(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """From the call on, nothing that is published reaches the hub: as with Redis and another process."""

    def lose() -> None:
        monkeypatch.setattr(hub.Hub, "take_soon", lambda *_: None)

    return lose


async def test_a_lost_hint_heals_by_itself(
    committed_cast: Cast, join: Join, lost_hints: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rooms.hub.COMPARE_S", 0.2)
    rex = await join(committed_cast.rex)
    await rex.enters(committed_cast.lounge)
    lost_hints()

    posted = await in_database(say, committed_cast.mara, committed_cast.lounge)

    await rex.sees(posted.message_public_id)


async def test_the_gap_before_a_hint_that_arrives_is_filled(
    committed_cast: Cast, join: Join, lost_hints: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    rex = await join(committed_cast.rex)
    await rex.enters(committed_cast.lounge)
    with monkeypatch.context() as losing:
        losing.setattr(hub.Hub, "take_soon", lambda *_: None)
        lost = await in_database(say, committed_cast.mara, committed_cast.lounge, "lost")

    later = await in_database(say, committed_cast.mara, committed_cast.lounge, "later")

    await rex.sees(later.message_public_id)
    assert shown(rex) == [lost.message_public_id, later.message_public_id]


async def test_a_flushed_channel_layer_loses_nothing(
    committed_cast: Cast, join: Join, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rooms.hub.COMPARE_S", 0.2)
    rex = await join(committed_cast.rex)
    await rex.enters(committed_cast.lounge)

    await channel_layer().flush()
    monkeypatch.setattr(hub.Hub, "take_soon", lambda *_: None)
    posted = await in_database(say, committed_cast.mara, committed_cast.lounge)

    await rex.sees(posted.message_public_id)


async def test_a_hint_from_another_process_is_delivered(
    committed_cast: Cast, join: Join, lost_hints: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rooms.hub.COMPARE_S", 3600)
    rex, room = await join(committed_cast.rex), committed_cast.lounge
    await rex.enters(room)
    lost_hints()
    posted = await in_database(say, committed_cast.mara, room)
    changed = await in_database(changes_since, room.pk, 0)
    hint = ChangesHint(room.pk, list(changed.changes))

    await channel_layer().group_send(
        group_of(hint), {"type": "hint", "from": "another process", "data": encode(hint)}
    )

    await rex.sees(posted.message_public_id)


async def test_a_hint_nobody_can_read_harms_nobody(committed_cast: Cast, join: Join) -> None:
    rex = await join(committed_cast.rex)
    await rex.enters(committed_cast.lounge)

    await channel_layer().group_send(
        room_group(committed_cast.lounge.pk), {"type": "hint", "from": "a later release", "data": b"?"}
    )
    ack = await rex.says(committed_cast.lounge, "still here")

    await rex.sees(ack["message"])


async def test_a_heartbeat_says_how_far_everything_was_sent(
    committed_cast: Cast, join: Join, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "HEARTBEAT_S", 0.2)
    rex = await join(committed_cast.rex)
    await rex.enters(committed_cast.lounge)
    ack = await rex.says(committed_cast.lounge, "one")

    beat = await rex.receives(
        lambda frame: frame["type"] == "heartbeat" and frame["revisions"], what="a heartbeat"
    )
    await rex.receives(
        lambda frame: (
            frame["type"] == "heartbeat"
            and frame["revisions"].get(committed_cast.lounge.public_id) == ack["revision"]
        ),
        what="a heartbeat with the newest revision",
    )

    assert set(beat["revisions"]) == {committed_cast.lounge.public_id}


async def test_hints_come_again_after_redis_has_cut_us_off(
    committed_cast: Cast, join: Join, lost_hints: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rooms.hub.COMPARE_S", 3600)
    rex, room = await join(committed_cast.rex), committed_cast.lounge
    await rex.enters(room)
    lost_hints()
    cut_off_listeners()
    posted = await in_database(say, committed_cast.mara, room)
    changed = await in_database(changes_since, room.pk, 0)
    hint = ChangesHint(room.pk, list(changed.changes))
    message = {"type": "hint", "from": "another process", "data": encode(hint)}

    async def tells_again_and_again() -> None:
        while True:
            await channel_layer().group_send(group_of(hint), message)
            await asyncio.sleep(0.1)

    telling = asyncio.ensure_future(tells_again_and_again())
    await rex.sees(posted.message_public_id)
    telling.cancel()


def cut_off_listeners() -> None:
    """Redis closes the connections on which this database's subscribers wait."""
    client = Redis.from_url(settings.REDIS_URL)
    number = str(client.connection_pool.connection_kwargs.get("db", 0))
    for one in client.client_list(_type="pubsub"):
        if one["db"] == number:
            client.client_kill_filter(_id=one["id"])
    client.close()


async def test_a_room_where_judging_is_late_says_so_also_to_whoever_comes_in(
    committed_cast: Cast, join: Join
) -> None:
    rex, room = await join(committed_cast.rex), committed_cast.lounge
    await rex.enters(room)

    await in_database(tell_screening, room, is_delayed=True)
    await rex.receives(lambda frame: frame["type"] == "screening" and frame["delayed"], what="the delay")
    mara = await join(committed_cast.mara)
    await mara.enters(room)
    await mara.receives(lambda frame: frame["type"] == "screening" and frame["delayed"], what="the delay")
    await in_database(tell_screening, room, is_delayed=False)

    for voice in (rex, mara):
        await voice.receives(
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
