"""Threads follow from answers: here, what else changes when an answer is shown or goes away.

Joined by messages.py; never a service by itself.
"""

from collections.abc import Iterable, Sequence

from rooms.models import Message, Room, Visibility
from rooms.selectors.frames import with_all_that_shows
from rooms.services.revisions import stamp


def touch_roots(answers: Sequence[Message], rooms: Iterable[Room]) -> list[Message]:
    """The visible messages whose threads these answers are in, with a new revision: they count answers.

    The rooms are locked; the caller stores their counters and publishes. No query where nothing is an
    answer, else two.
    """
    present = {message.pk for message in answers}
    wanted = {answer.thread_root_id for answer in answers if answer.thread_root_id} - present
    if not wanted:
        return []
    rows = Message.objects.filter(pk__in=wanted, visibility=Visibility.VISIBLE)
    roots = list(with_all_that_shows(rows).order_by("pk"))
    stamp(roots, rooms)
    Message.objects.bulk_update(roots, ["revision"])
    return roots
