"""Whoever may no longer be there: their sockets close, or leave the room, at once and by themselves."""

import asyncio
import datetime as dt
from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts.models import Person
from accounts.services.age import correct_birth_date
from accounts.services.leaving import deactivate_person, suspend
from accounts.services.sessions import create_token, end_all_sessions, note_password_change, revoke_token
from common.clock import now
from common.database import in_database
from rooms import hub
from rooms.listening import Ear
from rooms.models import Membership, Room
from rooms.services.memberships import leave_room, mute_member, remove_member
from rooms.services.rooms import change_room, close_room
from tests.cast import Cast
from tests.clients import Frame, Voice
from tests.factories import born_years_ago
from tests.rooms.conftest import Join
from tests.rooms.loopback import opened, with_cookie, with_token
from tests.rooms.saying import say

# The sweep is not what these tests are about: only a push can be in time.
pytestmark = pytest.mark.usefixtures("_no_sweep")


@pytest.fixture
def _no_sweep(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rooms.hub.RECHECK_S", 3600)


async def told(voice: Voice, code: str, room: Room) -> Frame:
    """The error that says that somebody is no longer in a room."""
    return await voice.receives(
        lambda frame: frame.get("code") == code and frame.get("room") == room.public_id, what=code
    )


async def assert_receives_nothing_more(voice: Voice, cast: Cast, room: Room) -> None:
    """What is said from now on does not reach them."""
    posted = await in_database(say, cast.mara, room, "after that")
    await voice.sends("ping")
    await voice.receives(lambda frame: frame["type"] == "pong", what="a pong")
    assert not any(frame.get("id") == posted.message_public_id for frame in voice.frames)


async def test_signing_out_closes_the_sockets_of_that_browser_and_no_other(committed_cast: Cast) -> None:
    here = await in_database(signed_in_client, committed_cast.rex)
    there = await in_database(signed_in_client, committed_cast.rex)
    async with opened(with_cookie(key_of(here))) as one, opened(with_cookie(key_of(there))) as other:
        await one.__aiter__().__anext__()  # welcome

        await in_database(here.post, reverse("account_logout"))
        _ = [frame async for frame in one]

        assert one.close_code == 4401
        assert other.close_code is None


@pytest.mark.parametrize("how", ["password changed", "signed out everywhere", "account closed"])
async def test_what_ends_all_access_closes_every_socket(committed_cast: Cast, how: str) -> None:
    rex = committed_cast.rex
    clients = [await in_database(signed_in_client, rex) for _ in range(2)]
    end = {
        "password changed": lambda: note_password_change(person=rex, kept_key=None),
        "signed out everywhere": lambda: end_all_sessions(person=rex),
        "account closed": lambda: deactivate_person(person=rex, by=committed_cast.ada),
    }[how]
    async with opened(with_cookie(key_of(clients[0]))) as one, opened(with_cookie(key_of(clients[1]))) as two:
        for loopback in (one, two):
            await loopback.__aiter__().__anext__()  # welcome

        await in_database(end)
        for loopback in (one, two):
            _ = [frame async for frame in loopback]

        assert {one.close_code, two.close_code} <= {4401, 4403}


def signed_in_client(person: Person) -> Client:
    """A browser that has opened a page, so that allauth knows its session."""
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    client.get(reverse("rooms:home"))
    return client


def key_of(client: Client) -> str:
    """The session's key in its cookie."""
    return client.cookies[settings.SESSION_COOKIE_NAME].value


async def test_a_suspension_closes_the_sockets(committed_cast: Cast, join: Join) -> None:
    rex, mara = await join(committed_cast.rex), await join(committed_cast.mara)
    await rex.enters(committed_cast.lounge)

    await in_database(suspend, person=committed_cast.rex, until=now() + dt.timedelta(days=1))

    assert await rex.is_shut_out() in {4401, 4403}
    await mara.sends("ping")
    await mara.receives(lambda frame: frame["type"] == "pong", what="a pong")


async def test_a_revoked_token_closes_its_socket(committed_cast: Cast) -> None:
    token, secret = await in_database(
        create_token, person=committed_cast.mara, name="bot", scopes=["rooms:read"], expires_at=None
    )
    async with opened(with_token(secret)) as loopback:
        await loopback.__aiter__().__anext__()  # welcome

        await in_database(revoke_token, person=committed_cast.mara, token_public_id=token.public_id)
        _ = [frame async for frame in loopback]

        assert loopback.close_code == 4401


async def test_a_removed_member_leaves_the_room_at_once(committed_cast: Cast, join: Join) -> None:
    rex, room = await join(committed_cast.rex), committed_cast.lounge
    await rex.enters(room)

    await in_database(remove_member, room=room, person=committed_cast.rex, until=None, by=None)

    assert (await told(rex, "removed", room))["sentence"]
    await assert_receives_nothing_more(rex, committed_cast, room)


async def test_leaving_in_one_tab_empties_the_other(committed_cast: Cast, join: Join) -> None:
    rex, room = await join(committed_cast.rex), committed_cast.lounge
    await rex.enters(room)

    await in_database(leave_room, person=committed_cast.rex, room=room)

    await told(rex, "not_a_member", room)
    await assert_receives_nothing_more(rex, committed_cast, room)


async def test_a_mute_reaches_the_composer(committed_cast: Cast, join: Join) -> None:
    rex, room = await join(committed_cast.rex), committed_cast.lounge
    await rex.enters(room)

    await in_database(mute_member, room=room, person=committed_cast.rex, until=None)

    await rex.receives(lambda frame: bool(frame.get("muted_until")), what="the mute")
    answer = await rex.tries_to_say(room, "hello?")
    assert answer["code"] == "muted"


async def test_a_higher_minimum_age_puts_those_too_young_out(committed_cast: Cast, join: Join) -> None:
    finn, rex, room = await join(committed_cast.finn), await join(committed_cast.rex), committed_cast.harbour
    await finn.enters(room)
    await rex.enters(room)

    await in_database(change_room, room=room, by=committed_cast.mara, minimum_age=16)

    await told(finn, "too_young", room)
    await assert_receives_nothing_more(finn, committed_cast, room)
    await rex.receives(
        lambda frame: frame["type"] == "room" and frame["minimum_age"] == 16, what="the new settings"
    )


async def test_a_corrected_birth_date_puts_somebody_out(committed_cast: Cast, join: Join) -> None:
    rex, room = await join(committed_cast.rex), committed_cast.lounge
    await rex.enters(room)

    await in_database(
        correct_birth_date,
        person=committed_cast.rex,
        birth_date=born_years_ago(15),
        by=committed_cast.ada,
        reason="A teacher told us.",
    )

    await told(rex, "too_young", room)
    await assert_receives_nothing_more(rex, committed_cast, room)


async def test_a_closed_room_is_empty(committed_cast: Cast, join: Join) -> None:
    rex, room = await join(committed_cast.rex), committed_cast.lounge
    await rex.enters(room)

    await in_database(close_room, room=room, by=committed_cast.mara)

    await told(rex, "not_found", room)


# --- and where no push arrives ---


@pytest.fixture
def no_push(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """From the call on, no hint reaches the hub."""
    return lambda: monkeypatch.setattr(hub.Hub, "take_soon", lambda *_: None)


async def test_an_inbound_frame_is_checked_although_the_push_was_lost(
    committed_cast: Cast, join: Join, no_push: Callable[[], None]
) -> None:
    posts, edits = await join(committed_cast.rex), await join(committed_cast.rex)
    no_push()
    await in_database(suspend, person=committed_cast.rex, until=now() + dt.timedelta(days=1))

    await posts.sends(
        "post",
        room=committed_cast.lounge.public_id,
        client_key="00000000-0000-0000-0000-000000000001",
        body="still here",
    )
    await edits.sends("enter", room=committed_cast.lounge.public_id)

    assert await posts.is_shut_out() in {4401, 4403}
    assert await edits.is_shut_out() in {4401, 4403}


async def test_the_sweep_finds_what_no_push_told(
    committed_cast: Cast, join: Join, no_push: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rooms.hub.RECHECK_S", 0.2)
    rex, mara, room = await join(committed_cast.rex), await join(committed_cast.mara), committed_cast.lounge
    await rex.enters(room)
    await mara.enters(room)
    no_push()
    await in_database(remove_member, room=room, person=committed_cast.rex, until=None, by=None)
    await in_database(suspend, person=committed_cast.mara, until=now() + dt.timedelta(days=1))

    await told(rex, "removed", room)
    assert await mara.is_shut_out() in {4401, 4403}


async def test_whoever_is_removed_while_entering_is_put_out(
    committed_cast: Cast, join: Join, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The removal commits after the check and before the socket is settled: both happen, in that order."""
    rex, room = await join(committed_cast.rex), committed_cast.lounge
    checked = asyncio.Event()
    hear = Ear.hear

    async def removed_meanwhile(self: Ear, room_id: int) -> bool:
        await in_database(remove_member, room=room, person=committed_cast.rex, until=None, by=None)
        checked.set()
        return await hear(self, room_id)

    monkeypatch.setattr(Ear, "hear", removed_meanwhile)
    await rex.sends("enter", room=room.public_id)
    await checked.wait()

    await told(rex, "removed", room)
    monkeypatch.setattr(Ear, "hear", hear)
    await assert_receives_nothing_more(rex, committed_cast, room)


async def test_rechecking_many_sockets_needs_a_constant_number_of_queries(
    committed_cast: Cast, join: Join
) -> None:
    from django.db import connection  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    from rooms.selectors.standing import Watched, standing_of  # noqa: PLC0415

    for name in ("mara", "rex", "nora", "finn"):
        await (await join(getattr(committed_cast, name))).enters(committed_cast.harbour)
    rooms = tuple(await in_database(lambda: list(Room.objects.values_list("pk", flat=True))))
    watched = [Watched(socket.credentials, rooms) for socket in hub.of_this_loop().sockets]

    def count(many: list[Watched]) -> int:
        with CaptureQueriesContext(connection) as queries:
            standing_of(many)
        return len(queries)

    assert await in_database(count, watched) == await in_database(count, watched[:1]) <= 8
    assert await in_database(Membership.objects.count) > 0
