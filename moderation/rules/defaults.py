"""The rules that hold where an administrator has changed nothing, from the bundled lists (lists/SOURCES.md).

Why they do what they do. Block only what needs no human: a known phishing address, a flood, a text beyond
all measure; the author is told and can send again. Hold what must not be seen before someone has looked:
slurs, threats, abuse of children, and in minors' company sexual words. Nudge what the author can mend:
swearing where minors may be. Swearing among adults passes.
"""

from functools import cache
from pathlib import Path

from moderation.rules.compile import RuleSet, compile_rules
from moderation.rules.conditions import LOOK_ALIKE, Audience, RuleKind, RuleSpec
from rooms.seams import Outcome

_LISTS = Path(__file__).parent / "lists"
LONGEST_MESSAGE = 4000  # characters; settings.MESSAGE_MAX_LENGTH, which refuses before rules are asked
# Nobody types faster for long: 10 messages in 10 s. Discourse allows 20 to 40 a minute, Matrix's bots 10.
FLOOD = "10/10"
# The third time the same within a minute is one too many.
REPEAT = "2/60"


def _entries(name: str) -> str:
    return (_LISTS / name).read_text("utf-8")


@cache
def default_specs() -> tuple[RuleSpec, ...]:
    """The default rules, as they would be written by an administrator."""
    excepted = tuple(_entries("exceptions.txt").splitlines())
    return (
        RuleSpec(RuleKind.LENGTH, str(LONGEST_MESSAGE), Outcome.BLOCK, severity=1),
        RuleSpec(RuleKind.FLOOD, FLOOD, Outcome.BLOCK, severity=1),
        RuleSpec(RuleKind.REPEAT, REPEAT, Outcome.BLOCK, severity=1),
        RuleSpec(RuleKind.LINK, _entries("hosts.txt"), Outcome.BLOCK, severity=3),
        RuleSpec(RuleKind.LINK, LOOK_ALIKE, Outcome.HOLD, severity=3),
        RuleSpec(RuleKind.WORD, _entries("grave.txt"), Outcome.HOLD, severity=4, exceptions=excepted),
        RuleSpec(RuleKind.WORD, _entries("slurs.txt"), Outcome.HOLD, severity=3, exceptions=excepted),
        RuleSpec(
            RuleKind.WORD,
            _entries("sexual.txt"),
            Outcome.HOLD,
            severity=2,
            exceptions=excepted,
            audience=Audience.MINORS,
        ),
        RuleSpec(
            RuleKind.WORD,
            _entries("profanity.txt"),
            Outcome.NUDGE,
            severity=1,
            exceptions=excepted,
            audience=Audience.MINORS,
        ),
    )


@cache
def default_rules() -> RuleSet:
    """The default rules compiled, as version 0: for judging where there is no database."""
    return compile_rules(default_specs(), version=0)
