"""What a client may send, and what it gets for what it may not."""

import uuid
from typing import Any

import pytest

from common.database import in_database
from rooms import inbox
from rooms.consumers import MALFORMED_MAX
from rooms.frequency import BURST, PATIENCE
from rooms.protocol import FRAME_MAX_BYTES
from tests.cast import Cast
from tests.rooms.conftest import Join


def is_error(code: str, **facts: Any) -> Any:
    """A test for a frame that refuses."""
    return lambda frame: frame["type"] == "error" and frame["code"] == code and facts.items() <= frame.items()


async def test_the_first_frame_says_who_one_is(committed_cast: Cast, join: Join) -> None:
    mara = await join(committed_cast.mara)

    welcome = await mara.receives(lambda frame: frame["type"] == "welcome", what="a welcome")

    assert welcome == {
        "type": "welcome",
        "person": committed_cast.mara.public_id,
        "heartbeat_s": 15,
    }


async def test_ping_is_answered(committed_cast: Cast, join: Join) -> None:
    mara = await join(committed_cast.mara)

    await mara.sends("ping")

    await mara.receives(lambda frame: frame["type"] == "pong", what="a pong")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "malformed"),
        ("not json", "malformed"),
        ("[]", "malformed"),
        ('{"type": "ping", "more": 1}', "malformed"),
        ('{"type": "post"}', "malformed"),
        ('{"type": "enter", "room": 7}', "malformed"),
        ('{"type": "dance"}', "unknown_frame"),
        ("[" * 60_000, "malformed"),
        ('{"type":' * 7_000, "malformed"),
    ],
)
async def test_what_is_no_frame_is_refused_and_the_socket_lives(
    committed_cast: Cast, join: Join, text: str, code: str
) -> None:
    mara = await join(committed_cast.mara)

    await mara.socket.send(text)
    await mara.receives(is_error(code), what=code)

    await mara.sends("ping")
    await mara.receives(lambda frame: frame["type"] == "pong", what="a pong")


async def test_an_error_never_repeats_what_was_sent(committed_cast: Cast, join: Join) -> None:
    mara = await join(committed_cast.mara)

    await mara.socket.send('{"type": "ping", "<script>": "secret"}')

    error = await mara.receives(is_error("malformed"), what="a refusal")
    assert not mara.has_read("secret")
    assert error["sentence"]


async def test_whoever_goes_on_sending_nonsense_is_sent_away(committed_cast: Cast, join: Join) -> None:
    mara = await join(committed_cast.mara)

    for _ in range(MALFORMED_MAX):
        await mara.socket.send("nonsense")

    assert await mara.is_shut_out() == 4400


async def test_bytes_are_no_frame(committed_cast: Cast, join: Join) -> None:
    mara = await join(committed_cast.mara)

    await mara.socket.send(None, b'{"type": "ping"}')  # type: ignore[arg-type, call-arg]

    await mara.receives(is_error("malformed"), what="a refusal")


async def test_a_frame_that_is_too_large_closes_the_socket(committed_cast: Cast, join: Join) -> None:
    mara = await join(committed_cast.mara)

    await mara.socket.send("x" * (FRAME_MAX_BYTES + 1))

    assert await mara.is_shut_out() == 1009


async def test_too_many_frames_are_refused_then_the_socket_is_closed(
    committed_cast: Cast, join: Join
) -> None:
    mara = await join(committed_cast.mara)

    for _ in range(BURST + PATIENCE + 10):
        await mara.sends("ping")

    assert await mara.is_shut_out() == 4429
    assert any(is_error("too_fast", retry_after_s=1)(frame) for frame in mara.frames)


async def test_an_error_names_the_key_it_answers(committed_cast: Cast, join: Join) -> None:
    sam, key = await join(committed_cast.sam), uuid.uuid4()

    error = await sam.tries_to_say(committed_cast.lounge, "hello", key=key)

    assert error == {
        "type": "error",
        "code": "not_a_member",
        "sentence": error["sentence"],
        "client_key": str(key),
        "room": committed_cast.lounge.public_id,
    }


async def test_every_way_to_a_room_that_is_not_for_you_looks_the_same(
    committed_cast: Cast, join: Join
) -> None:
    sam = await join(committed_cast.sam)
    answers = []
    for room in (committed_cast.attic.public_id, "nowhere"):
        before = len(sam.frames)
        await sam.sends("enter", room=room)
        answers.append(
            await sam.receives(lambda frame: frame["type"] == "error", what="a refusal", after=before)
        )

    assert {answer["code"] for answer in answers} == {"not_found"}
    assert {answer["sentence"] for answer in answers} == {answers[0]["sentence"]}


@pytest.mark.parametrize("kind", ["exit", "read"])
async def test_a_room_one_has_not_entered_is_not_found(committed_cast: Cast, join: Join, kind: str) -> None:
    mara = await join(committed_cast.mara)
    facts = {"position": 1} if kind == "read" else {}

    await mara.sends(kind, room=committed_cast.lounge.public_id, **facts)

    await mara.receives(is_error("not_found"), what="a refusal")


async def test_a_message_is_edited_and_deleted_over_the_socket(committed_cast: Cast, join: Join) -> None:
    mara, rex = await join(committed_cast.mara), await join(committed_cast.rex)
    room = committed_cast.lounge
    await rex.enters(room)
    ack = await mara.says(room, "befor")
    keys = uuid.uuid4(), uuid.uuid4()

    await mara.sends("edit", room=room.public_id, message=ack["message"], client_key=keys[0], body="before")
    await mara.receives(lambda f: f.get("client_key") == str(keys[0]), what="an ack of the edit")
    edited = await rex.receives(lambda f: f.get("edited_at") is not None, what="the edit")
    await mara.sends("delete", room=room.public_id, message=ack["message"], client_key=keys[1])
    gone = await mara.receives(lambda f: f.get("client_key") == str(keys[1]), what="an ack of the deletion")
    stone = await rex.sees_tombstone(ack["message"])

    assert "before" in edited["html"]
    assert (gone["type"], gone["state"]) == ("ack", "deleted")
    assert stone["reason"] == "deleted"


async def test_an_edit_through_another_room_is_not_found(committed_cast: Cast, join: Join) -> None:
    mara = await join(committed_cast.mara)
    ack = await mara.says(committed_cast.lounge, "mine")

    await mara.sends(
        "edit",
        room=committed_cast.harbour.public_id,
        message=ack["message"],
        client_key=uuid.uuid4(),
        body="x",
    )

    await mara.receives(is_error("not_found"), what="a refusal")


async def test_what_was_read_is_marked(
    committed_cast: Cast, join: Join, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rooms.inbox.MARK_EVERY_S", 0.01)
    mara, rex = await join(committed_cast.mara), await join(committed_cast.rex)
    room = committed_cast.lounge
    await rex.enters(room)
    ack = await mara.says(room, "read this")
    await rex.sees(ack["message"])

    await rex.sends("read", room=room.public_id, position=ack["position"])

    await rex.sends("ping")
    await rex.receives(lambda frame: frame["type"] == "pong", what="a pong")
    await inbox.of_this_loop().is_idle()
    [marked] = await in_database(
        lambda: list(
            room.memberships.filter(person=committed_cast.rex).values_list("last_read_position", flat=True)
        )
    )
    assert marked == ack["position"]


async def test_refusals_are_in_the_language_of_the_persons_browser(committed_cast: Cast) -> None:
    from rooms.doorway import language_of  # noqa: PLC0415

    scope = {"headers": [(b"accept-language", b"de-DE,de;q=0.9")]}

    assert language_of(scope) == "de"
