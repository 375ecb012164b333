"""Daphnes whose clocks are an hour wrong, to either side, and jump while they run: row 20."""

import asyncio
import datetime as dt
import uuid
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import msgspec
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from accounts.models import PersonalAccessToken
from common.clock import now
from common.database import in_database
from moderation.models import Case
from moderation.replay.people import Player, prepare
from rooms.models import Membership, Message
from tests.faults.clocks import COMPILER, WrongClocks, wrong_clocks
from tests.faults.conftest import Keep, Settle
from tests.faults.crowd import Crowd, Load, Talk, talking
from tests.faults.site import WEBS, Site

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]

HALF_AN_HOUR = dt.timedelta(minutes=30)
ANSWERED_S = 20
# What each is answered by a Daphne that knows what time it is.
RIGHT = {"muted": "muted", "free-again": "ack", "token-holds": "ack", "token-ended": "not_signed_in"}


@pytest.fixture
def clocks(site: Site, tmp_path: Path) -> Iterator[WrongClocks]:
    """Both Daphnes started with a clock that is an hour wrong, one to each side."""
    if COMPILER is None:
        pytest.skip("needs a C compiler (cc)")
    with wrong_clocks(site, tmp_path, **dict(zip(WEBS, (1, -1), strict=True))) as both:
        yield both


@pytest.mark.whole_load_only
async def test_20_clocks_are_wrong_and_jump(
    site: Site, clocks: WrongClocks, crowd: Crowd, load: Load, settle: Settle, keep_row: Keep
) -> None:
    people, began, answers = await in_database(on_the_edge, crowd), now(), []
    async with talking(crowd, site.urls) as talk:
        speaking = asyncio.create_task(talk.goes_on(load.seconds))
        for hours in ((1, -1), (-1, 1), (0, 0)):
            for name, wrong_by in zip(WEBS, hours, strict=True):
                clocks.jump(name, wrong_by)
            answers += [await answered(url, people) for url in site.urls]
            await asyncio.sleep(load.seconds / 4)
        await speaking
        checked = await settle(talk)
    wrong = sum(given != RIGHT for given in answers)
    off_s = await in_database(furthest_from, talk, began, now())
    asked = len(answers) * len(RIGHT)
    figure = f"{wrong} of {asked} questions of bans and tokens wrong; messages' times {off_s:.0f} s off"
    keep_row(20, "Daphnes' clocks at ±1 h, jumping while they run", figure, checked)
    assert answers == [RIGHT] * len(answers)
    assert not off_s
    assert not await in_database(given_to_humans_as_late, talk)


def on_the_edge(crowd: Crowd) -> dict[str, Player]:
    """People whose mute or token ends, or ended, half an hour from now."""
    people = {kind: prepare(f"{kind}-", 1, crowd.rooms[:1])[0] for kind in RIGHT}
    for kind, until in (("muted", now() + HALF_AN_HOUR), ("free-again", now() - HALF_AN_HOUR)):
        Membership.objects.filter(person=people[kind].person_id).update(muted_until=until)
    for kind, until in (("token-holds", now() + HALF_AN_HOUR), ("token-ended", now() - HALF_AN_HOUR)):
        PersonalAccessToken.objects.filter(person=people[kind].person_id).update(expires_at=until)
    return people


async def answered(url: str, people: dict[str, Player]) -> dict[str, str]:
    """What each of them is answered at this address: an ack, or the code of a refusal."""
    return {kind: await answer(url, player) for kind, player in people.items()}


async def answer(url: str, player: Player) -> str:
    """Say a line, and give what came of it."""
    key = uuid.uuid4()
    frame = {"type": "post", "room": player.room.public_id, "client_key": key, "body": f"what time? {key}"}
    headers = {"Authorization": f"Bearer {player.secret}"}
    async with asyncio.timeout(ANSWERED_S), connect(url, additional_headers=headers) as socket:
        with suppress(ConnectionClosed):  # who is not let in is told so at once
            await socket.send(msgspec.json.encode(frame).decode())
        async for text in socket:
            came = msgspec.json.decode(text)
            if came["type"] in {"ack", "error"}:
                return str(came.get("code", "ack"))
    return "closed"


def furthest_from(talk: Talk, began: dt.datetime, ended: dt.datetime) -> float:
    """By how many seconds, beyond one, the stored times of what was said lie outside of when it was said."""
    said = Message.objects.filter(client_key__in=list(talk.ledger.sent)).values_list("sent_at", flat=True)
    outside = max(max(began - at, at - ended) for at in said)
    return max(0.0, outside.total_seconds() - 1)


def given_to_humans_as_late(talk: Talk) -> int:
    """Cases about lines that were taken for an hour old."""
    return Case.objects.filter(
        message__client_key__in=list(talk.ledger.sent), message__assessments__state="failed"
    ).count()
