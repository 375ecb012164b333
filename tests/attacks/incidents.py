"""What happens in a room before somebody looks for what they should not learn of it."""

from accounts.models import Person
from moderation.models import Action
from moderation.services.enforcement import Order, enforce
from moderation.services.reports import report_message
from rooms.models import Message
from tests.cast import Cast
from tests.factories import MessageFactory


def reported_and_hidden(cast: Cast, body: str, *, reporter: Person, note: str) -> Message:
    """Rex says it in the lounge; it is reported with a note, and Otis hides it."""
    message = MessageFactory.create(room=cast.lounge, author=cast.rex, body=body)
    report_message(
        reporter=reporter,
        room_public_id=cast.lounge.public_id,
        message_public_id=message.public_id,
        reason="harassment",
        note=note,
    )
    order = Order(
        action=Action.HIDE,
        person_id=cast.rex.pk,
        message_id=message.pk,
        room_id=cast.lounge.pk,
        decided_by=cast.otis,
        reason="It insults.",
    )
    enforce([order])
    return message
