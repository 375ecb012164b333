"""One table, every edge: who may not be in a room is kept out of all of them and told the same everywhere.

Pages, forms and the JSON interface by Django's client, sockets by a real Daphne: fresh, resuming, and open
since before.
"""

import contextlib
import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from websockets.exceptions import ConnectionClosed

from accounts.models import Person
from accounts.services.age import correct_birth_date
from accounts.services.blocks import block_person
from accounts.services.leaving import suspend
from common.clock import now
from common.database import in_database
from moderation.models import Report
from rooms.models import Mention, Message, Room
from rooms.services.memberships import invite, leave_room, remove_member
from rooms.services.rooms import change_room, close_room
from tests.bots import Bot, bot_of, give_tokens_to_minors
from tests.cast import Cast
from tests.clients import Frame, Voice
from tests.conftest import Connect
from tests.factories import MessageFactory, born_years_ago
from tests.moderation.pages import signed_in, text_of

pytestmark = pytest.mark.live

DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Row:
    """Who, where, what happens while their tab is open, and the code that answers from then on.

    `entering` answers whatever only those inside may do. Coming in, and reporting what one had read
    before, are other questions, with answers of their own.
    """

    who: str
    room: str
    happens: Callable[[Cast], Any]
    entering: str | None
    joining: str | None
    invited: str | None
    reporting: str | None = None
    was_inside: bool = True


def corrected(cast: Cast) -> None:
    """A teacher has told the administrator how old Rex is."""
    birth_date = born_years_ago(15)
    correct_birth_date(person=cast.rex, birth_date=birth_date, by=cast.ada, reason="His school told us.")


def removed(cast: Cast) -> None:
    """Mara puts Rex out of her lounge."""
    remove_member(room=cast.lounge, person=cast.rex, until=None, by=cast.mara)


def suspended(cast: Cast) -> None:
    """From the whole site, for a day."""
    suspend(person=cast.rex, until=now() + DAY)


def nothing(_cast: Cast) -> None:
    """All stays as it is."""


TABLE = {
    "a member": Row("finn", "harbour", nothing, None, None, None),
    "the minimum age is raised": Row(
        "finn",
        "harbour",
        lambda cast: change_room(room=cast.harbour, by=cast.mara, minimum_age=16),
        "too_young",
        "too_young",
        "too_young",
    ),
    "the birth date is corrected": Row("rex", "lounge", corrected, "too_young", "too_young", "too_young"),
    "a removal": Row("rex", "lounge", removed, "removed", "removed", "removed"),
    "a suspension": Row(
        "rex",
        "lounge",
        lambda cast: suspend(person=cast.rex, until=now() + DAY),
        "suspended",
        "suspended",
        "suspended",
        "suspended",
    ),
    "leaving in another tab": Row(
        "rex",
        "lounge",
        lambda cast: leave_room(person=cast.rex, room=cast.lounge),
        "not_a_member",
        None,
        None,
    ),
    "the room is closed": Row(
        "rex",
        "lounge",
        lambda cast: close_room(room=cast.lounge, by=cast.mara),
        "not_found",
        "not_found",
        "invitation_unusable",
    ),
    "a stranger to a public room": Row(
        "sam", "lounge", nothing, "not_a_member", None, None, "not_found", was_inside=False
    ),
    "a child who never was in a room for adults": Row(
        "finn", "lounge", nothing, "not_a_member", "too_young", "too_young", "not_found", was_inside=False
    ),
    "a stranger to a room by invitation": Row(
        "sam", "attic", nothing, "not_found", "not_found", None, "not_found", was_inside=False
    ),
}


