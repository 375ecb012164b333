"""Members talk: what is said reaches those it should, once, in order, and nobody else. Real processes."""

import asyncio
import uuid

import pytest

from rooms.models import Message
from tests.cast import Cast
from tests.conftest import Connect

pytestmark = pytest.mark.live

ABUSE = "you are a stupid worthless idiot and everybody hates you"


async def test_a_kind_message_reaches_the_others_once_it_is_cleared(
    committed_cast: Cast, connect: Connect
) -> None:
    mara, finn = await connect(committed_cast.mara), await connect(committed_cast.finn)
    await mara.enters(committed_cast.harbour)
    await finn.enters(committed_cast.harbour)

    ack = await mara.says(committed_cast.harbour, "The ferry is running again.")

    assert ack["state"] == "checking"
    frame = await finn.sees(ack["message"])
    assert "ferry" in frame["html"]
    assert frame["author"]["name"] == "Mara"


async def test_an_abusive_message_never_reaches_anybody_in_a_room_screened_before(
    committed_cast: Cast, connect: Connect
) -> None:
    rex, finn = await connect(committed_cast.rex), await connect(committed_cast.finn)
    await rex.enters(committed_cast.harbour)
    await finn.enters(committed_cast.harbour)

    ack = await rex.says(committed_cast.harbour, ABUSE)
    await rex.receives(
        lambda f: f.get("id") == ack["message"] and f.get("state") in {"held", "hidden"}, what="the judgement"
    )
    later = await rex.says(committed_cast.harbour, "Nice weather today.")
    await finn.sees(later["message"])

    assert not finn.has_read(ack["message"])
    assert not finn.has_read(ABUSE)


async def test_in_a_room_screened_after_an_abusive_message_turns_into_a_tombstone_without_its_text(
    committed_cast: Cast, connect: Connect
) -> None:
    rex, mara = await connect(committed_cast.rex), await connect(committed_cast.mara)
    await rex.enters(committed_cast.lounge)
    await mara.enters(committed_cast.lounge)

    ack = await rex.says(committed_cast.lounge, ABUSE)

    await mara.sees(ack["message"])
    stone = await mara.sees_tombstone(ack["message"])
    assert "html" not in stone


async def test_a_message_sent_twice_with_the_same_key_is_one_message(
    committed_cast: Cast, connect: Connect
) -> None:
    mara, key = await connect(committed_cast.mara), uuid.uuid4()
    await mara.enters(committed_cast.harbour)

    first = await mara.says(committed_cast.harbour, "Only once, please.", key=key)
    second = await mara.says(committed_cast.harbour, "Only once, please.", key=key)

    assert first["message"] == second["message"]
    assert await Message.objects.filter(client_key=key).acount() == 1


async def test_whoever_was_away_resumes_with_what_changed_meanwhile(
    committed_cast: Cast, connect: Connect
) -> None:
    mara, finn = await connect(committed_cast.mara), await connect(committed_cast.finn)
    known = await finn.enters(committed_cast.harbour)
    await mara.enters(committed_cast.harbour)
    await finn.socket.close()

    acks = [await mara.says(committed_cast.harbour, f"line {number}") for number in range(3)]
    for ack in acks:
        await mara.sees(ack["message"])
    finn_again = await connect(committed_cast.finn)
    entered = await finn_again.enters(
        committed_cast.harbour, revision=known["revision"], epoch=known["epoch"]
    )

    assert [change["id"] for change in entered["changes"]] == [ack["message"] for ack in acks]


async def test_many_people_talking_at_once_are_seen_in_one_order_by_everybody(
    committed_cast: Cast, connect: Connect
) -> None:
    room = committed_cast.lounge
    speakers = [await connect(person) for person in (committed_cast.mara, committed_cast.rex)]
    nora = await connect(committed_cast.nora)
    for voice in (*speakers, nora):
        await voice.enters(room)

    acks = await asyncio.gather(
        *(voice.says(room, f"{voice.person} says {number}") for number in range(5) for voice in speakers)
    )
    for ack in acks:
        await nora.sees(ack["message"])

    shown = [f["revision"] for f in nora.frames if f["type"] == "message"]
    assert shown == sorted(set(shown))
    assert len({ack["position"] for ack in acks}) == len(acks)
