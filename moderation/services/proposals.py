"""Applying what is proposed: by an administrator, with a reason, by the service of a change by hand."""

import datetime as dt
from collections.abc import Collection
from dataclasses import asdict

from django.db import transaction

from accounts.models import Person
from common.errors import Code, Refused
from moderation.decisions import Levels
from moderation.models import Threshold
from moderation.permissions import refusal_to_administer
from moderation.proposing import Proposal
from moderation.selectors.proposals import Proposals, Proposed, proposals_since
from moderation.services.policies import Why, save_threshold

REASON_MAX = 500


def apply_proposals(
    *, wanted: dict[str, Levels], since: dt.datetime, by: Person, reason: str
) -> Collection[str]:
    """Set what is proposed for these labels, for the whole site; gives the labels.

    `wanted` is what the administrator has read, by label. It is worked out again: where decisions made since
    have changed any of it, nothing is applied.

    Refuses: NOT_ALLOWED, REASON_MISSING, TOO_LONG, FIGURES_CHANGED. Begins a transaction for each label, so
    that the audit log's head is the last lock of each.
    """
    if refusal := refusal_to_administer(by):
        raise refusal
    reason = reason.strip()
    if not reason:
        raise Refused(Code.REASON_MISSING)
    if len(reason) > REASON_MAX:
        raise Refused(Code.TOO_LONG, limit=REASON_MAX)
    found = proposals_since(since)
    current = {one.label: one for one in found.changes}
    if not wanted or any(
        label not in current or current[label].proposal.proposed != levels for label, levels in wanted.items()
    ):
        raise Refused(Code.FIGURES_CHANGED)
    for label in wanted:
        _apply(current[label], found, by, reason)
    return wanted.keys()


@transaction.atomic
def _apply(one: Proposed, found: Proposals, by: Person, reason: str) -> None:
    proposal = one.proposal
    row = Threshold.objects.filter(label=one.label, room=None, age_band=None).first()
    row = row or Threshold(label=one.label)
    for step in proposal.steps:
        setattr(row, step.level, step.after)
    save_threshold(threshold=row, by=by, why=Why(reason=reason, evidence=_evidence(proposal, found)))


def _evidence(proposal: Proposal, found: Proposals) -> dict[str, object]:
    """What it rested on, for the record: counts and levels, no text and nobody's id."""
    return {
        "since": found.since.isoformat(),
        "model": " ".join(found.model),
        "decided": proposal.decided,
        "steps": [asdict(step) for step in proposal.steps],
    }