@pytest.mark.parametrize("name", TABLE)
async def test_every_edge_gives_the_same_answer(committed_cast: Cast, connect: Connect, name: str) -> None:
    cast, row = committed_cast, TABLE[name]
    person, room = getattr(cast, row.who), getattr(cast, row.room)
    mara, stale = await connect(cast.mara), await connect(person)
    await mara.enters(room)
    known = await stale.enters(room) if row.was_inside else None
    message, own = [await in_database(said_by, author, room) for author in (cast.mara, person)]
    await in_database(give_tokens_to_minors)
    bot = await in_database(bot_of, person)
    _link, secret = await in_database(invite, room=room, by=cast.mara, uses=2, lasts=DAY)

    await in_database(row.happens, cast)

    browser = await in_database(signed_in, person)
    answers = await at_pages(browser, room, message)
    answers |= await in_database(over_api, bot, message, own)
    answers |= await at_sockets(connect, own, known)
    if known and row.entering:
        answers["the stale tab"] = await told(stale, row.entering)
    assert answers == dict.fromkeys(answers, row.entering)

    if name != "the room is closed":
        await assert_mentioned(mara, stale, person.name, room, is_inside=row.entering is None)
    report = reverse("moderation:report_message", args=[room.slug, message.public_id])
    assert await code_of_post(browser, report, reason="harassment") == row.reporting
    complaint = f"/rooms/{room.public_id}/messages/{message.public_id}/report"
    again = await in_database(bot.code_of, "post", complaint, reason="harassment")
    assert again == (row.reporting or "already_reported")
    assert await Report.objects.acount() == (row.reporting is None)
    join, link = reverse("rooms:join", args=[room.slug]), reverse("rooms:accept_invitation", args=[secret])
    assert await code_of_post(browser, join) == row.joining
    assert await in_database(bot.code_of, "put", f"/rooms/{room.public_id}/membership") == row.joining
    assert await code_of_post(browser, link) == row.invited
    accept = "/invitations/accept"
    assert await in_database(bot.code_of, "post", accept, secret=secret) == row.invited


def said_by(author: Person, room: Room) -> Message:
    """A message that all could read."""
    return MessageFactory.create(room=room, author=author, sent_at=now())


async def at_pages(client: Client, room: Room, message: Message) -> dict[str, str | None]:
    """What pages and forms say."""
    pages = {
        "page": reverse("rooms:room", args=[room.slug]),
        "history": reverse("rooms:history", args=[room.slug]),
        "members": reverse("rooms:members", args=[room.slug]),
        "a message's address": reverse("rooms:message", args=[room.slug, message.public_id]),
        "its acts": reverse("rooms:acts", args=[room.slug, message.public_id]),
        "a link to it": reverse("rooms:quote", args=[room.slug, message.public_id]),
        "its thread": reverse("rooms:thread", args=[room.slug, message.public_id]),
        "pins": reverse("rooms:pins", args=[room.slug]),
        "a day": f"{reverse('rooms:day', args=[room.slug])}?on=2026-01-01",
    }
    answers = {edge: code_of(await in_database(client.get, address)) for edge, address in pages.items()}
    form = {"body": "hello", "client_key": str(uuid.uuid4())}
    loudness = reverse("rooms:loudness", args=[room.slug])
    emoji = reverse("rooms:react", args=[room.slug, message.public_id])
    return answers | {
        "form": await code_of_post(client, reverse("rooms:post", args=[room.slug]), **form),
        "react by form": await code_of_post(client, emoji, react="👍"),
        "loudness": await code_of_post(client, loudness, loudness="mentions"),
    }


def over_api(bot: Bot, message: Message, own: Message) -> dict[str, str | None]:
    """What the JSON interface says."""
    room = f"/rooms/{message.room.public_id}"
    new = {"client_key": str(uuid.uuid4()), "body": "the tide is turning"}
    questions: dict[str, tuple[str, str, dict[str, Any]]] = {
        "api: room": ("get", room, {}),
        "api: members": ("get", f"{room}/members", {}),
        "api: history": ("get", f"{room}/messages", {}),
        "api: message": ("get", f"{room}/messages/{message.public_id}", {}),
        "api: send": ("post", f"{room}/messages", new),
        "api: edit": ("put", f"{room}/messages/{own.public_id}", {**new, "body": "a calm evening"}),
        "api: read": ("put", f"{room}/read", {"position": 1}),
        "api: thread": ("get", f"{room}/messages/{message.public_id}/thread", {}),
        "api: pins": ("get", f"{room}/pins", {}),
        "api: react": ("put", f"{room}/messages/{message.public_id}/reaction", {"emoji": "👍"}),
    }
    return {edge: bot.code_of(method, path, **body) for edge, (method, path, body) in questions.items()}


