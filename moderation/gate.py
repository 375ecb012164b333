"""The judge that rooms asks before and after it stores a message: rooms.seams.Gate.

One for each process. The rules are compiled when their version changes, never while a message waits for a
verdict; what follows from a verdict is services/intake.py's.
"""

import datetime as dt
import threading
from collections.abc import Sequence
from dataclasses import replace

from common.clock import now
from moderation.company import company_of
from moderation.decisions import Meanwhile, meanwhile
from moderation.rules.compile import RuleSet, compile_rules
from moderation.rules.engine import evaluate
from moderation.selectors.pipeline import LATE_AFTER_S
from moderation.selectors.policies import all_specs, state_of_judging
from moderation.services.intake import take_in
from rooms.seams import Draft, Outcome, Recorded, Verdict

# While judging is late, a room of adults shows one message of each in so many seconds; the others wait.
SLOW_MODE_S = 10
_NO_ROOM = 0


class ModerationGate:
    """Screens by rules at once and has the rest assessed."""

    def __init__(self) -> None:
        self._rules: RuleSet | None = None
        self._made_at: dt.datetime | None = None
        self._pending_since: dt.datetime | None = None
        self._compiling = threading.Lock()

    @property
    def rules_version(self) -> int:
        """The version of the rules that are compiled; 0 where none are yet."""
        return self._rules.version if self._rules else 0

    def prepare(self) -> None:
        """One query; compiles the rules where there is a newer version of them."""
        state = state_of_judging()
        self._pending_since = state.pending_since
        with self._compiling:
            if self._rules is None or self._knows != (state.policy_version, state.made_at):
                self._rules = compile_rules(all_specs(), version=state.policy_version)
                self._made_at = state.made_at

    def screen(self, draft: Draft) -> Verdict:
        """What the rules say, and whether it must wait because judging is late. No input or output."""
        verdict = evaluate(draft, self._in_force())
        if verdict.outcome is Outcome.ALLOW and not draft.screens_before and self._must_wait(draft):
            return replace(verdict, waits=True)
        return verdict

    def recorded(self, messages: Sequence[Recorded]) -> None:
        """Have these assessed. Joins the caller's transaction."""
        take_in(messages)

    def screen_label(self, text: str) -> Verdict:
        """What the rules say of a room's name, topic or rules: words and links only."""
        self.prepare()
        draft = Draft(
            room_id=_NO_ROOM,
            author_id=0,
            body=text,
            sent_at=now(),
            author_age=None,
            author_is_new=False,
            author_is_exempt=True,  # pace is no matter here
            screens_before=True,
            nudged=True,
        )
        return evaluate(draft, self._in_force())

    @property
    def _knows(self) -> tuple[int, dt.datetime | None]:
        return self.rules_version, self._made_at

    def _must_wait(self, draft: Draft) -> bool:
        """The failure table, for a room that would show the message at once."""
        backlog_s = self._backlog_s(draft.sent_at)
        if backlog_s < LATE_AFTER_S:
            return False
        company = company_of(
            draft.body, author_is_new=draft.author_is_new, minors_may_read=draft.minors_may_read
        )
        match meanwhile(company, backlog_s=backlog_s, rules_passed=True):
            case Meanwhile.PUBLISH:
                return False
            case Meanwhile.SLOW:
                return _said_lately(draft)
            case _:
                return True

    def _backlog_s(self, at: dt.datetime) -> float:
        return (at - self._pending_since).total_seconds() if self._pending_since else 0.0

    def _in_force(self) -> RuleSet:
        if self._rules is None:
            raise RuntimeError("prepare() comes before screen()")
        return self._rules


def _said_lately(draft: Draft) -> bool:
    """Whether the author has just said something here: then this one waits."""
    return any(
        message.room_id == draft.room_id and (draft.sent_at - message.sent_at).total_seconds() < SLOW_MODE_S
        for message in draft.recent
    )
