"""What must hold after every fault: the acks and views that clients noted against what is stored."""

import asyncio
import time
from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass
from uuid import UUID

from django.db import connections
from django.db.models import Count, Max, Min

from accounts.services.audit import verify_chain
from common.database import in_database
from moderation.models import Assessment, AssessmentState
from moderation.replay.ledger import Ledger
from moderation.replay.report import percentiles, report
from rooms.models import Message, Room, Visibility
from tests.faults.crowd import Talk

HURRY_S = 0.5


@dataclass(frozen=True)
class Zeros:
    """Everything that must be nothing, whatever was broken.

    Attributes:
        acked_lost: acked and not stored, or shown and never had by somebody in the room.
        duplicates: a frame had twice, or a line stored twice.
        order_errors: a frame that came after a later one; a gap in positions; a revision ahead of its room.
        leaked_hidden: what is not visible, shown to others where messages wait, or after it was taken away.
        unclassified: not judged, nor given to a human, a minute after the fault.
        audit_flaws: places where the audit log's chain does not hold.
    """

    acked_lost: int
    duplicates: int
    order_errors: int
    leaked_hidden: int
    unclassified: int
    audit_flaws: int

    def assert_all(self, *, missed: Collection[str] = ()) -> None:
        """Fail with what is not zero, and with who missed what."""
        assert not any(asdict(self).values()), "\n".join([f"not zero: {self}", *missed])


@dataclass(frozen=True)
class Checked:
    """A row's zeros, and figures of the same run."""

    zeros: Zeros
    acked: int
    refused: dict[str, int]
    unanswered: int
    ack_ms: dict[str, float]
    seen_ms: dict[str, float]
    slowest_seen_s: float
    slowest_verdict_s: float
    verdict_p99_s: float
    return_p95_s: float
    missed: tuple[str, ...] = ()


def leases_run_out() -> None:
    """What a killed worker held is free at once: a short form does not wait out the thirty seconds."""
    Assessment.objects.filter(state=AssessmentState.PENDING).update(leased_until=None)


async def settled(talk: Talk, *, within_s: float = 60, hurried: bool = False) -> Checked:
    """Wait until every line is answered, judged and seen, at most so long, and count.

    Hurried: what a killed worker held is free soon, not after its lease.
    """
    deadline, hurry_at = time.monotonic() + within_s, time.monotonic() + HURRY_S
    await talk.all_answered(within_s=within_s)
    while time.monotonic() < deadline and await in_database(_still_open, talk):
        if hurried and time.monotonic() > hurry_at:
            await in_database(leases_run_out)
            hurry_at += HURRY_S
        await asyncio.sleep(0.2)
    return await in_database(_check, talk)


def _still_open(talk: Talk) -> bool:
    """Whether something waits to be judged or seen, or the database is away."""
    try:  # what is judged first: a verdict after the count of views would be missing from it
        return bool(_pending(talk.ledger.sent) or report(talk.ledger, modes=talk.crowd.modes)["lost"])
    except Exception:  # noqa: BLE001 - it has been killed, and comes back
        _forget_connections()
        return True


def _check(talk: Talk) -> Checked:
    ledger, found = talk.ledger, report(talk.ledger, modes=talk.crowd.modes)
    delays = _verdict_delays_s(ledger.sent)
    seen = _seen_s(ledger)
    return Checked(
        zeros=Zeros(
            acked_lost=found["lost"],
            duplicates=found["duplicated"],
            order_errors=found["out_of_order"] + _numbering_errors(talk.crowd.rooms),
            leaked_hidden=found["exposures"].get("before", 0) + _shown_again(ledger),
            unclassified=_pending(ledger.sent),
            audit_flaws=len(verify_chain()),
        ),
        acked=found["acked"],
        refused=found["refused"],
        unanswered=found["unanswered"],
        ack_ms=found["send_to_ack_ms"],
        seen_ms=percentiles(seen),
        slowest_seen_s=round(max(seen, default=0.0), 2),
        slowest_verdict_s=round(max(delays, default=0.0), 2),
        verdict_p99_s=round(percentiles(delays).get("p99", 0.0) / 1000, 2),
        return_p95_s=round(percentiles(ledger.returns_s).get("p95", 0.0) / 1000, 2),
        missed=tuple(_missed(talk)) if found["lost"] else (),
    )


def _missed(talk: Talk) -> Iterator[str]:
    """For each listener without something, what it has and what its room has: to find out why."""
    for number, one in enumerate(talk.listeners):
        shown = {key for key, had in one.reader.sightings.items() if had.shown_at}
        rows = Message.objects.filter(room__public_id=one.room, client_key__in=list(talk.ledger.sent))
        rows = rows.filter(visibility=Visibility.VISIBLE, revision__gt=one.reader.loaded_revision)
        if missing := [row for row in rows.order_by("revision") if row.public_id not in shown]:
            room = missing[0].room
            yield (
                f"listener {number} in {room.slug} ({room.screening_mode}), "
                f"{'connected' if one.cut_at is None else 'cut off'}, at revision {one.revision}"
                f" (frames up to {one.reader.newest_revision}) of {room.revision}: {len(missing)} missing,"
                f" of revisions {[row.revision for row in missing][:30]}"
            )


def _pending(keys: Collection[UUID]) -> int:
    rows = Assessment.objects.filter(message__client_key__in=list(keys), state=AssessmentState.PENDING)
    return rows.count()


def _verdict_delays_s(keys: Collection[UUID]) -> list[float]:
    rows = Assessment.objects.filter(message__client_key__in=list(keys)).exclude(judged_at=None)
    return [
        (judged - made).total_seconds()
        for made, judged in rows.values_list("created_at", "judged_at")
        if judged is not None
    ]


def _numbering_errors(rooms: Collection[Room]) -> int:
    """Rooms whose positions are not 1, 2, 3 … up to the room's own count, or whose revision is behind."""
    rows = Room.objects.filter(pk__in=[room.pk for room in rooms]).annotate(
        stored=Count("messages"),
        first=Min("messages__position"),
        last=Max("messages__position"),
        newest=Max("messages__revision"),
    )
    return sum(
        1
        for row in rows
        if row.stored
        and (
            (row.first, row.last) != (1, row.stored)
            or row.last_position != row.last
            or row.newest > row.revision
        )
    )


def _shown_again(ledger: Ledger) -> int:
    """Texts that came after they had been taken away, of messages that did not become visible again."""
    not_visible = set(
        Message.objects.filter(client_key__in=list(ledger.sent))
        .exclude(visibility=Visibility.VISIBLE)
        .values_list("public_id", flat=True)
    )
    return sum(
        1
        for reader in ledger.readers
        for message, had in reader.sightings.items()
        if message in not_visible and had.gone_at and had.shown_last and had.shown_last > had.gone_at
    )


def _seen_s(ledger: Ledger) -> list[float]:
    sent = {one.message: one.sent_at for one in ledger.sent.values() if one.message}
    return [
        had.shown_at - sent[message]
        for reader in ledger.readers
        for message, had in reader.sightings.items()
        if had.shown_at is not None and message in sent
    ]


def close_pool() -> None:
    """Drop the connections that Django keeps."""
    connections["default"].close_pool()  # type: ignore[attr-defined] # PostgreSQL's has one


def _forget_connections() -> None:
    connections.close_all()
    close_pool()
