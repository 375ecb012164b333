"""One table, every way into a room: page, socket, resume, a post from an old tab, mention, invitation, rail.

Whoever may not be there is kept out of all of them, for the same reason.
"""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

import pytest

from accounts.models import Person
from common.clock import now
from common.database import in_database
from common.errors import Refused
from rooms import hub
from rooms.models import Invitation, Membership, Mention, Room
from rooms.selectors.entry import enter_by_slug
from rooms.selectors.invitations import digest_of
from rooms.selectors.rail import rail_for
from rooms.services.memberships import join_room
from tests.bots import bot_of, code_of, give_tokens_to_minors
from tests.cast import Cast
from tests.clients import Voice
from tests.factories import born_years_ago
from tests.rooms.conftest import Join
from tests.rooms.saying import say

HOUR = dt.timedelta(hours=1)


@dataclass(frozen=True)
class Situation:
    """What is true of the person, the room and the membership, and what each way in then says.

    `joining` differs where somebody who is not in the room may come in; `over_api` where a token of theirs
    does not even work.
    """

    entering: str | None
    joining: str | None
    over_api: str | None = None
    person: Any = None
    room: Any = None
    membership: Any = None


SITUATIONS = {
    "a member": Situation(None, None),
    "exactly old enough": Situation(None, None, room={"minimum_age": 14}),
    "too young": Situation("too_young", "too_young", room={"minimum_age": 15}),
    "of unknown age": Situation(
        "too_young", "too_young", "tokens_not_allowed", person={"birth_date": None}, room={"minimum_age": 1}
    ),
    "made younger by a correction": Situation(
        "too_young",
        "too_young",
        "tokens_not_allowed",
        person={"birth_date": born_years_ago(12)},
        room={"minimum_age": 13},
    ),
    "no longer a member": Situation("not_a_member", None, membership={"left_at": -HOUR}),
    "removed": Situation("removed", "removed", membership={"left_at": -HOUR, "removed_until": HOUR}),
    "removed although the row says member": Situation(
        "removed", "removed", membership={"removed_until": HOUR}
    ),
    "back after a removal": Situation(None, None, membership={"removed_until": -HOUR}),
    "in a closed room": Situation("not_found", "not_found", room={"closed_at": -HOUR}),
}


def arrange(cast: Cast, situation: Situation) -> None:
    """Make it so, past the services: nobody is told."""
    for rows, facts in (
        (Person.objects.filter(pk=cast.finn.pk), situation.person),
        (Room.objects.filter(pk=cast.harbour.pk), situation.room),
        (Membership.objects.filter(room=cast.harbour, person=cast.finn), situation.membership),
    ):
        when = {
            name: now() + value if isinstance(value, dt.timedelta) else value
            for name, value in (facts or {}).items()
        }
        if when:
            rows.update(**when)
    for row in (cast.finn, cast.harbour):
        row.refresh_from_db()


def code_from(call: Any, *args: Any, **facts: Any) -> str | None:
    """Why a call is refused."""
    try:
        call(*args, **facts)
    except Refused as refused:
        return refused.code.value
    return None


async def code_over(voice: Voice, kind: str, **fields: Any) -> str | None:
    """Why a frame is refused."""
    before = len(voice.frames)
    await voice.sends(kind, **fields)
    answer = await voice.receives(
        lambda frame: frame["type"] in {"entered", "ack", "error"}, what="an answer", after=before
    )
    code: str | None = answer.get("code")
    return code


def invited(cast: Cast) -> str | None:
    """Why somebody with a link is not let in."""
    secret = uuid.uuid4().hex
    Invitation.objects.create(
        room=cast.harbour, created_by=cast.mara, digest=digest_of(secret), expires_at=now() + HOUR
    )
    return code_from(join_room, person=cast.finn, room=cast.harbour, invitation=secret)


@pytest.mark.parametrize("name", SITUATIONS)
async def test_every_way_in_says_the_same(committed_cast: Cast, join: Join, name: str) -> None:
    cast, situation = committed_cast, SITUATIONS[name]
    stale_tab, fresh = await join(cast.finn), await join(cast.finn)
    known = await stale_tab.enters(cast.harbour)
    await in_database(give_tokens_to_minors)
    bot = await in_database(bot_of, cast.finn)
    await in_database(arrange, cast, situation)
    room = cast.harbour.public_id

    ways = {
        "page": await in_database(code_from, enter_by_slug, cast.finn, "harbour"),
        "socket": await code_over(fresh, "enter", room=room),
        "resume": await code_over(
            stale_tab, "enter", room=room, revision=known["revision"], epoch=known["epoch"]
        ),
        "stale tab": await code_over(stale_tab, "post", room=room, client_key=uuid.uuid4(), body="hello"),
    }

    over_api = {
        "room": await in_database(bot.code_of, "get", f"/rooms/{room}"),
        "history": await in_database(bot.code_of, "get", f"/rooms/{room}/messages"),
        "send": await in_database(lambda: code_of(bot.says(cast.harbour))),
    }

    assert ways == dict.fromkeys(ways, situation.entering)
    assert over_api == dict.fromkeys(over_api, situation.over_api or situation.entering)
    assert any(room in socket.rooms.values() for socket in hub.of_this_loop().sockets) is (
        situation.entering is None
    )
    in_rail = await in_database(lambda: [one.slug for one in rail_for(cast.finn)])
    assert ("harbour" in in_rail) is (situation.entering is None)


@pytest.mark.parametrize("name", SITUATIONS)
def test_who_may_not_enter_is_not_mentioned_and_an_invitation_does_not_help(cast: Cast, name: str) -> None:
    situation = SITUATIONS[name]
    arrange(cast, situation)

    if cast.harbour.closed_at is None:
        posted = say(cast.mara, cast.harbour, "@Finn look")
        mentioned = Mention.objects.filter(message__public_id=posted.message_public_id).exists()
        assert mentioned is (situation.entering is None)
    assert invited(cast) == situation.joining
