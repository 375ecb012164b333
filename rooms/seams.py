"""What rooms asks of a judge before and after it stores a message: plain data and one protocol.

`settings.ROOMS_GATE` names the implementation (moderation/gate.py). No Django, no network here.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Outcome(StrEnum):
    """What the rules say, from mildest to strictest."""

    ALLOW = "allow"
    NUDGE = "nudge"
    HOLD = "hold"
    BLOCK = "block"


@dataclass(frozen=True, slots=True)
class Finding:
    """A mark by a rule or a classifier, with its evidence.

    Attributes:
        source: "rule" or "classifier".
        label: the rule's kind or the classifier's label.
        detail: what fired, for moderators: the listed term, the domain, "12 messages in 60 s".
        score: the classifier's, in [0, 1].
        span: start and end in code points of the original text.
        severity: 1 (mild) to 4 (gravest).
    """

    source: str
    label: str
    detail: str
    score: float | None = None
    span: tuple[int, int] | None = None
    severity: int = 1


@dataclass(frozen=True, slots=True)
class RecentMessage:
    """One of the author's own last messages, in any room."""

    body: str
    sent_at: dt.datetime
    room_id: int


@dataclass(frozen=True, slots=True)
class Draft:
    """A message not stored yet, with all that a rule may look at.

    Attributes:
        author_age: whole years; None is unknown and counts as a child.
        author_is_new: on probation.
        author_is_exempt: a moderator: flood and repeat rules do not apply.
        screens_before: the room's screening mode in force.
        nudged: the author has seen a nudge and sends the text again.
        recent: at most 10 messages of the last 2 minutes, newest last.
        minors_may_read: someone under 18 may be a member, so rules for minors' company hold.
    """

    room_id: int
    author_id: int
    body: str
    sent_at: dt.datetime
    author_age: int | None
    author_is_new: bool
    author_is_exempt: bool
    screens_before: bool
    nudged: bool = False
    recent: tuple[RecentMessage, ...] = ()
    is_edit: bool = False
    minors_may_read: bool = True


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rules say of a draft, and which version of them said it.

    Attributes:
        waits: it is shown only once it is cleared, also where messages are screened after: judging is late.
    """

    outcome: Outcome
    findings: tuple[Finding, ...]
    rules_version: int
    waits: bool = False


@dataclass(frozen=True, slots=True)
class Recorded:
    """A message just stored (or edited), to be assessed: ids, its text's version, what the rules said."""

    message_id: int
    text_version: int
    room_id: int
    author_id: int
    verdict: Verdict


class Gate(Protocol):
    """The judge. An exception from `prepare` or `screen` means hold, never clean."""

    def prepare(self) -> None:
        """Once a batch, before screening: take newer rules in where there are any. May read the database."""

    def screen(self, draft: Draft) -> Verdict:
        """Judge a draft before it is stored. No input or output; never slow."""

    def recorded(self, messages: Sequence[Recorded]) -> None:
        """Inside the transaction that stored them: insert what is to be assessed, open cases."""

    def screen_label(self, text: str) -> Verdict:
        """Judge a room's name, topic or rules: words and links only."""
