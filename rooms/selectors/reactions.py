"""The emoji under messages: read for many at once, and shown to one viewer without those kept from them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

import msgspec

from rooms.models import Reaction as Row
from rooms.protocol import Reaction, Reactor

# So many travel with their names; more are counted.
NAMED_MAX = 12


class Reacted(msgspec.Struct, frozen=True, array_like=True):
    """One emoji under one message.

    Attributes:
        person_ids: all who gave it, the first one first.
        named: (id, public id, name) of the first NAMED_MAX of them.
    """

    emoji: str
    person_ids: tuple[int, ...]
    named: tuple[tuple[int, str, str], ...]


def reactions_to(message_ids: Iterable[int]) -> dict[int, list[Reacted]]:
    """By message, the emoji given first standing first. One query."""
    rows = Row.objects.filter(message_id__in=list(message_ids)).order_by("pk")
    people: defaultdict[int, dict[str, list[tuple[int, str, str]]]] = defaultdict(dict)
    for message_id, emoji, person_id, public_id, name in rows.values_list(
        "message_id", "emoji", "person_id", "person__public_id", "person__name"
    ):
        people[message_id].setdefault(emoji, []).append((person_id, public_id, name))
    return {
        message_id: [_reacted(emoji, who) for emoji, who in by_emoji.items()]
        for message_id, by_emoji in people.items()
    }


def as_shown(
    reactions: Sequence[Reacted], *, yours: Collection[str], unseen: Collection[int]
) -> list[Reaction]:
    """For viewers who gave the emoji in `yours`, and from whom the people `unseen` are kept by a block."""
    shown = [_shown(one, yours, unseen) for one in reactions]
    return [one for one in shown if one.count]


def _reacted(emoji: str, people: list[tuple[int, str, str]]) -> Reacted:
    return Reacted(emoji, tuple(person_id for person_id, _, _ in people), tuple(people[:NAMED_MAX]))


def _shown(one: Reacted, yours: Collection[str], unseen: Collection[int]) -> Reaction:
    return Reaction(
        emoji=one.emoji,
        count=sum(person_id not in unseen for person_id in one.person_ids),
        people=[
            Reactor(public_id, name) for person_id, public_id, name in one.named if person_id not in unseen
        ],
        yours=one.emoji in yours,
    )
