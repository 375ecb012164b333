"""The rows of a conversation. One subject a file."""

from rooms.models.digest import DeliveryState, DigestDelivery, NotificationWish, Rhythm
from rooms.models.membership import Invitation, Loudness, Membership, RoomRole
from rooms.models.message import Mention, Message, MessageVersion, Visibility
from rooms.models.reaction import Reaction
from rooms.models.room import Access, Room, ScreeningMode

__all__ = [
    "Access",
    "DeliveryState",
    "DigestDelivery",
    "Invitation",
    "Loudness",
    "Membership",
    "Mention",
    "Message",
    "MessageVersion",
    "NotificationWish",
    "Reaction",
    "Rhythm",
    "Room",
    "RoomRole",
    "ScreeningMode",
    "Visibility",
]
