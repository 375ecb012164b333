"""What a socket still gives of a text that is gone: open since before, fresh, resuming."""

import json
from collections.abc import Callable

import pytest

from common.database import in_database
from rooms.models import Message
from tests.attacks.test_leftovers import SECRET, change, delete, hide, hold
from tests.cast import Cast
from tests.clients import Frame, Voice
from tests.conftest import Connect
from tests.factories import MessageFactory

pytestmark = pytest.mark.live


def said_by_rex(cast: Cast) -> Message:
    """A text that everybody has read, and an answer that quotes it."""
    message = MessageFactory.create(room=cast.lounge, author=cast.rex, body=SECRET)
    MessageFactory.create(
        room=cast.lounge, author=cast.nora, body="Where?", reply_to=message, thread_root=message
    )
    return message


@pytest.mark.parametrize("takes_away", [hide, hold, delete, change])
async def test_no_socket_gives_a_text_that_is_gone(
    committed_cast: Cast, connect: Connect, takes_away: Callable[[Message], None]
) -> None:
    room = committed_cast.lounge
    message = await in_database(said_by_rex, committed_cast)
    stale = await connect(committed_cast.mara)
    known = await stale.enters(room)
    before = len(stale.frames)

    await in_database(takes_away, message)

    changed = await stale.receives(
        lambda frame: frame.get("id") == message.public_id, what="what became of it", after=before
    )
    fresh, resuming, back = [await connect(committed_cast.mara) for _ in range(3)]
    await fresh.enters(room)
    await resuming.enters(room, revision=0)
    entered = await back.enters(room, revision=known["revision"], epoch=known["epoch"])
    assert message.public_id in {one["id"] for one in entered["changes"]}
    assert changed["type"] in {"message", "tombstone"}
    assert [name for name, voice in voices(fresh, resuming, back) if voice.has_read("seventh pier")] == []
    assert not says(stale.frames[before:], "seventh pier")


def voices(*some: Voice) -> list[tuple[str, Voice]]:
    """Each under its name."""
    return list(zip(("fresh", "resuming", "back"), some, strict=True))


def says(frames: list[Frame], text: str) -> bool:
    """Whether it stands in any of these."""
    return any(text in json.dumps(frame, ensure_ascii=False) for frame in frames)
