"""A deploy while people talk: two processes are replaced one after the other, and nothing is lost.

They are moderators, whom the rule against floods leaves alone.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, asynccontextmanager

import pytest
from django.db import connection

from common.database import in_database
from rooms.models import Message, Room, Visibility
from tests.cast import Cast
from tests.clients import DEADLINE_S, Stack
from tests.factories import MembershipFactory
from tests.operations.talkers import Talker
from tests.rooms.conftest import sign_in
from tests.servers import free_port, start_daphne

pytestmark = pytest.mark.live

RESTARTING = 1001


class Site:
    """One web process on a port of its own that can be replaced."""

    def __init__(self, port: int, ports: list[int]) -> None:
        self.stack = Stack(f"http://127.0.0.1:{port}")
        self._port = port
        self._origins = ",".join(f"http://127.0.0.1:{one}" for one in ports)
        self._running: AbstractContextManager[str] | None = None

    async def start(self) -> None:
        """Serve from now on."""
        self._running = start_daphne(
            database=connection.settings_dict["NAME"],
            port=self._port,
            WARDROOM_ORIGINS=self._origins,
            WARDROOM_DRAIN_S="0.6",
        )
        await asyncio.to_thread(self._running.__enter__)

    async def stop(self) -> None:
        """SIGTERM, and wait for its end."""
        running, self._running = self._running, None
        if running:
            await asyncio.to_thread(running.__exit__, None, None, None)


@asynccontextmanager
async def two_sites() -> AsyncIterator[list[Site]]:
    ports = [free_port(), free_port()]
    sites = [Site(port, ports) for port in ports]
    for site in sites:
        await site.start()
    try:
        yield sites
    finally:
        for site in sites:
            await site.stop()


async def stored_in(room: Room) -> list[Message]:
    return await in_database(lambda: list(Message.objects.filter(room=room).order_by("position")))


async def everything_is_answered_and_seen(room: Room, talkers: list[Talker]) -> None:
    async with asyncio.timeout(DEADLINE_S):
        while any(talker.unanswered for talker in talkers) or not await _is_seen(room, talkers):  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def _is_seen(room: Room, talkers: list[Talker]) -> bool:
    visible = {one.public_id for one in await stored_in(room) if one.visibility == Visibility.VISIBLE}
    return all(visible <= talker.seen for talker in talkers)


async def test_replacing_two_processes_one_after_the_other_loses_nothing(committed_cast: Cast) -> None:
    cast, room = committed_cast, committed_cast.lounge
    for person in (cast.otis, cast.ada):
        await in_database(MembershipFactory.create, room=room, person=person)
    async with two_sites() as sites:
        stacks = [site.stack for site in sites]
        talkers = [
            Talker(person.name, await in_database(sign_in, person), room, order)
            for person, order in ((cast.nora, stacks), (cast.otis, stacks[::-1]), (cast.ada, stacks))
        ]
        talking = [asyncio.ensure_future(talker.talks()) for talker in talkers]
        for site in sites:
            await site.stop()
            await site.start()
        for talker in talkers:
            talker.finishes()
        await everything_is_answered_and_seen(room, talkers)
        for talker in talkers:
            talker.leaves()
        await asyncio.gather(*talking)
    stored = await stored_in(room)

    acked = [message for talker in talkers for message in talker.acked.values()]
    endings = Counter(code for talker in talkers for code in talker.endings)
    assert sorted(acked) == sorted(message.public_id for message in stored)
    assert [message.position for message in stored] == list(range(1, len(stored) + 1))
    assert len(stored) > len(talkers) * len(sites)
    assert endings.keys() == {RESTARTING}