async def at_sockets(connect: Connect, own: Message, known: Frame | None) -> dict[str, str | None]:
    """What a fresh socket says to each of some questions. `own` is what the person said before."""
    since = {"revision": known["revision"], "epoch": known["epoch"]} if known else {"revision": 0}
    mine = {"message": own.public_id}
    questions: dict[str, dict[str, Any]] = {
        "socket": {"kind": "enter"},
        "resume": {"kind": "enter", **since},
        "post": {"kind": "post", "client_key": uuid.uuid4(), "body": "hello"},
        "edit": {"kind": "edit", "client_key": uuid.uuid4(), "body": "hello again", **mine},
        "react": {"kind": "react", "client_key": uuid.uuid4(), "emoji": "👍", **mine},
        "unreact": {"kind": "unreact", "client_key": uuid.uuid4(), "emoji": "👍", **mine},
        "delete": {"kind": "delete", "client_key": uuid.uuid4(), **mine},
    }
    return {
        edge: await asked(await connect(own.author), room=own.room.public_id, **question)
        for edge, question in questions.items()
    }


async def asked(voice: Voice, *, kind: str, **fields: Any) -> str | None:
    """The code that answers the one question of a fresh socket, which may be closed before it is asked."""
    with contextlib.suppress(ConnectionClosed):
        await voice.sends(kind, **fields)
    answer = await voice.receives(lambda f: f["type"] in {"entered", "ack", "error"}, what="an answer")
    code: str | None = answer.get("code")
    return code


async def told(stale: Voice, code: str) -> str:
    """What an open tab is told by itself: that it is no longer in the room, or the socket is closed."""
    frame = await stale.receives(lambda f: f.get("code") == code, what=f"that it is {code}")
    if code == "suspended":
        assert await stale.is_shut_out() == 4403
    return str(frame["code"])


async def assert_mentioned(mara: Voice, stale: Voice, name: str, room: Room, *, is_inside: bool) -> None:
    """Mara calls somebody: only those inside are mentioned, and get what she says."""
    ack = await mara.says(room, f"@{name} look at this")
    await mara.sees(ack["message"])
    assert await Mention.objects.filter(message__public_id=ack["message"]).aexists() is is_inside
    if is_inside:
        await stale.sees(ack["message"])
    elif stale.close_code is None:
        await stale.sends("ping")
        await stale.receives(lambda f: f["type"] == "pong", what="a pong")
    assert stale.has_read(ack["message"]) is is_inside


async def code_of_post(client: Client, address: str, **form: str) -> str | None:
    """What answers a form."""
    return await in_database(lambda: code_of(client.post(address, form)))


def code_of(response: Any) -> str | None:
    """Why a page or form is refused. A public room leads to its door, a closed one says so (410)."""
    if response.status_code == 302:
        return "not_a_member" if response["Location"].endswith("/join/") else None
    if response.status_code in {200, 410}:
        return None if response.status_code == 200 else "not_found"
    return str(response.context["refusal"].code.value)


async def test_a_block_shuts_nobody_out_and_nothing_of_one_reaches_the_other(
    committed_cast: Cast, connect: Connect
) -> None:
    cast, room = committed_cast, committed_cast.lounge
    mara, rex, nora = await connect(cast.mara), await connect(cast.rex), await connect(cast.nora)
    for voice in (mara, rex, nora):
        assert (await voice.enters(room))["type"] == "entered"
    earlier = await mara.says(room, "Who sails tomorrow?")
    await rex.sees(earlier["message"])

    told = len(mara.frames)
    await in_database(block_person, blocker=cast.mara, blocked=cast.rex)
    # Her socket has been asked about anew, as it is well within a second: it gets its room's settings again.
    await mara.receives(lambda frame: frame["type"] == "room", what="her room again", after=told)

    ack = await rex.says(room, "@Mara answer me")
    await nora.sees(ack["message"])
    reply = await rex.tries_to_say(room, "I said answer", reply_to=earlier["message"])
    assert reply["code"] == "not_found"
    nice = await nora.says(room, "I do!")
    await mara.sees(nice["message"])
    again = await connect(cast.mara)
    await again.enters(room, revision=0)
    assert not mara.has_read("answer me")
    assert not again.has_read("answer me")
    assert not await Mention.objects.filter(person=cast.mara).aexists()
    page = await in_database(
        lambda: text_of(signed_in(cast.mara).get(reverse("rooms:room", args=["lounge"])))
    )
    assert "answer me" not in page
    assert await Message.objects.filter(author=cast.rex).acount() == 1
