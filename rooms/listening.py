"""This process's ear on the channel layer: one channel, in the control group and in the groups of its rooms.

Owned by hub.py. While Redis is away it keeps trying; the hub then finds out from the database.
"""

import asyncio
import logging
import uuid
from collections.abc import Callable

import msgspec

from rooms.hints import CONTROL_GROUP, Hint, channel_layer, decode, encode, group_of, room_group

log = logging.getLogger(__name__)

# Names this process in hints, so that it does not take its own twice.
PROCESS = uuid.uuid4().hex

_TIMEOUT_S = 1


class Ear:
    """Hears hints of other processes and hands them on."""

    def __init__(self, take: Callable[[Hint], None]) -> None:
        self._take = take
        self._channel = ""
        self._rooms: set[int] = set()
        self._is_open = asyncio.Event()
        self._changing = asyncio.Lock()
        self._saying: set[asyncio.Task[None]] = set()

    async def listen(self) -> None:
        """For ever."""
        while True:
            try:
                await self._listen()
            except Exception as error:  # noqa: BLE001 - any fault of Redis
                log.warning("ear.layer_unreachable", extra={"error": type(error).__name__})
                await asyncio.sleep(1)

    async def hear(self, room_id: int) -> bool:
        """Hear a room's hints as well. False: without Redis this gives up soon; ask again later."""
        if room_id in self._rooms:
            return True
        try:
            async with asyncio.timeout(_TIMEOUT_S), self._changing:
                await self._is_open.wait()
                await channel_layer().group_add(room_group(room_id), self._channel)
                self._rooms.add(room_id)
        except Exception as error:  # noqa: BLE001 - any fault of Redis
            log.warning("ear.not_subscribed", extra={"room": room_id, "error": type(error).__name__})
        return room_id in self._rooms

    async def forget(self, room_id: int) -> None:
        """Hear nothing of a room any more; where that fails, too much is heard, which harms nobody."""
        self._rooms.discard(room_id)
        async with asyncio.timeout(_TIMEOUT_S), self._changing:
            if room_id not in self._rooms:
                await channel_layer().group_discard(room_group(room_id), self._channel)

    def say(self, hint: Hint) -> None:
        """Tell the other processes, in passing; where Redis is away it is told again by whoever says it."""
        task = asyncio.ensure_future(self._say(hint))
        self._saying.add(task)
        task.add_done_callback(self._saying.discard)

    async def _say(self, hint: Hint) -> None:
        message = {"type": "hint", "from": PROCESS, "data": encode(hint)}
        try:
            async with asyncio.timeout(_TIMEOUT_S):
                await channel_layer().group_send(group_of(hint), message)
        except Exception as error:  # noqa: BLE001 - any fault of Redis
            log.warning("ear.not_said", extra={"group": group_of(hint), "error": type(error).__name__})

    async def _listen(self) -> None:
        layer = channel_layer()
        channel = await layer.new_channel()
        await layer.group_add(CONTROL_GROUP, channel)
        self._channel = channel
        self._rooms.clear()
        self._is_open.set()
        while True:
            message = await layer.receive(channel)
            if message.get("from") != PROCESS:
                self._hand_on(message["data"])

    def _hand_on(self, data: bytes) -> None:
        try:
            self._take(decode(data))
        except msgspec.DecodeError:
            log.warning("ear.hint_unreadable")
