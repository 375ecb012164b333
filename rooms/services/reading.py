"""How far people have read: what the unread counts and the "new" line come from."""

from collections.abc import Mapping

from django.db import connection

from accounts.models import Person
from rooms.models import Room


def mark_read(*, person: Person, room: Room, position: int) -> None:
    """Everything up to `position` has been seen. Never goes back, nor past the newest. One statement."""
    mark_all_read({(room.pk, person.pk): position})


def mark_all_read(marks: Mapping[tuple[int, int], int]) -> None:
    """The same for many: (room id, person id) to position. One statement, whatever their number."""
    if not marks:
        return
    rows = [(room, person, position) for (room, person), position in sorted(marks.items())]
    rooms, people, positions = (list(column) for column in zip(*rows, strict=True))
    with connection.cursor() as cursor:
        cursor.execute(_MARK, [rooms, people, positions])


# Locked in order of id, so that two processes marking the same people never wait for each other.
_MARK = """
WITH mark AS (
    SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) AS mark(room_id, person_id, position)
), locked AS (
    SELECT membership.id, least(mark.position, room.last_position) AS position
      FROM mark
      JOIN rooms_room AS room ON room.id = mark.room_id
      JOIN rooms_membership AS membership
        ON membership.room_id = mark.room_id AND membership.person_id = mark.person_id
     WHERE membership.left_at IS NULL
       AND membership.last_read_position < least(mark.position, room.last_position)
     ORDER BY membership.id
       FOR NO KEY UPDATE OF membership
)
UPDATE rooms_membership AS membership
   SET last_read_position = locked.position
  FROM locked
 WHERE membership.id = locked.id
"""
