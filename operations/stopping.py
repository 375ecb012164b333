"""How a web process ends when it is asked to (SIGTERM): unready first, then sockets, then pages, then itself.

Called by config/asgi.py as the process starts. Under Daphne it takes the signal in Twisted's place, which
would cancel everything at once; under any other server it does nothing, and rooms/consumers.py says goodbye.
"""

import asyncio
import logging
import signal
import sys
import threading
from typing import Any, cast

from django.conf import settings

from operations.requests import in_flight
from rooms import draining, hub, inbox
from rooms.wire import FAREWELL_S

log = logging.getLogger(__name__)

# Of the time to drain, this part passes before the first socket goes: load balancers look every few seconds.
NOTICE = 1 / 3
# So long the pages that are being made are waited for.
PAGES_S = 2.0
_LOOK_S = 0.02

_stopping: list[asyncio.Task[None]] = []


def take_the_signal() -> None:
    """Have SIGTERM end this process gently, once it runs."""
    if "daphne.server" in sys.modules and threading.current_thread() is threading.main_thread():
        reactor = _reactor()
        # After Twisted has put its own handlers in place.
        reactor.callWhenRunning(lambda: reactor.callLater(0, _listen))


def _listen() -> None:
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, _asked_to_stop)


def _asked_to_stop() -> None:
    """Begin; whoever asks again does not want to wait."""
    if _stopping:
        _reactor().stop()
    else:
        _stopping.append(asyncio.ensure_future(_stop()))


async def _stop() -> None:
    here = hub.running()
    sockets = here.sockets if here else set()
    log.info("process.draining", extra={"sockets": len(sockets), "over_s": settings.DRAIN_S})
    try:
        await _drain(sockets)
    except Exception:
        log.exception("process.drain_failed")
    finally:
        log.info("process.stopping", extra={"sockets": len(sockets)})
        _reactor().stop()


async def _drain(sockets: set[Any]) -> None:
    draining.begin()
    await asyncio.sleep(settings.DRAIN_S * NOTICE)
    await draining.send_away(sockets, over_s=settings.DRAIN_S * (1 - NOTICE))
    await _stop_listening()
    until = asyncio.get_running_loop().time() + PAGES_S
    while in_flight() and asyncio.get_running_loop().time() < until:  # noqa: ASYNC110 - counted by threads
        await asyncio.sleep(_LOOK_S)
    await draining.send_away(sockets, over_s=0)  # whoever came in at the last moment
    if settings.DRAIN_S:
        await inbox.of_this_loop().is_idle()  # how far people have read
    await asyncio.sleep(FAREWELL_S)


async def _stop_listening() -> None:
    """Whoever connects from now on is refused, so that a proxy goes to the next process at once."""
    from twisted.internet import defer, tcp  # noqa: PLC0415 - only under Daphne

    for reader in _reactor().getReaders():
        if isinstance(reader, tcp.Port):
            await defer.maybeDeferred(reader.stopListening).asFuture(asyncio.get_running_loop())


def _reactor() -> Any:
    from twisted.internet import reactor  # noqa: PLC0415 - importing it installs one

    return cast("Any", reactor)
