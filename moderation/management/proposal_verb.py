"""`manage.py model proposal`: what the moderators' decisions say about the thresholds. It only says it."""

import argparse
from collections.abc import Callable
from typing import Any

from moderation.labels import words_for
from moderation.management.moments import moment
from moderation.proposal_words import (
    changes_in_words,
    effect_in_words,
    evidence_in_words,
    levels_in_words,
    step_in_words,
    why_nothing,
)
from moderation.selectors.proposals import Proposed, proposals_since

Write = Callable[[str], object]


def add_arguments(verb: argparse.ArgumentParser) -> None:
    """Since when."""
    verb.add_argument("--since", type=moment, default="90d", help="a date, or 7d: seven days ago (90d)")


def propose(options: dict[str, Any], write: Write) -> None:
    """A paragraph a label."""
    found = proposals_since(options["since"])
    write(
        f"{found.decided} decided texts that {' '.join(found.model) or 'a model'} had scored "
        f"({found.reported} known by reports alone; {found.others} scored otherwise are left out)."
    )
    for one in found.labels:
        for line in _lines(one):
            write(line)
    if found.changes:
        write("Nothing is applied here: an administrator does that on the page Thresholds, Proposals.")
    write("Nobody looked at what scored below the review figure unless it was reported: more was missed.")


def _lines(one: Proposed) -> list[str]:
    head = f"{words_for(one.label)} ({one.label}), now {levels_in_words(one.proposal.now)}"
    if one.effect is None:
        return [f"{head}: {why_nothing(one.proposal)}"]
    moves = [f"  {step_in_words(step)}. {evidence_in_words(step)}" for step in one.proposal.steps]
    effect = [f"  {line}" for line in (*changes_in_words(one.effect.changed), *effect_in_words(one.effect))]
    return [f"{head}:", *moves, *effect]
