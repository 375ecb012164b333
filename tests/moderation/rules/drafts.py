"""Drafts and rules for the tests of the judging core: no database, no Django."""

import datetime as dt
from dataclasses import replace
from typing import Any

from moderation.rules.compile import RuleSet, compile_rules
from moderation.rules.conditions import RuleKind, RuleSpec
from moderation.rules.engine import evaluate
from rooms.seams import Draft, Outcome, RecentMessage, Verdict

NOW = dt.datetime(2026, 6, 1, 12, tzinfo=dt.UTC)
HERE, ELSEWHERE = 1, 2
DRAFT = Draft(
    room_id=HERE,
    author_id=7,
    body="",
    sent_at=NOW,
    author_age=30,
    author_is_new=False,
    author_is_exempt=False,
    screens_before=True,
)


def draft(body: str, *, recent: tuple[RecentMessage, ...] = (), **changes: Any) -> Draft:
    """A message by an adult in a room that is screened before."""
    return replace(DRAFT, body=body, recent=recent, **changes)


def said(*bodies: str, seconds_ago: int = 5, room_id: int = HERE) -> tuple[RecentMessage, ...]:
    """The author's last messages."""
    sent_at = NOW - dt.timedelta(seconds=seconds_ago)
    return tuple(RecentMessage(body, sent_at, room_id) for body in bodies)


def word(pattern: str, outcome: Outcome = Outcome.BLOCK, **changes: Any) -> RuleSpec:
    """A word rule that blocks."""
    return RuleSpec(RuleKind.WORD, pattern, outcome, severity=4, **changes)


def rules(*specs: RuleSpec) -> RuleSet:
    """These rules, as version 7."""
    return compile_rules(specs, version=7)


def verdict_on(body: str, *specs: RuleSpec, **changes: Any) -> Verdict:
    """What these rules say of a text."""
    return evaluate(draft(body, **changes), rules(*specs))


def outcome_of(body: str, *specs: RuleSpec, **changes: Any) -> Outcome:
    """What these rules would do about a text."""
    return verdict_on(body, *specs, **changes).outcome
