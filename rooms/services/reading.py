"""How far people have read, and of what they want to be told: what the unread counts come from."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import F, Q

from accounts.models import Person
from common.errors import Code, Refused
from rooms import fanout
from rooms.models import Loudness, Membership, Room


@dataclass(frozen=True, slots=True)
class Mark:
    """How far somebody has read.

    Attributes:
        revision: up to which change of the room they had been sent everything; None where that is unknown:
            then what was released after the message at `position` was shown stays unread.
        goes_back: what comes after `position` is to be unread again.
    """

    position: int
    revision: int | None = None
    goes_back: bool = False

    def after(self, earlier: "Mark | None") -> "Mark":
        """This mark, made after an earlier one that is not stored yet."""
        if earlier is None or self.goes_back:
            return self
        revisions = [mark.revision for mark in (self, earlier) if mark.revision is not None]
        return Mark(max(self.position, earlier.position), max(revisions, default=None))


def mark_read(*, person: Person, room: Room, position: int, revision: int | None = None) -> None:
    """Everything up to `position` has been seen. Never goes back, nor past the newest. One statement."""
    mark_all_read({(room.pk, person.pk): Mark(position, revision)})


def mark_unread(*, person: Person, room: Room, position: int) -> None:
    """What comes after `position` is unread again. One statement."""
    mark_all_read({(room.pk, person.pk): Mark(position, goes_back=True)})


def mark_all_read(marks: Mapping[tuple[int, int], Mark]) -> None:
    """The same for many: (room id, person id) to mark. One statement, whatever their number.

    Other pages of the same people are told the new counts.
    """
    if not marks:
        return
    rows = [
        (*key, mark.position, mark.revision, mark.goes_back) for key, mark in sorted(marks.items(), key=_key)
    ]
    with connection.cursor() as cursor:
        cursor.execute(_MARK, [list(column) for column in zip(*rows, strict=True)])
    fanout.read_on_commit(marks)


@transaction.atomic
def mark_everything_read(*, person: Person) -> None:
    """Nothing is unread to this person, in any room. Begins or joins a transaction; one statement."""
    behind = Q(last_read_position__lt=F("room__last_position")) | Q(
        last_read_revision__lt=F("room__revision")
    )
    mine = Membership.objects.filter(behind, person=person, left_at=None).select_related("room")
    marks = {(one.room_id, person.pk): Mark(one.room.last_position, one.room.revision) for one in mine}
    mark_all_read(marks)


@transaction.atomic
def set_loudness(*, person: Person, room: Room, loudness: Loudness) -> None:
    """Choose of what in this room one is told while elsewhere.

    Refuses: NOT_A_MEMBER. Begins or joins a transaction.
    """
    mine = Membership.objects.filter(person=person, room=room, left_at=None)
    if not mine.update(loudness=loudness):
        raise Refused(Code.NOT_A_MEMBER)
    fanout.read_on_commit([(room.pk, person.pk)])


def _key(item: tuple[tuple[int, int], Mark]) -> tuple[int, int]:
    return item[0]


# Locked in order of id, so that two processes marking the same people never wait for each other.
_MARK = """
WITH mark AS (
    SELECT *
      FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::boolean[])
           AS mark(room_id, person_id, position, revision, goes_back)
), wanted AS (
    SELECT mark.room_id, mark.person_id, mark.goes_back,
           least(mark.position, room.last_position) AS position,
           least(coalesce(mark.revision, message.shown_revision, 0), room.revision) AS revision
      FROM mark
      JOIN rooms_room AS room ON room.id = mark.room_id
      LEFT JOIN rooms_message AS message
        ON message.room_id = mark.room_id AND message.position = mark.position
), locked AS (
    SELECT membership.id,
           CASE WHEN wanted.goes_back THEN least(membership.last_read_position, wanted.position)
                ELSE greatest(membership.last_read_position, wanted.position) END AS position,
           greatest(membership.last_read_revision, wanted.revision) AS revision
      FROM wanted
      JOIN rooms_membership AS membership
        ON membership.room_id = wanted.room_id AND membership.person_id = wanted.person_id
     WHERE membership.left_at IS NULL
       AND (wanted.goes_back
            OR membership.last_read_position < wanted.position
            OR membership.last_read_revision < wanted.revision)
     ORDER BY membership.id
       FOR NO KEY UPDATE OF membership
)
UPDATE rooms_membership AS membership
   SET last_read_position = locked.position, last_read_revision = locked.revision
  FROM locked
 WHERE membership.id = locked.id
"""
