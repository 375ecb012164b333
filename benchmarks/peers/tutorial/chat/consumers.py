"""The consumer that people write from the Channels tutorial: a group a room, a JSON encoding a socket."""

from typing import Any

from channels.generic.websocket import AsyncJsonWebsocketConsumer

from chat.models import Message


class ChatConsumer(AsyncJsonWebsocketConsumer):  # type: ignore[misc]
    """Passes on what is said; stores nothing."""

    async def connect(self) -> None:
        """Join the room's group."""
        self.room = self.scope["url_route"]["kwargs"]["room"]
        self.group = f"chat_{self.room}"
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()

    async def disconnect(self, code: int) -> None:  # noqa: ARG002 - Channels' signature
        """Leave it."""
        await self.channel_layer.group_discard(self.group, self.channel_name)

    async def receive_json(self, content: dict[str, str], **_more: Any) -> None:
        """Somebody says something."""
        await self.channel_layer.group_send(self.group, await self.event(content["message"]))

    async def event(self, text: str) -> dict[str, Any]:
        """What the group is told."""
        return {"type": "chat.message", "author": "someone", "message": text}

    async def chat_message(self, event: dict[str, Any]) -> None:
        """Somebody in the group said something."""
        await self.send_json({key: value for key, value in event.items() if key != "type"})


class StoringConsumer(ChatConsumer):
    """Stores it first, by the ORM."""

    async def event(self, text: str) -> dict[str, Any]:
        """What the group is told, once it is stored."""
        message = await Message.objects.acreate(room=self.room, author="someone", text=text)
        return {**await super().event(text), "id": message.pk, "sent_at": message.created.isoformat()}
