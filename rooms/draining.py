"""Whether this process is about to stop, and how its sockets go: answered, told when to return, spread out.

Begun by operations/stopping.py when the process is asked to end; never undone, for what follows is the end.
"""

import asyncio
import random
import time
from collections.abc import Collection
from threading import Event

from rooms.hub import RESTARTING
from rooms.protocol import Resync, encode
from rooms.sockets import Socket
from rooms.wire import Parcel

# How long a socket waits for its last answers, and how many sockets may come back in a second.
ANSWER_S = 1.5
RETURNS_PER_S = 200
_LOOK_S = 0.01

_draining = Event()


def begin() -> None:
    """From now on new sockets are sent elsewhere."""
    _draining.set()


def is_draining() -> bool:
    """Whether that has begun."""
    return _draining.is_set()


async def send_away(sockets: Collection[Socket], *, over_s: float) -> None:
    """Let everybody go, in random order, spread over this time.

    A socket is answered what it has sent and is closed with 1001. What it sends meanwhile is not taken: it
    comes again elsewhere, with the same key.
    """
    leaving = list(sockets)
    random.shuffle(leaving)
    last = come_again(within_s=max(1.0, len(leaving) / RETURNS_PER_S - over_s))
    going = []
    for socket in leaving:
        going.append(asyncio.ensure_future(_let_go(socket, last)))
        await asyncio.sleep(over_s / len(leaving))
    await asyncio.gather(*going)


def come_again(*, within_s: float = 1.0) -> Parcel:
    """What a socket is told before it is closed: come again after some random part of this time."""
    return Parcel([encode(Resync(retry_after_s=within_s))])


async def _let_go(socket: Socket, last: Parcel) -> None:
    socket.is_leaving = True
    until = time.monotonic() + ANSWER_S
    while socket.unanswered and time.monotonic() < until:  # noqa: ASYNC110 - counted on the hot path
        await asyncio.sleep(_LOOK_S)
    socket.wire.close(RESTARTING, last=last)
