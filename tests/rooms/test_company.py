"""Who is here and who is writing: shown to whom, and to whom never. Nothing of it is stored."""

import asyncio
from typing import Any

import pytest

from accounts.services.blocks import block_person
from accounts.services.profiles import set_preferences
from common.clock import now
from common.database import in_database
from rooms import hub, presence
from rooms.hints import PresentHint, TypingHint, channel_layer, encode, group_of
from rooms.models import Membership, Room
from rooms.protocol import Author
from rooms.services.memberships import mute_member
from tests.cast import Cast
from tests.clients import Frame, Voice
from tests.factories import MessageFactory
from tests.rooms.conftest import Join


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rooms.hub.TICK_S", 0.05)


def writers(frame: Frame) -> list[str]:
    """Whom a frame names as writing."""
    return [person["name"] for person in frame.get("people", [])]


async def types(voice: Voice, room: Room) -> None:
    """Somebody presses keys."""
    await voice.sends("typing", room=room.public_id)


async def sees_writing(voice: Voice, *names: str, after: int = 0) -> Frame:
    """The frame that names them."""
    return await voice.receives(
        lambda f: f["type"] == "typing" and writers(f) == list(names), what=f"{names} writing", after=after
    )


async def sees_here(voice: Voice, test: Any, what: str) -> Frame:
    """A frame of who is here."""
    return await voice.receives(lambda f: f["type"] == "presence" and test(f), what=what)


async def is_asked(voice: Voice) -> None:
    """The server knows whether this person may be shown as writing."""
    sockets = hub.of_this_loop().sockets
    while not any(one.typist for one in sockets if one.person_id == voice.person.pk):  # noqa: ASYNC110 - nobody tells of it
        await asyncio.sleep(0.01)


async def test_others_see_who_writes_and_that_they_stop(
    committed_cast: Cast, join: Join, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presence, "TYPING_S", 0.5)
    rex, mara = await join(committed_cast.rex), await join(committed_cast.mara)
    await rex.enters(committed_cast.lounge)
    await mara.enters(committed_cast.lounge)

    await types(mara, committed_cast.lounge)

    await sees_writing(rex, "Mara")
    await sees_writing(rex, after=len(rex.frames))
    assert not any(writers(frame) for frame in mara.frames)


async def test_what_is_sent_is_no_longer_being_written(
    committed_cast: Cast, join: Join, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presence, "TYPING_S", 3600)
    rex, mara = await join(committed_cast.rex), await join(committed_cast.mara)
    await rex.enters(committed_cast.lounge)
    await mara.enters(committed_cast.lounge)
    await types(mara, committed_cast.lounge)
    await sees_writing(rex, "Mara")
    before = len(rex.frames)

    await mara.says(committed_cast.lounge, "there")

    await sees_writing(rex, after=before)


@pytest.mark.parametrize("why", ["muted", "read-only", "held", "hides", "blocked", "blocks"])
async def test_somebody_who_may_not_be_shown_writes_unseen(
    committed_cast: Cast, join: Join, why: str
) -> None:
    cast = committed_cast
    await in_database(arrange, cast, why)
    rex, mara, nora = await join(cast.rex), await join(cast.mara), await join(cast.nora)
    for voice in (rex, mara, nora):
        await voice.enters(cast.lounge)

    await types(rex, cast.lounge)
    await is_asked(rex)
    await types(nora, cast.lounge)

    await mara.receives(lambda f: f["type"] == "typing" and "Nora" in writers(f), what="Nora writing")
    assert "Rex" not in {name for frame in mara.frames for name in writers(frame)}


def arrange(cast: Cast, why: str) -> None:
    """What keeps Rex from being shown to Mara. Nora moderates, and is shown in any case."""
    if why == "muted":
        mute_member(room=cast.lounge, person=cast.rex, until=None)
    elif why == "read-only":
        cast.lounge.is_read_only = True
        cast.lounge.save()
    elif why == "held":
        MessageFactory.create(room=cast.lounge, author=cast.rex, held=True)
    elif why == "hides":
        set_preferences(person=cast.rex, time_zone="UTC", shows_presence=False)
    elif why == "blocked":
        block_person(blocker=cast.mara, blocked=cast.rex)
    else:
        block_person(blocker=cast.rex, blocked=cast.mara)


async def test_many_who_write_are_several_without_names(
    committed_cast: Cast, join: Join, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presence, "TYPISTS_MAX", 1)
    cast = committed_cast
    rex, mara, nora = await join(cast.rex), await join(cast.mara), await join(cast.nora)
    for voice in (rex, mara, nora):
        await voice.enters(cast.lounge)

    await types(mara, cast.lounge)
    await types(nora, cast.lounge)

    told = await rex.receives(lambda f: f["type"] == "typing" and "several" in f, what="several")
    assert not writers(told)


