"""How a case begins: reports, blocks and findings about one item meet in one case.

Called by cases.py, reports.py, assessment.py and the gate; severities and how soon a human looks stand here.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.db import transaction
from django.db.models import Q

from common.clock import now
from moderation.grounds import joined
from moderation.models import Case, CaseState, ReportReason, Severity
from moderation.services import told
from rooms.models import Message

# How soon a human should have looked. Urgent is somebody in danger: within the hour. High is harm that goes
# on while nobody looks: within a moderator's shift. The rest is read daily, and within three days.
DUE_WITHIN = {
    Severity.URGENT: dt.timedelta(hours=1),
    Severity.HIGH: dt.timedelta(hours=4),
    Severity.MEDIUM: dt.timedelta(hours=24),
    Severity.LOW: dt.timedelta(hours=72),
}
SEVERITY_OF = {
    ReportReason.CHILD_SAFETY: Severity.URGENT,
    ReportReason.SELF_HARM: Severity.URGENT,
    ReportReason.THREAT: Severity.HIGH,
    ReportReason.PRIVATE_INFORMATION: Severity.HIGH,
    ReportReason.HATE: Severity.MEDIUM,
    ReportReason.HARASSMENT: Severity.MEDIUM,
    ReportReason.SEXUAL_CONTENT: Severity.MEDIUM,
    ReportReason.IMPERSONATION: Severity.LOW,
    ReportReason.SPAM_OR_SCAM: Severity.LOW,
    ReportReason.OTHER: Severity.LOW,
}
_WHY_MAX = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A reason to look at one item: a message, or (without one) a person."""

    message_id: int | None
    person_id: int
    room_id: int | None
    severity: int
    why: str

    @classmethod
    def about(cls, message: Message, *, severity: int, why: str) -> "Opening":
        """A message is to be looked at."""
        return cls(
            message_id=message.pk,
            person_id=message.author_id,
            room_id=message.room_id,
            severity=severity,
            why=why,
        )

    @property
    def item(self) -> tuple[str, int]:
        """What it is about: all of one item belongs to one case."""
        return ("message", self.message_id) if self.message_id else ("person", self.person_id)


def severity_of(reason: str, *, involves_minor: bool) -> Severity:
    """How soon a report asks for a human: one step sooner where a child is involved."""
    severity = SEVERITY_OF[ReportReason(reason)]
    return Severity(min(severity + 1, Severity.URGENT)) if involves_minor else severity


@transaction.atomic
def open_cases(openings: Sequence[Opening]) -> list[Case]:
    """For each opening the undecided case about its item: new, or the one there is, made as urgent.

    Begins or joins a transaction; locks the cases in the order of their ids.
    """
    wanted = _merged(openings)
    standing = _lock_undecided(wanted.values())
    new = [_new_case(opening) for item, opening in wanted.items() if item not in standing]
    Case.objects.bulk_create(new, ignore_conflicts=True)
    cases = _lock_undecided(wanted.values())
    ours = {case.public_id for case in new}
    told.case_opened([case.pk for case in cases.values() if case.public_id in ours])
    for item, case in cases.items():
        _raise_severity(case, wanted[item])
    return [cases[opening.item] for opening in openings]


def _merged(openings: Iterable[Opening]) -> dict[tuple[str, int], Opening]:
    merged: dict[tuple[str, int], Opening] = {}
    for opening in openings:
        first = merged.get(opening.item, opening)
        merged[opening.item] = replace(
            first, severity=max(first.severity, opening.severity), why=joined(first.why, opening.why)
        )
    return merged


def _new_case(opening: Opening) -> Case:
    at = now()
    return Case(
        message_id=opening.message_id,
        person_id=opening.person_id,
        room_id=opening.room_id,
        severity=opening.severity,
        why=opening.why[:_WHY_MAX],
        opened_at=at,
        due_at=at + DUE_WITHIN[Severity(opening.severity)],
    )


def _lock_undecided(openings: Iterable[Opening]) -> dict[tuple[str, int], Case]:
    openings = list(openings)
    message_ids = [opening.message_id for opening in openings if opening.message_id]
    person_ids = [opening.person_id for opening in openings if not opening.message_id]
    about = Q(message__in=message_ids) | Q(message=None, person__in=person_ids)
    cases = (
        Case.objects.select_for_update(no_key=True)
        .filter(about)
        .exclude(state=CaseState.DECIDED)
        .order_by("pk")
    )
    return {_item(case): case for case in cases}


def _item(case: Case) -> tuple[str, int]:
    return ("message", case.message_id) if case.message_id else ("person", case.person_id)


def _raise_severity(case: Case, opening: Opening) -> None:
    why = joined(case.why, opening.why)[:_WHY_MAX]
    if case.severity >= opening.severity and case.why == why:
        return
    case.severity = max(case.severity, opening.severity)
    case.due_at = min(case.due_at, now() + DUE_WITHIN[Severity(case.severity)])
    case.why = why
    case.save(update_fields=["severity", "due_at", "why"])
