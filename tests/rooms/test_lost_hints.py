"""Hints between processes may be lost, late or unreadable: what they told of is delivered all the same."""

import asyncio
from collections.abc import Callable

import pytest
from django.conf import settings
from redis import Redis

from common.database import in_database
from rooms import hub
from rooms.hints import ChangesHint, channel_layer, encode, group_of, room_group
from rooms.selectors.changes import changes_since
from tests.cast import Cast
from tests.rooms.conftest import Join
from tests.rooms.saying import say
from tests.rooms.showing import shown


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
