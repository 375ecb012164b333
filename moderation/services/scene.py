"""What a batch of orders is about, locked and read once: rooms, messages, people, policies.

Called by enforcement.py and cases.py, inside their transaction.
"""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Q

from accounts.models import Person
from common.clock import now
from moderation.models import Action, Decision, Policy
from moderation.selectors.policies import policy_version
from rooms.models import Message, Room
from rooms.services.revisions import lock_rooms


@dataclass(frozen=True, slots=True)
class Scene:
    """The rows as they stand while their rooms are locked."""

    at: dt.datetime
    rooms: dict[int, Room]
    messages: dict[int, Message]
    people: dict[int, Person]
    policies: dict[str, Policy]
    policy_version: int
    # What the pipeline decided before: message, text version, action.
    decided: frozenset[tuple[int | None, int | None, str]]

    def message(self, message_id: int | None) -> Message | None:
        """The message, where the order is about one."""
        return None if message_id is None else self.messages.get(message_id)

    def room(self, room_id: int | None, message: Message | None) -> Room | None:
        """The room named, or else the message's."""
        wanted = room_id or (message.room_id if message else None)
        return None if wanted is None else self.rooms.get(wanted)


def lock_scene(
    *,
    message_ids: Collection[int],
    room_ids: Collection[int],
    person_ids: Iterable[int],
    policy_keys: Iterable[str],
) -> Scene:
    """Lock the rooms concerned in the order of their ids, then read everything as it stands now."""
    rooms = lock_rooms_of(room_ids=room_ids, message_ids=message_ids)
    return Scene(
        at=now(),
        rooms=rooms,
        messages=Message.objects.in_bulk(message_ids),
        people=Person.objects.in_bulk(set(person_ids)),
        policies=Policy.objects.in_bulk(set(policy_keys), field_name="key"),
        policy_version=policy_version(),
        decided=_decided(message_ids),
    )


def lock_rooms_of(*, room_ids: Collection[int] = (), message_ids: Collection[int] = ()) -> dict[int, Room]:
    """Lock these rooms and those of these messages in the order of their ids: the first lock of all."""
    of_messages = Message.objects.filter(pk__in=message_ids).values("room_id")
    wanted = Q(pk__in=room_ids) | Q(pk__in=of_messages)
    return {room.pk: room for room in lock_rooms(Room.objects.filter(wanted))}


def _decided(message_ids: Collection[int]) -> frozenset[tuple[int | None, int | None, str]]:
    automated = Decision.objects.filter(message__in=message_ids, is_automated=True).exclude(
        action=Action.REVERSE
    )
    return frozenset(automated.values_list("message_id", "text_version", "action"))
