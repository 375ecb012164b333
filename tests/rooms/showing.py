"""What others see of a message, decided; and what has reached somebody."""

from common.database import in_database
from rooms.models import Message, Visibility
from rooms.services.messages import VisibilityChange, show_or_hide
from tests.clients import Voice


async def decide(public_id: str, visibility: Visibility) -> None:
    """An order of moderation."""

    def change() -> None:
        message = Message.objects.get(public_id=public_id)
        show_or_hide(changes=[VisibilityChange(message.pk, visibility)])

    await in_database(change)


def shown(voice: Voice) -> list[str]:
    """The ids of the messages that reached somebody, in the order in which they did."""
    return [frame["id"] for frame in voice.frames if frame["type"] == "message"]
