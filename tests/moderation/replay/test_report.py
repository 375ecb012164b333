"""The report counts what went wrong, and only that."""

import uuid

from moderation.models import Assessment
from moderation.replay.ledger import Ledger, Reader, Sent
from moderation.replay.report import UNJUDGED_AFTER, percentiles, report
from rooms.models import Message, Visibility
from tests.cast import Cast
from tests.factories import MessageFactory


def _said(ledger: Ledger, message: Message, *, sent_at: float = 0.0, acked_at: float = 0.1) -> None:
    ledger.sent[message.client_key] = Sent(
        room=message.room.public_id, sent_at=sent_at, acked_at=acked_at, message=message.public_id
    )


def _figures(ledger: Ledger, cast: Cast) -> dict[str, object]:
    return report(ledger, modes={cast.harbour.public_id: "before", cast.lounge.public_id: "after"})


def test_a_run_in_which_everybody_saw_everything_shows_zeros(cast: Cast) -> None:
    ledger, reader = Ledger(), Reader(room=cast.harbour.public_id)
    ledger.readers.append(reader)
    for _ in range(3):
        message = MessageFactory.create(room=cast.harbour, author=cast.mara)
        _said(ledger, message)
        reader.note("message", message.public_id, message.revision, at=0.2)

    figures = _figures(ledger, cast)

    assert (figures["lost"], figures["duplicated"], figures["out_of_order"]) == (0, 0, 0)
    assert figures["seen"] == 3
    assert figures["exposures"] == {"before": 0, "after": 0}


def test_a_visible_message_that_a_reader_of_the_room_never_had_is_lost(cast: Cast) -> None:
    ledger = Ledger(readers=[Reader(room=cast.harbour.public_id), Reader(room=cast.lounge.public_id)])
    _said(ledger, MessageFactory.create(room=cast.harbour, author=cast.mara))

    assert _figures(ledger, cast)["lost"] == 1


def test_an_acked_message_that_is_not_stored_is_lost(cast: Cast) -> None:
    ledger = Ledger()
    ledger.sent[uuid.uuid4()] = Sent(room=cast.harbour.public_id, sent_at=0, acked_at=1, message="nowhere")

    assert _figures(ledger, cast)["lost"] == 1


def test_a_frame_received_twice_or_too_late_is_counted(cast: Cast) -> None:
    reader = Reader(room=cast.harbour.public_id)
    for revision in (1, 2, 2, 1):
        reader.note("message", f"m{revision}", revision, at=0.0)

    figures = _figures(Ledger(readers=[reader]), cast)

    assert (figures["duplicated"], figures["out_of_order"]) == (1, 1)


def test_a_view_of_what_was_hidden_later_is_an_exposure(cast: Cast) -> None:
    message = MessageFactory.create(room=cast.lounge, author=cast.rex, visibility=Visibility.HIDDEN)
    reader = Reader(room=cast.lounge.public_id)
    reader.note("message", message.public_id, 1, at=0.2)
    reader.note("tombstone", message.public_id, 2, at=0.4)
    ledger = Ledger(readers=[reader])
    _said(ledger, message)

    figures = _figures(ledger, cast)

    assert figures["exposures"] == {"before": 0, "after": 1}
    assert figures["hidden"] == 1
    assert figures["lost"] == 0


def test_a_message_that_nobody_judged_within_a_minute_is_counted(cast: Cast) -> None:
    message = MessageFactory.create(room=cast.harbour, author=cast.mara)
    ledger = Ledger()
    _said(ledger, message)
    assessment = Assessment.objects.create(message=message, text_version=1)
    assert _figures(ledger, cast)["unjudged_after_60_s"] == 0

    Assessment.objects.filter(pk=assessment.pk).update(created_at=assessment.created_at - 2 * UNJUDGED_AFTER)

    assert _figures(ledger, cast)["unjudged_after_60_s"] == 1


def test_percentiles_are_milliseconds_and_need_something_to_count() -> None:
    assert percentiles([]) == {}
    assert percentiles([0.001 * n for n in range(1, 102)]) == {"p50": 51.0, "p95": 96.0, "p99": 100.0}
