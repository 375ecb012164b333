"""Several sockets enter a room at once, while it goes on: nobody's answer leaves a gap."""

import uuid
from typing import Any

from accounts.services.sessions import Credentials
from rooms.permissions import Viewer
from rooms.selectors.changes import Changed
from rooms.sockets import Socket
from rooms.stream import Stream
from rooms.wire import wire_to

EPOCH = uuid.uuid4()


def socket_of(person_id: int) -> Socket:
    async def nowhere(_event: Any) -> None:
        """Nobody listens."""

    credentials = Credentials(person_id, 0, "a session", None, frozenset(), is_moderator=False)
    return Socket(wire_to(nowhere), credentials, Viewer(person_id=person_id), "en")


def stream_of(room: str) -> Stream:
    """A room's stream, whose database these tests are."""

    async def nobody_asks(_room_id: int) -> Changed:
        raise AssertionError

    return Stream(1, room, nobody_asks)


def up_to(revision: int) -> Changed:
    """What the database said when the room stood there."""
    return Changed(revision, EPOCH, ())


async def test_whoever_asked_before_the_stream_began_asks_again() -> None:
    stream, mara, rex = stream_of("harbour"), socket_of(1), socket_of(2)
    stream.begin(mara)
    stream.begin(rex)

    assert stream.settle(rex, up_to(103))
    assert not stream.settle(mara, up_to(100))
    assert stream.settle(mara, up_to(103))

    assert stream.revision_of(mara) == stream.revision_of(rex) == 103


async def test_whoever_asked_after_it_began_is_ahead_and_goes_on() -> None:
    stream, mara, rex = stream_of("harbour"), socket_of(1), socket_of(2)
    stream.begin(mara)
    stream.begin(rex)

    assert stream.settle(rex, up_to(100))
    assert stream.settle(mara, up_to(103))

    assert (stream.revision_of(mara), stream.revision_of(rex)) == (103, 100)


async def test_an_answer_of_another_history_is_not_asked_for_again() -> None:
    stream, mara, rex = stream_of("harbour"), socket_of(1), socket_of(2)
    stream.begin(mara)
    stream.begin(rex)
    stream.settle(rex, up_to(103))

    assert stream.settle(mara, Changed(7, uuid.uuid4(), (), is_limited=True))
