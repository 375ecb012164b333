"""A report while somebody else works in the same room: neither stands in the other's way."""

import threading
import time

from django.db import connection, transaction

from accounts.services import audit
from moderation.services.reports import report_message
from rooms.models import Room
from rooms.services.revisions import lock_rooms
from tests.cast import Cast
from tests.factories import MessageFactory

DEADLINE_S = 10


def test_a_report_that_commits_does_not_wait_for_whoever_holds_the_room(committed_cast: Cast) -> None:
    cast, faults = committed_cast, list[Exception]()
    message = MessageFactory.create(room=cast.harbour, author=cast.rex)

    def hides_something() -> None:
        try:
            with transaction.atomic():
                lock_rooms(Room.objects.filter(pk=cast.harbour.pk))
                audit.record(actor=cast.nora, action="message.hide", subject=("message", message.pk))
        except Exception as fault:  # noqa: BLE001 - shown below
            faults.append(fault)
        finally:
            connection.close()

    working = threading.Thread(target=hides_something)
    with transaction.atomic():
        report_message(
            reporter=cast.mara,
            room_public_id=cast.harbour.public_id,
            message_public_id=message.public_id,
            reason="other",
        )
        working.start()
        wait_until_somebody_waits()
    working.join()

    assert faults == []
    assert message.cases.count() == 1


def wait_until_somebody_waits() -> None:
    """Until another connection waits for a lock: the end of the audit log, which this one holds."""
    deadline = time.monotonic() + DEADLINE_S
    with connection.cursor() as cursor:
        waiting = 0
        while not waiting:
            assert time.monotonic() < deadline, "nobody waits"
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            [waiting] = cursor.fetchone()
