"""The sockets' one address, and the 403 for whoever is not welcome at it. Answered by consumers.py."""

from typing import Any

from rooms.consumers import Receive, Send, socket
from rooms.doorway import is_welcome

ADDRESS = "/ws/"


async def sockets(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """The ASGI application for everything that wants a socket."""
    if scope["path"] == ADDRESS and is_welcome(scope):
        await socket(scope, receive, send)
        return
    # Not channels' own denier: that asks Redis for a channel first.
    await receive()
    await send({"type": "websocket.close"})
