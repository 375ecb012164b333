"""Harmless first, then edited: the new text is judged anew before anybody reads it. A real worker."""

import uuid

import pytest

from tests.cast import Cast
from tests.clients import Voice
from tests.conftest import Connect

pytestmark = pytest.mark.live

KIND = "I like your boat."
ABUSE = "you are a stupid worthless idiot and everybody hates you"


async def edits(voice: Voice, room: str, message: str, body: str) -> None:
    """Change what one said, and wait until that is stored."""
    key = uuid.uuid4()
    await voice.sends("edit", room=room, message=message, client_key=key, body=body)
    await voice.receives(lambda f: f["type"] == "ack" and f["client_key"] == str(key), what="an ack")


async def test_a_cleared_message_edited_into_abuse_is_read_by_nobody(
    committed_cast: Cast, connect: Connect
) -> None:
    rex, finn, room = (
        await connect(committed_cast.rex),
        await connect(committed_cast.finn),
        committed_cast.harbour,
    )
    await rex.enters(room)
    await finn.enters(room)
    message = (await rex.says(room, KIND))["message"]
    await finn.sees(message)

    await edits(rex, room.public_id, message, ABUSE)

    await finn.sees_tombstone(message)
    await rex.receives(
        lambda f: f.get("id") == message and f.get("state") in {"held", "hidden"}, what="the judgement"
    )
    later = await rex.says(room, "Nice weather today.")
    await finn.sees(later["message"])
    assert not finn.has_read(ABUSE)


async def test_a_kind_edit_is_judged_and_read(committed_cast: Cast, connect: Connect) -> None:
    mara, finn, room = (
        await connect(committed_cast.mara),
        await connect(committed_cast.finn),
        committed_cast.harbour,
    )
    await mara.enters(room)
    await finn.enters(room)
    message = (await mara.says(room, KIND))["message"]
    await finn.sees(message)

    await edits(mara, room.public_id, message, "I like your new boat.")

    frame = await finn.receives(
        lambda f: f["type"] == "message" and f["id"] == message and "new boat" in f["html"],
        what="the new text",
    )
    assert frame["edited_at"]
