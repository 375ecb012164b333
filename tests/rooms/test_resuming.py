"""Coming back: whoever resumes, or enters while others talk, is told what changed and misses nothing."""

import asyncio
import uuid
from typing import Any

import pytest

from common.database import in_database
from rooms.models import Visibility
from tests.cast import Cast
from tests.rooms.conftest import Join
from tests.rooms.saying import say
from tests.rooms.showing import decide, shown


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
