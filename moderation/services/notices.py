"""Telling people: that a statement was read, what became of their reports. Statements are enforcement.py's.

Reading them is selectors/notices.py.
"""

from collections.abc import Iterable

from accounts.models import Person
from common.clock import now
from moderation.models import Action, Case, Report, ReportOutcome, StatementOfReasons
from moderation.selectors.notices import notices_for, unread_for, unread_for_each
from rooms import fanout

__all__ = [
    "mark_notice_read",
    "mark_outcomes_read",
    "notices_for",
    "notify",
    "take_back_outcomes",
    "tell_of_change",
    "tell_reporters",
    "unread_for",
]

_FOUND_NOTHING = frozenset({Action.DISMISS, Action.RELEASE, Action.RESTORE})


def mark_notice_read(*, statement: StatementOfReasons, person: Person) -> None:
    """Remember that this person has opened a statement about them. Another's is left alone."""
    StatementOfReasons.objects.filter(pk=statement.pk, person=person, read_at=None).update(read_at=now())


def mark_outcomes_read(*, person: Person) -> None:
    """Remember that this person has seen what became of their reports."""
    seen = Report.objects.filter(reporter=person, outcome_seen_at=None).exclude(outcome="")
    seen.update(outcome_seen_at=now())


def notify(person_ids: Iterable[int]) -> None:
    """Tell these people's open pages, once this is committed, how much there is unread for them now."""
    wanted = set(person_ids)
    unread = unread_for_each(wanted) if wanted else {}
    for person_id in wanted:
        fanout.notice_on_commit(person_id, unread=unread[person_id])


def tell_reporters(case: Case, *, action: Action) -> None:
    """Tell everybody who reported this what came of it, and no more. Joins the caller's transaction."""
    outcome = ReportOutcome.NO_ACTION if action in _FOUND_NOTHING else ReportOutcome.ACTED
    _tell(case, outcome)


def tell_of_change(case: Case) -> None:
    """Tell the reporters that what was done was changed after an objection. Joins the transaction."""
    _tell(case, ReportOutcome.CHANGED)


def take_back_outcomes(case: Case) -> None:
    """The case is undecided again: its reporters wait again. Joins the caller's transaction."""
    Report.objects.filter(case=case).update(outcome="", outcome_at=None, outcome_seen_at=None)


def _tell(case: Case, outcome: ReportOutcome) -> None:
    reports = Report.objects.filter(case=case)
    reports.update(outcome=outcome, outcome_at=now(), outcome_seen_at=None)
    notify(reports.values_list("reporter_id", flat=True))
