"""Who may open a socket: origins, session cookies, tokens."""

import asyncio
import datetime as dt

import pytest
from django.conf import settings

from accounts.models import Person
from accounts.services.leaving import suspend
from accounts.services.sessions import create_token, revoke_token
from common.clock import now
from common.database import in_database
from tests.cast import Cast
from tests.clients import Voice
from tests.rooms.conftest import sign_in
from tests.rooms.loopback import Headers, Loopback, opened, with_cookie, with_token

OURS = "http://localhost:8000"


async def is_let_in(headers: Headers, path: str = "/ws/") -> bool:
    """Whether the handshake is accepted."""
    loopback = Loopback(headers, path)
    try:
        return await loopback.handshake()
    finally:
        await loopback.close()


async def closing_code(headers: Headers) -> int | None:
    """With which code an accepted socket is closed."""
    async with opened(headers) as loopback:
        [_ async for _ in loopback]
        return loopback.close_code


@pytest.fixture
async def key(committed_cast: Cast) -> str:
    """Mara's session."""
    return await in_database(sign_in, committed_cast.mara)


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "null",
        "",
        "http://localhost",
        "http://localhost:8001",
        "https://localhost:8000",
        "http://localhost:8000.evil.example",
        "http://localhost.evil.example:8000",
        "http://evil-localhost:8000",
        "localhost:8000",
        "file://",
        "http://localhost:port",
    ],
)
async def test_a_foreign_origin_gets_403_whatever_the_session(origin: str) -> None:
    headers = [*with_cookie("a-session")[:1], (b"origin", origin.encode())]

    assert not await is_let_in(headers)


async def test_a_session_without_an_origin_gets_403() -> None:
    assert not await is_let_in(with_cookie("a-session")[:1])


async def test_our_own_origin_is_let_in(key: str) -> None:
    assert OURS in settings.ORIGINS
    assert await is_let_in(with_cookie(key, OURS))


async def test_no_other_address_answers() -> None:
    assert not await is_let_in(with_cookie("a-session", OURS), path="/ws/../admin")


async def test_a_token_needs_no_origin_but_a_foreign_one_is_refused(committed_cast: Cast) -> None:
    _, secret = await in_database(token_of, committed_cast.mara)

    assert await is_let_in(with_token(secret))
    assert not await is_let_in([*with_token(secret), (b"origin", b"https://evil.example")])


@pytest.mark.parametrize("what", ["nothing", "made up", "signed out"])
async def test_whoever_is_not_signed_in_is_told_to(key: str, what: str) -> None:
    headers = with_cookie({"made up": "x" * 32, "signed out": key}.get(what, ""))
    if what == "signed out":
        await in_database(sign_out, key)

    assert await closing_code(headers) == 4401


async def test_a_made_up_or_revoked_token_is_told_so(committed_cast: Cast) -> None:
    token, secret = await in_database(token_of, committed_cast.mara)
    await in_database(revoke_token, person=committed_cast.mara, token_public_id=token)

    assert await closing_code(with_token(secret)) == 4401
    assert await closing_code(with_token("wardroom_made_up")) == 4401


async def test_a_suspended_person_is_told_so_over_the_socket_too(committed_cast: Cast, key: str) -> None:
    await in_database(suspend, person=committed_cast.mara, until=now() + dt.timedelta(days=1))

    # Suspending ends the sessions as well: whichever is noticed first, nobody is let in.
    assert await closing_code(with_cookie(key)) in {4401, 4403}


async def test_a_token_does_only_what_its_scopes_allow(committed_cast: Cast) -> None:
    _, secret = await in_database(token_of, committed_cast.mara, "rooms:write")

    async with opened(with_token(secret)) as loopback:
        bot = Voice(committed_cast.mara, loopback)  # type: ignore[arg-type]
        reading = asyncio.create_task(bot._read())
        entered = await bot.enters(committed_cast.lounge)
        said = await bot.tries_to_say(committed_cast.lounge, "from a bot")
        reading.cancel()

    assert (entered["type"], entered["code"]) == ("error", "scope_missing")
    assert said["type"] == "ack"


def token_of(person: Person, scope: str = "rooms:read") -> tuple[str, str]:
    """A token's public id and secret."""
    token, secret = create_token(person=person, name="bot", scopes=[scope], expires_at=None)
    return token.public_id, secret


def sign_out(key: str) -> None:
    """The session ends."""
    from django.contrib.sessions.models import Session  # noqa: PLC0415

    Session.objects.filter(session_key=key).delete()
