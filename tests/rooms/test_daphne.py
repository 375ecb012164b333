"""The whole way: another process, Redis, a real Daphne, a real socket."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from typing import Any

import pytest
from django.db import connection
from websockets.asyncio.client import connect as open_socket
from websockets.exceptions import InvalidStatus

from accounts.models import Person
from accounts.services.sessions import create_token
from common.database import in_database
from rooms.services.memberships import remove_member
from tests.cast import Cast
from tests.clients import Stack, Voice
from tests.rooms.conftest import sign_in
from tests.rooms.saying import say
from tests.servers import start_daphne

pytestmark = pytest.mark.live

Connect = Callable[[Person], Awaitable[Voice]]


@pytest.fixture(scope="module")
def site(django_db_setup: None, django_db_blocker: Any) -> Iterator[Stack]:
    """The real site, without a worker: in the lounge nothing has to be judged to be shown."""
    with django_db_blocker.unblock():
        database = connection.settings_dict["NAME"]
    with start_daphne(database=database) as origin:
        yield Stack(origin)


@pytest.fixture
async def arrive(site: Stack, committed_cast: Cast) -> AsyncIterator[Connect]:
    """A socket for each person it is called with."""
    async with AsyncExitStack() as sockets:

        async def as_person(person: Person) -> Voice:
            cookie = await in_database(sign_in, person)
            return await sockets.enter_async_context(Voice.connected(site, person, cookie))

        yield as_person


async def test_what_another_process_posts_arrives(committed_cast: Cast, arrive: Connect) -> None:
    mara, room = await arrive(committed_cast.mara), committed_cast.lounge
    await mara.enters(room)

    posted = await in_database(say, committed_cast.rex, room, "from elsewhere")

    frame = await mara.sees(posted.message_public_id)
    assert "from elsewhere" in frame["html"]


async def test_a_removal_in_another_process_puts_somebody_out(committed_cast: Cast, arrive: Connect) -> None:
    rex, room = await arrive(committed_cast.rex), committed_cast.lounge
    await rex.enters(room)

    await in_database(remove_member, room=room, person=committed_cast.rex, until=None, by=None)

    await rex.receives(lambda frame: frame.get("code") == "removed", what="the removal")


@pytest.mark.parametrize("origin", ["https://evil.example", "null", None])
async def test_a_foreign_page_cannot_open_a_socket_with_our_cookie(
    site: Stack, committed_cast: Cast, origin: str | None
) -> None:
    cookie = await in_database(sign_in, committed_cast.mara)
    headers = {"Cookie": f"sessionid={cookie}"}

    with pytest.raises(InvalidStatus) as refused:
        await open_socket(site.socket_url, origin=origin, additional_headers=headers)  # type: ignore[arg-type]

    assert refused.value.response.status_code == 403


async def test_a_bot_comes_in_with_its_token(site: Stack, committed_cast: Cast) -> None:
    _, secret = await in_database(
        create_token, person=committed_cast.mara, name="bot", scopes=["rooms:read"], expires_at=None
    )

    async with open_socket(
        site.socket_url, additional_headers={"Authorization": f"Bearer {secret}"}
    ) as socket:
        assert "welcome" in str(await socket.recv())


async def test_a_restart_says_that_it_is_one(committed_cast: Cast) -> None:
    cookie = await in_database(sign_in, committed_cast.mara)
    stop = asyncio.Event()

    def serve(loop: asyncio.AbstractEventLoop, up: "asyncio.Future[str]") -> None:
        with start_daphne(database=connection.settings_dict["NAME"]) as origin:
            loop.call_soon_threadsafe(up.set_result, origin)
            asyncio.run_coroutine_threadsafe(stop.wait(), loop).result()

    loop = asyncio.get_running_loop()
    up: asyncio.Future[str] = loop.create_future()
    serving = asyncio.ensure_future(asyncio.to_thread(serve, loop, up))
    async with Voice.connected(Stack(await up), committed_cast.mara, cookie) as mara:
        await mara.receives(lambda frame: frame["type"] == "welcome", what="a welcome")
        stop.set()

        assert await mara.is_shut_out() == 1001
    await serving


async def test_a_socket_that_is_silent_for_fifteen_seconds_still_receives(
    committed_cast: Cast, arrive: Connect
) -> None:
    """The one slow test: libraries below have dropped idle connections after 5 s."""
    mara, room = await arrive(committed_cast.mara), committed_cast.lounge
    await mara.enters(room)

    await mara.receives(lambda frame: frame["type"] == "heartbeat", what="the first heartbeat")
    posted = await in_database(say, committed_cast.rex, room, "after the silence")

    await mara.sees(posted.message_public_id)