async def test_whoever_is_not_in_the_room_cannot_write_there(committed_cast: Cast, join: Join) -> None:
    sam = await join(committed_cast.sam)

    await types(sam, committed_cast.lounge)

    await sam.receives(lambda f: f["type"] == "error" and f["code"] == "not_found", what="a refusal")


async def test_people_see_who_is_here_who_comes_and_who_goes(committed_cast: Cast, join: Join) -> None:
    cast = committed_cast
    rex = await join(cast.rex)
    await rex.enters(cast.lounge)
    await sees_here(rex, lambda f: f.get("here") == [cast.rex.public_id], "himself")

    mara = await join(cast.mara)
    await mara.enters(cast.lounge)
    await sees_here(
        mara, lambda f: set(f.get("here", ())) == {cast.rex.public_id, cast.mara.public_id}, "both"
    )
    await sees_here(rex, lambda f: f.get("came") == [cast.mara.public_id] and f["count"] == 2, "Mara come")

    await mara.sends("exit", room=cast.lounge.public_id)
    await sees_here(rex, lambda f: f.get("went") == [cast.mara.public_id], "Mara go")


async def test_a_child_is_not_shown_unless_they_choose_so(committed_cast: Cast, join: Join) -> None:
    cast = committed_cast
    finn, mara = await join(cast.finn), await join(cast.mara)
    await finn.enters(cast.harbour)
    await mara.enters(cast.harbour)
    await sees_here(mara, lambda f: "here" in f, "who is here")
    assert cast.finn.public_id not in repr(mara.frames)

    await in_database(set_preferences, person=cast.finn, time_zone="UTC", shows_presence=True)
    await sees_here(mara, lambda f: f.get("came") == [cast.finn.public_id], "Finn come")
    await in_database(set_preferences, person=cast.finn, time_zone="UTC", shows_presence=False)
    await sees_here(mara, lambda f: f.get("went") == [cast.finn.public_id], "Finn go")


async def test_a_block_takes_the_other_out_of_sight_at_once(committed_cast: Cast, join: Join) -> None:
    cast = committed_cast
    rex, mara = await join(cast.rex), await join(cast.mara)
    await rex.enters(cast.lounge)
    await mara.enters(cast.lounge)
    await sees_here(mara, lambda f: cast.rex.public_id in f.get("here", ()), "both")
    await sees_here(rex, lambda f: f["count"] == 2, "both")

    await in_database(block_person, blocker=cast.rex, blocked=cast.mara)

    for voice in (mara, rex):
        await sees_here(
            voice, lambda f, own=voice.person.public_id: f.get("here") == [own] and f["count"] == 1, "one"
        )


async def test_a_full_room_is_a_number(
    committed_cast: Cast, join: Join, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presence, "NAMED_MAX", 1)
    cast = committed_cast
    rex, mara = await join(cast.rex), await join(cast.mara)
    await rex.enters(cast.lounge)
    await mara.enters(cast.lounge)

    told = await sees_here(rex, lambda f: f["count"] == 2, "two")
    assert not told.keys() & {"here", "came", "went"}


async def test_another_process_is_heard_and_forgotten_when_it_falls_silent(
    committed_cast: Cast, join: Join, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presence, "FORGET_S", 0.5)
    cast = committed_cast
    rex = await join(cast.rex)
    await rex.enters(cast.lounge)
    await sees_here(rex, lambda f: f.get("here") == [cast.rex.public_id], "himself")
    mara = (cast.mara.pk, cast.mara.public_id)
    author = Author(id=cast.mara.public_id, name="Mara", initials="M", hue=1)

    for hint in (
        PresentHint(cast.lounge.pk, "another", [mara]),
        TypingHint(cast.lounge.pk, cast.mara.pk, author),
    ):
        message = {"type": "hint", "from": "another", "data": encode(hint)}
        await channel_layer().group_send(group_of(hint), message)

    await sees_writing(rex, "Mara")
    await sees_here(rex, lambda f: f.get("came") == [cast.mara.public_id], "Mara elsewhere")
    await sees_here(rex, lambda f: f.get("went") == [cast.mara.public_id], "Mara forgotten")


async def test_nothing_of_it_is_a_change_of_the_room(committed_cast: Cast, join: Join) -> None:
    cast = committed_cast
    rex, mara = await join(cast.rex), await join(cast.mara)
    await rex.enters(cast.lounge)
    await mara.enters(cast.lounge)

    await types(mara, cast.lounge)
    await sees_writing(rex, "Mara")

    assert await in_database(lambda: Room.objects.get(pk=cast.lounge.pk).revision) == 0
    assert await in_database(lambda: Membership.objects.filter(muted_until__gt=now()).count()) == 0
