"""What comes at the same time is asked together; nobody waits for others, nobody harms others."""

import asyncio
import threading
from collections.abc import Sequence

import pytest

from accounts.services.sessions import create_token, credentials_from_session
from common.database import in_database
from common.errors import Code, Refused
from rooms import doorway, hub
from rooms.selectors.entering import Entering, Entrance, entrances_of
from rooms.services.memberships import remove_member
from rooms.together import Together
from tests.cast import Cast
from tests.clients import Voice
from tests.rooms.conftest import Join, sign_in
from tests.rooms.loopback import with_cookie, with_token


class Counter:
    """Doubles numbers; 13 is no number, and 0 is refused. `asked` is what came together."""

    def __init__(self) -> None:
        self.asked: list[list[int]] = []
        self.is_asked, self.may_answer = threading.Event(), threading.Event()

    def double(self, numbers: Sequence[int]) -> list[int | Refused]:
        self.asked.append(list(numbers))
        self.is_asked.set()
        assert self.may_answer.wait(20)
        if 13 in numbers:
            raise ValueError(numbers)
        return [number * 2 if number else Refused(Code.NOT_FOUND) for number in numbers]


async def test_what_comes_while_one_is_asked_is_asked_together() -> None:
    counter = Counter()
    together: Together[int, int] = Together(counter.double)
    first = asyncio.ensure_future(together.ask(1))
    await asyncio.to_thread(counter.is_asked.wait, 20)
    others = [asyncio.ensure_future(together.ask(number)) for number in (2, 3, 4)]
    await asyncio.sleep(0)

    counter.may_answer.set()

    assert [await first, *(await asyncio.gather(*others))] == [2, 4, 6, 8]
    assert counter.asked == [[1], [2, 3, 4]]


async def test_a_refusal_is_raised_to_whom_it_concerns() -> None:
    counter = Counter()
    counter.may_answer.set()
    together: Together[int, int] = Together(counter.double)

    answers = await asyncio.gather(*map(together.ask, (5, 0, 6)), return_exceptions=True)

    assert answers[::2] == [10, 12]
    assert isinstance(answers[1], Refused)


async def test_a_question_that_fails_harms_no_other() -> None:
    counter = Counter()
    counter.may_answer.set()
    together: Together[int, int] = Together(counter.double)

    answers = await asyncio.gather(*map(together.ask, (5, 13, 6)), return_exceptions=True)

    assert answers[::2] == [10, 12]
    assert isinstance(answers[1], ValueError)


async def test_whoever_goes_while_they_are_looked_up_leaves_the_others_their_answers() -> None:
    counter = Counter()
    together: Together[int, int] = Together(counter.double)
    going, staying = asyncio.ensure_future(together.ask(1)), asyncio.ensure_future(together.ask(2))
    await asyncio.to_thread(counter.is_asked.wait, 20)

    going.cancel()
    counter.may_answer.set()

    assert await staying == 4


def _scopes(cast: Cast) -> list[doorway.Scope]:
    """Mara twice by a token, Rex by a session, a made-up token, nobody at all."""
    _token, secret = create_token(person=cast.mara, name="t", scopes=["rooms:read"], expires_at=None)
    shown = [
        with_token(secret),
        with_cookie(sign_in(cast.rex)),
        with_token("wardroom_x"),
        [],
        with_token(secret),
    ]
    return [{"headers": headers} for headers in shown]


def test_guests_who_come_together_are_told_apart(cast: Cast) -> None:
    mara, rex, made_up, nobody, again = doorway.guests_of(_scopes(cast))

    assert isinstance(mara, doorway.Guest)
    assert isinstance(rex, doorway.Guest)
    assert (mara.public_id, rex.public_id) == (cast.mara.public_id, cast.rex.public_id)
    assert mara.credentials.scopes == {"rooms:read"}
    assert again == mara
    assert isinstance(made_up, Refused)
    assert isinstance(nobody, Refused)
    assert {made_up.code, nobody.code} == {Code.NOT_SIGNED_IN}


def test_each_of_those_who_enter_together_is_judged_by_themselves(cast: Cast) -> None:
    inside, stranger = (credentials_from_session(sign_in(person)) for person in (cast.mara, cast.sam))
    asked = [(inside, cast.lounge), (stranger, cast.attic), (stranger, cast.harbour), (inside, cast.harbour)]

    answers = entrances_of([Entering(credentials, room.public_id) for credentials, room in asked])

    for (credentials, room), answer in zip(asked, answers, strict=True):
        alone = entrances_of([Entering(credentials, room.public_id)])
        assert repr(alone) == repr([answer])
    assert {type(answer) for answer in answers} != {Refused}


async def test_a_crowd_that_enters_at_once_is_let_in_and_strangers_are_not(
    committed_cast: Cast, join: Join
) -> None:
    cast = committed_cast
    people = [cast.mara, cast.rex, cast.nora, cast.mara, cast.rex]
    voices: list[Voice] = [await join(person) for person in people]

    await asyncio.gather(*(voice.enters(cast.lounge) for voice in voices))
    ack = await voices[0].says(cast.lounge, "are all here?")

    for voice in voices[1:]:
        assert await voice.receives(lambda f: f.get("id") == ack["message"], what="the message")
    stranger = await join(cast.sam)
    await stranger.sends("enter", room=cast.lounge.public_id)
    refused = await stranger.receives(lambda f: f["type"] == "error", what="a refusal")
    assert refused["room"] == cast.lounge.public_id


@pytest.mark.parametrize("room", ["\x00", "x" * 200, "-"])
async def test_an_odd_room_is_refused_to_whoever_asks_and_to_nobody_else(
    committed_cast: Cast, join: Join, room: str
) -> None:
    cast = committed_cast
    odd, mara = await join(cast.sam), await join(cast.mara)

    await asyncio.gather(odd.sends("enter", room=room), mara.enters(cast.lounge))

    assert (await mara.says(cast.lounge, "let in"))["type"] == "ack"


async def test_whoever_is_removed_between_the_question_and_the_room_is_put_out(
    committed_cast: Cast, join: Join
) -> None:
    cast, here = committed_cast, hub.of_this_loop()
    await (await join(cast.rex)).enters(cast.harbour)
    [socket] = [one for one in here.sockets if one.person_id == cast.rex.pk]
    upsets = here.upsets
    asked = [Entering(socket.credentials, cast.lounge.public_id)]
    [entrance] = await in_database(entrances_of, asked)
    assert isinstance(entrance, Entrance)
    await in_database(remove_member, room=cast.lounge, person=cast.rex, until=None, by=cast.nora)

    await here.enter(socket, entrance, upsets=upsets, revision=None, epoch=None)

    assert cast.lounge.pk not in socket.rooms
