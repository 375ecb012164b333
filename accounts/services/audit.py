"""The audit log: the only writer, and the check of its chain. Every service that decides calls `record`.

Facts hold ids, counts, settings and moderators' reasons; never message text, never birth dates.
"""

import datetime as dt
import enum
import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Max

from accounts.models import AuditEntry, AuditHead, Person
from common.clock import now

# A row as the hash sees it: what the columns hold, without the row's own key and hash.
_HASHED = ("sequence", "at", "actor_id", "action", "subject_type", "subject_id", "facts")


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that was done, about to be recorded.

    Attributes:
        action: subject and verb with a dot between: "message.hide", "age.correct".
        subject: what it was done to: its kind and its id.
    """

    actor: Person | None
    action: str
    subject: tuple[str, str | int]
    facts: dict[str, Any] = field(default_factory=dict)


class Flaw(enum.StrEnum):
    """What can be wrong with the chain."""

    ALTERED = "altered"  # the row is not what its hash was made of
    MISSING = "missing"  # the entries from this number on are not there
    UNLINKED = "unlinked"  # it does not name the hash of the entry before it
    CUT_OFF = "cut_off"  # the chain ends before or beside its head
    NO_HEAD = "no_head"
    REWRITTEN = "rewritten"  # not what was noted elsewhere at the time


@dataclass(frozen=True, slots=True)
class Problem:
    """One flaw, and the sequence number it was found at."""

    sequence: int
    flaw: Flaw


@dataclass(frozen=True, slots=True)
class Witness:
    """An end of the chain that somebody noted down elsewhere."""

    sequence: int
    hash: str


def record(*, actor: Person | None, action: str, subject: tuple[str, str | int], **facts: Any) -> AuditEntry:
    """Append one entry; call it at the end of a service, for it takes the lock that everybody wants.

    Joins the caller's transaction (there must be one). Locks the AuditHead row, always last.
    """
    return record_many([Deed(actor, action, subject, facts)])[0]


def record_many(deeds: Sequence[Deed]) -> list[AuditEntry]:
    """As `record`, for several at once, in their order: two statements and one lock."""
    if not deeds:
        return []
    # A head that is gone starts at 0 again, and the unique sequence then refuses: it never forks silently.
    end, _ = AuditHead.objects.select_for_update().get_or_create(id=1)
    entries = []
    for deed in deeds:
        entries.append(_entry(deed, end))
        end.sequence, end.hash = entries[-1].sequence, entries[-1].hash
    AuditEntry.objects.bulk_create(entries)
    end.save(update_fields=["sequence", "hash"])
    return entries


def head() -> Witness:
    """The end of the chain now: worth keeping elsewhere, for a later `verify_chain(noted=…)`."""
    row = AuditHead.objects.filter(id=1).first() or AuditHead()
    return Witness(row.sequence, row.hash)


def verify_chain(*, noted: Witness | None = None) -> list[Problem]:
    """Every flaw of the log, oldest first; an empty list is a whole chain. Reads all rows, locks none.

    Args:
        noted: an earlier end, kept elsewhere; a log rewritten from before it cannot hold it any more.
    """
    # The last entry before the head: then the head can only be further on, never behind.
    last: int = AuditEntry.objects.aggregate(last=Max("sequence", default=0))["last"]
    end = AuditHead.objects.filter(id=1).first()
    if end is None:
        return [Problem(0, Flaw.NO_HEAD)]
    rows = AuditEntry.objects.filter(sequence__lte=end.sequence).order_by("sequence").iterator(2_000)
    beyond = [Problem(last, Flaw.CUT_OFF)] if last > end.sequence else []
    return [*_flaws(rows, end), *beyond, *_rewritten(noted)]


def _rewritten(noted: Witness | None) -> list[Problem]:
    if noted is None or noted.sequence == 0:
        return []
    still_there = AuditEntry.objects.filter(sequence=noted.sequence, hash=noted.hash).exists()
    return [] if still_there else [Problem(noted.sequence, Flaw.REWRITTEN)]


def _entry(deed: Deed, end: AuditHead) -> AuditEntry:
    kind, key = deed.subject
    entry = AuditEntry(
        sequence=end.sequence + 1,
        at=now(),
        actor_id=None if deed.actor is None else deed.actor.pk,
        action=deed.action,
        subject_type=kind,
        subject_id=str(key),
        facts=_plain(deed.facts),
        previous_hash=end.hash,
    )
    entry.hash = _hash_of(entry)
    return entry


def _hash_of(entry: AuditEntry) -> str:
    row = {name: _plain(getattr(entry, name)) for name in _HASHED}
    canonical = json.dumps(row, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
    return hashlib.sha256(f"{entry.previous_hash}{canonical}".encode()).hexdigest()


def _plain(value: Any) -> Any:
    """JSON that PostgreSQL gives back as it was put in, so that the hash of a row can be made again."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in (sorted(value) if isinstance(value, set | frozenset) else value)]
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat(timespec="microseconds")
    if isinstance(value, float) and value.is_integer():
        return int(value)  # jsonb writes 1e16 out in full, which comes back as a whole number
    if value is None or (isinstance(value, bool | int | float) and not isinstance(value, enum.Enum)):
        return value
    return str(value).replace("\x00", "")  # which jsonb refuses


def _flaws(rows: Iterable[AuditEntry], end: AuditHead) -> Iterator[Problem]:
    sequence, previous_hash = 0, "0" * 64
    for row in rows:
        if row.sequence != sequence + 1:
            yield Problem(sequence + 1, Flaw.MISSING)
        if row.previous_hash != previous_hash:
            yield Problem(row.sequence, Flaw.UNLINKED)
        if row.hash != _hash_of(row):
            yield Problem(row.sequence, Flaw.ALTERED)
        sequence, previous_hash = row.sequence, row.hash
    if (sequence, previous_hash) != (end.sequence, end.hash):
        yield Problem(end.sequence, Flaw.CUT_OFF)
