"""What is unread, and where one is spoken to: the one way of counting, for the rail, sockets and the digest.

A message is unread where it stands after what its reader has read, or was shown only after they had read
past it: then `shown_revision` says so. Counted is what sight() gives as text, by somebody else.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import cast

from django.db import connection

from common.clock import now
from rooms.models import Loudness, Membership, Room
from rooms.permissions import Viewer, refusal_to_enter

# Nobody reads a larger number than "99+", and counting stops soon after.
UNREAD_MAX = 100
# How many changes of a room ago a message may have been released and still be counted for who read past it.
LATE_MAX = 500
# So many messages after what one has read are looked through for the first that one has not.
AHEAD_MAX = 500


@dataclass(frozen=True, slots=True)
class Unread:
    """How much is unread in a room (at most UNREAD_MAX), and how much of it mentions or answers one."""

    unread: int = 0
    mentions: int = 0


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody is told of one of their rooms."""

    person_id: int
    room_id: int
    room: str
    count: Unread


def unread_in(memberships: Iterable[Membership]) -> dict[int, Unread]:
    """What each member wants to be told of their room, by membership. One query, none for nobody."""
    loudness = {membership.pk: membership.loudness for membership in memberships}
    if not loudness:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"places": list(loudness), "most": UNREAD_MAX, "late": LATE_MAX})
        return {place: _as_wished(loudness[place], *counts) for place, *counts in cursor.fetchall()}


def places_of(person_ids: Collection[int], *, room_ids: Iterable[int] = ()) -> list[tuple[int, int, int]]:
    """(membership, room, person) of these people, in these rooms or in all. One query."""
    rows = Membership.objects.filter(person_id__among=person_ids, left_at=None)
    rows = rows.filter(room__in=room_ids) if room_ids else rows
    return list(rows.values_list("pk", "room_id", "person_id"))


def told(membership_ids: Collection[int]) -> list[Told]:
    """What the people of these memberships are told, as far as they may be there. Two queries."""
    rows, at = Membership.objects.filter(pk__among=membership_ids).select_related("person", "room"), now()
    found = [row for row in rows if refusal_to_enter(row.person, row.room, row, at) is None]
    counts = unread_in(found)
    return [Told(row.person_id, row.room_id, row.room.public_id, counts[row.pk]) for row in found]


def first_unread(room: Room, membership: Membership, viewer: Viewer) -> int | None:
    """The position of the first message that this reader has not read, or None. One query.

    Looked for among the AHEAD_MAX after what they read, and among those that are counted: however long
    somebody was away, and though they wrote all of it themselves, no more rows are read than that.
    """
    hidden = {viewer.person_id} if viewer.is_moderator else {viewer.person_id, *viewer.apart_from}
    asked: dict[str, int | list[int]] = {
        "room": room.pk,
        "read": membership.last_read_position,
        "counted": max(membership.last_read_position, room.last_position - UNREAD_MAX),
        "shown": max(membership.last_read_revision, room.revision - LATE_MAX),
        "ahead": AHEAD_MAX,
        "most": UNREAD_MAX,
        "late": LATE_MAX,
        "hidden": sorted(hidden),
    }
    with connection.cursor() as cursor:
        cursor.execute(_FIRST, asked)
        [(position,)] = cursor.fetchall()
    return cast("int | None", position)


def _as_wished(loudness: str, unread: int, mentions: int) -> Unread:
    if loudness == Loudness.ALL:
        return Unread(min(unread, UNREAD_MAX), mentions)
    return Unread(0, mentions if loudness == Loudness.MENTIONS else 0)


# The limits change no result: they make the planner go along the index, from the end.
_COUNT = """
SELECT place.id,
       count(message.id),
       count(message.id) FILTER (WHERE answered.author_id = place.person_id OR EXISTS (
           SELECT FROM rooms_mention AS mention
            WHERE mention.message_id = message.id AND mention.person_id = place.person_id))
  FROM rooms_membership AS place
  JOIN rooms_room AS room ON room.id = place.room_id
  JOIN accounts_person AS reader ON reader.id = place.person_id
 CROSS JOIN LATERAL (
       SELECT coalesce(array_agg(blocker_id + blocked_id - reader.id), '{}') AS people
         FROM accounts_block
        WHERE reader.role = 'member' AND reader.id IN (blocker_id, blocked_id)
       ) AS apart
  LEFT JOIN LATERAL (
       (SELECT id, author_id, reply_to_id, visibility FROM rooms_message AS after
         WHERE after.room_id = room.id
           AND after.position > greatest(place.last_read_position, room.last_position - %(most)s)
         ORDER BY after.position DESC LIMIT %(most)s)
       UNION ALL
       (SELECT id, author_id, reply_to_id, visibility FROM rooms_message AS late
         WHERE late.room_id = room.id
           AND late.shown_revision > greatest(place.last_read_revision, room.revision - %(late)s)
           AND late.position <= place.last_read_position
         ORDER BY late.shown_revision DESC LIMIT %(late)s)
       ) AS message
       ON message.visibility = 'visible'
      AND message.author_id <> place.person_id
      AND message.author_id <> ALL (apart.people)
  LEFT JOIN rooms_message AS answered ON answered.id = message.reply_to_id
 WHERE place.id = ANY (%(places)s)
 GROUP BY place.id
"""

# Each part goes along an index and ends: so few rows, whatever the room holds.
_FIRST = """
SELECT min(position)
  FROM ((SELECT position, author_id, visibility FROM rooms_message
          WHERE room_id = %(room)s AND position > %(read)s
          ORDER BY position LIMIT %(ahead)s)
        UNION ALL
        (SELECT position, author_id, visibility FROM rooms_message
          WHERE room_id = %(room)s AND position > %(counted)s
          ORDER BY position DESC LIMIT %(most)s)
        UNION ALL
        (SELECT position, author_id, visibility FROM rooms_message
          WHERE room_id = %(room)s AND shown_revision > %(shown)s AND position <= %(read)s
          ORDER BY shown_revision DESC LIMIT %(late)s)
       ) AS message
 WHERE visibility = 'visible' AND author_id <> ALL (%(hidden)s)
"""
