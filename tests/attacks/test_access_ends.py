"""An open socket when its access ends; commands of nobody; sockets that other pages open. A real Daphne."""

import datetime as dt
import json
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from websockets.asyncio.client import connect as open_socket
from websockets.exceptions import ConnectionClosed, InvalidStatus

from accounts.models import Person
from accounts.services.leaving import deactivate_person, suspend
from common.clock import now
from common.database import in_database
from rooms.models import Message
from tests.cast import Cast
from tests.clients import Stack, Voice
from tests.factories import PASSWORD
from tests.moderation.pages import signed_in

pytestmark = pytest.mark.live


@dataclass
class Browser:
    """Somebody's browser: its pages, and sockets opened with its session."""

    client: Client
    cookie: str
    voice: Voice


Browse = Callable[[Person], Awaitable[Browser]]


@pytest.fixture
async def browse(stack: Stack) -> AsyncIterator[Browse]:
    """A browser with a page open, for each person it is called with."""
    async with AsyncExitStack() as sockets:

        async def as_person(person: Person) -> Browser:
            client = await in_database(signed_in, person)
            cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
            voice = await sockets.enter_async_context(Voice.connected(stack, person, cookie))
            return Browser(client, cookie, voice)

        yield as_person


def signs_out(_cast: Cast, here: Client) -> None:
    """In this very browser."""
    here.post(reverse("account_logout"))


def changes_the_password(cast: Cast, _here: Client) -> None:
    """In another browser: somebody may have had the old one."""
    new = "eleven-kettles-under-the-stairs"
    form = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    signed_in(cast.rex).post(reverse("account_change_password"), form)


def is_suspended(cast: Cast, _here: Client) -> None:
    """For a day."""
    suspend(person=cast.rex, until=now() + dt.timedelta(days=1))


def has_the_account_closed(cast: Cast, _here: Client) -> None:
    """By the administrator."""
    deactivate_person(person=cast.rex, by=cast.ada)


@pytest.mark.parametrize("ends", [signs_out, changes_the_password, is_suspended, has_the_account_closed])
async def test_when_access_ends_the_open_socket_closes_and_its_session_opens_no_other(
    committed_cast: Cast, stack: Stack, browse: Browse, ends: Callable[[Cast, Client], None]
) -> None:
    cast, room = committed_cast, committed_cast.lounge
    rex, mara = await browse(cast.rex), await browse(cast.mara)
    for browser in (rex, mara):
        await browser.voice.enters(room)

    await in_database(ends, cast, rex.client)

    assert await rex.voice.is_shut_out() in {4401, 4403}
    ack = await mara.voice.says(room, "Has he gone?")
    await mara.voice.sees(ack["message"])
    assert not rex.voice.has_read(ack["message"])
    async with Voice.connected(stack, cast.rex, rex.cookie) as again:
        assert await again.is_shut_out() in {4401, 4403}
        assert {frame["type"] for frame in again.frames} == {"error"}


async def test_signing_out_in_one_browser_leaves_the_other_open(committed_cast: Cast, browse: Browse) -> None:
    room = committed_cast.lounge
    here, elsewhere = await browse(committed_cast.mara), await browse(committed_cast.mara)
    await elsewhere.voice.enters(room)

    await in_database(signs_out, committed_cast, here.client)

    assert await here.voice.is_shut_out() == 4401
    assert (await elsewhere.voice.says(room, "I am still here."))["state"] == "visible"


@pytest.mark.parametrize("kind", ["enter", "post", "edit", "delete", "read"])
async def test_a_command_of_nobody_is_refused(committed_cast: Cast, stack: Stack, kind: str) -> None:
    cookie = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={'x' * 32}"}
    answers = []

    async with open_socket(stack.socket_url, origin=stack.origin, additional_headers=cookie) as socket:  # type: ignore[arg-type]
        try:
            await socket.send(command(kind, committed_cast.lounge.public_id))
            answers = [json.loads(await socket.recv()) for _ in range(2)]
        except ConnectionClosed:
            pass
        await socket.wait_closed()

    assert socket.close_code == 4401
    assert {answer["code"] for answer in answers} <= {"not_signed_in"}
    assert not await Message.objects.aexists()


def command(kind: str, room: str) -> str:
    """A well-formed frame."""
    key = str(uuid.uuid4())
    more: dict[str, dict[str, str | int]] = {
        "post": {"client_key": key, "body": "hello"},
        "edit": {"client_key": key, "body": "hello", "message": "abc"},
        "delete": {"client_key": key, "message": "abc"},
        "read": {"position": 1},
    }
    return json.dumps({"type": kind, "room": room, **more.get(kind, {})})


async def test_no_page_but_ours_opens_a_socket_with_our_cookie(committed_cast: Cast, stack: Stack) -> None:
    cookie = await in_database(stack.sign_in, committed_cast.mara)
    port = stack.origin.rsplit(":", 1)[1]
    foreign = [
        "https://evil.example",
        "null",
        None,
        f"{stack.origin}.evil.example",
        f"http://evil-127.0.0.1:{port}",
        f"http://127.0.0.1:{int(port) - 1}",
        "http://127.0.0.1",
        stack.origin.replace("http", "https"),
    ]

    answers = {origin: await status_of(stack, cookie, origin) for origin in foreign}

    no_origin_at_all = answers.pop(f"{stack.origin}.evil.example")  # its port is no number
    assert no_origin_at_all in {400, 403}
    assert answers == dict.fromkeys(answers, 403)
    assert await status_of(stack, cookie, stack.origin) == 101


async def status_of(stack: Stack, cookie: str, origin: str | None) -> int:
    """How a handshake is answered."""
    headers = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={cookie}"}
    try:
        async with open_socket(stack.socket_url, origin=origin, additional_headers=headers):  # type: ignore[arg-type]
            return 101
    except InvalidStatus as refused:
        return refused.response.status_code
