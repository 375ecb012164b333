"""Reads over moderation's rows. One subject a file; the names that pages use are offered here."""

from moderation.selectors.appeals import open_appeals
from moderation.selectors.notices import Notices, can_object, judged_text, notices_for, unread_for
from moderation.selectors.people import PersonHistory, person_history, sanctions_in_force, strike_weight
from moderation.selectors.policies import policies_in_force, policy_version
from moderation.selectors.queue import (
    CaseDetail,
    Counts,
    QueueRow,
    case_detail,
    case_for,
    counts,
    queue_for,
)

__all__ = [
    "CaseDetail",
    "Counts",
    "Notices",
    "PersonHistory",
    "QueueRow",
    "can_object",
    "case_detail",
    "case_for",
    "counts",
    "judged_text",
    "notices_for",
    "open_appeals",
    "person_history",
    "policies_in_force",
    "policy_version",
    "queue_for",
    "sanctions_in_force",
    "strike_weight",
    "unread_for",
]
