"""The queue's list as the page shows it: rows in words, the choices above it, and the alarm.

Called by views/queue.py and views/case.py. What the rows are is selectors/queue.py's.
"""

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Person
from common.clock import now
from moderation.models import CaseState
from moderation.selectors.queue import Counts, QueueRow, counts, queue_for
from moderation.views.alarm import Alarm, alarm

# What the chips above the list choose, by the word in the address.
_CHOICES: dict[str, dict[str, Any]] = {
    "all": {},
    "mine": {"mine": True},
    "escalated": {"state": CaseState.ESCALATED},
    "decided": {"state": CaseState.DECIDED},
}
# From this share of its time on, a case is called due soon.
_SOON = 0.75


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One case in the list, as components/case_item.html takes it."""

    id: str
    href: str
    severity: int
    severity_label: str
    what: str
    why: str
    age: str
    due: str
    holder: str
    mine: bool
    current: bool
    outcome: str
    is_escalated: bool
    involves_minor: bool
    reports: int


@dataclass(frozen=True, slots=True)
class Choice:
    """One chip above the list."""

    text: str
    href: str
    count: int
    is_current: bool


@dataclass(frozen=True, slots=True)
class QueueList:
    """All of the list. `seen` names this state of it: the page sends it back to hear only of changes."""

    rows: list[CaseRow]
    choices: list[Choice]
    waiting: int
    appeals: int
    alarm: Alarm | None
    show: str
    url: str

    @property
    def seen(self) -> str:
        """A short name of everything that the list shows."""
        return hashlib.sha256(repr((self.rows, self.choices, self.alarm)).encode()).hexdigest()[:16]


def queue_list(moderator: Person, *, show: str, current: str) -> QueueList:
    """The list under one choice, with the case of public id `current` marked as open."""
    show = show if show in _CHOICES else "all"
    figures = counts(moderator)
    return QueueList(
        rows=[case_row(row, show=show, current=current) for row in queue_for(moderator, **_CHOICES[show])],
        choices=_choices(figures, show),
        waiting=figures.waiting,
        appeals=figures.appeals,
        alarm=alarm(),
        show=show,
        url=f"{reverse('moderation:queue_list')}?{urlencode({'show': show})}",
    )


def next_free(moderator: Person, *, show: str, after: str) -> str | None:
    """The public id of the first case that nobody else works on, other than `after`."""
    choice = _CHOICES.get(show, {})
    if choice.get("state") == CaseState.DECIDED:
        choice = {}
    rows = queue_for(moderator, **choice)
    free = (row.public_id for row in rows if row.is_mine or not row.claimed_by)
    return next((public_id for public_id in free if public_id != after), None)


def case_row(row: QueueRow, *, show: str, current: str) -> CaseRow:
    """One case in words."""
    is_decided = row.state == CaseState.DECIDED
    return CaseRow(
        id=row.public_id,
        href=case_href(row.public_id, show),
        severity=row.severity,
        severity_label=str(row.severity.label),
        what=what_of(row),
        why=row.why,
        age=_age(now() - row.opened_at),
        due="" if is_decided else _due(row, now()),
        holder="" if row.is_mine else row.claimed_by,
        mine=row.is_mine,
        current=row.public_id == current,
        outcome=row.outcome,
        is_escalated=row.state == CaseState.ESCALATED,
        involves_minor=row.involves_minor,
        reports=row.reports,
    )


def case_href(public_id: str, show: str = "all") -> str:
    """Where a case opens; a choice of the list stays chosen."""
    address = reverse("moderation:case", args=[public_id])
    return address if show == "all" else f"{address}?{urlencode({'show': show})}"


def what_of(row: QueueRow) -> str:
    """What a case is about: "A message of Rex in Harbour"."""
    names = {"person": row.person_name, "room": row.room_name}
    if row.is_about_message:
        return _("A message of %(person)s in %(room)s") % names
    if row.room_name:
        return _("%(person)s, in %(room)s") % names
    return _("%(person)s, as a person") % names


def _choices(figures: Counts, show: str) -> list[Choice]:
    words = {
        "all": (_("All"), figures.waiting),
        "mine": (_("Mine"), figures.mine),
        "escalated": (_("Escalated"), figures.escalated),
        "decided": (_("Decided"), 0),
    }
    base = reverse("moderation:queue")
    return [
        Choice(
            text=text,
            href=base if key == "all" else f"{base}?{urlencode({'show': key})}",
            count=count,
            is_current=key == show,
        )
        for key, (text, count) in words.items()
    ]


def _due(row: QueueRow, at: dt.datetime) -> str:
    if row.is_overdue:
        return "late"
    return "soon" if at - row.opened_at > _SOON * (row.due_at - row.opened_at) else ""


def _age(age: dt.timedelta) -> str:
    minutes = int(age.total_seconds() // 60)
    if minutes < 1:
        return _("just now")
    if minutes < 60:  # noqa: PLR2004 - minutes in an hour
        return _("%(count)d min") % {"count": minutes}
    if minutes < 48 * 60:
        return _("%(count)d h") % {"count": minutes // 60}
    days = minutes // (24 * 60)
    return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}
