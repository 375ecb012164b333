"""What a human's decision says about the classifier's labels, and what it leaves open. Pure.

Callers: selectors/judged.py for every decided text. docs/models.md says it in words.
"""

from collections.abc import Collection
from enum import StrEnum

from moderation.decisions import DEFAULT_THRESHOLDS
from moderation.labels import policy_for

LABELS = tuple(DEFAULT_THRESHOLDS)

# What a text certainly is that breaks a policy. A policy that is not here says nothing about any label.
_IMPLIED = {
    "harassment": ("toxicity",),
    "threat": ("toxicity", "threat"),
    "hate": ("toxicity", "identity_attack"),
    "sexual_content": ("sexual_explicit",),
}


class Outcome(StrEnum):
    """What the last human who looked made of a text."""

    UPHELD = "upheld"  # it breaks a policy
    HARMLESS = "harmless"  # it breaks none: dismissed, shown again, or an objection was right


def truth_of(
    outcome: Outcome, *, policy: str, found: Collection[str], reported: Collection[str]
) -> dict[str, int]:
    """The labels that are known of a text, 1 or 0; a label that is not in it stays unknown.

    `policy` is the key of the policy that it was held against; `found` are the labels that the classifier had
    found and the moderator was shown; `reported` the keys of the policies that members had reported it under.
    """
    if outcome is Outcome.HARMLESS:
        return dict.fromkeys(_in_order({*found, *_implied_by(reported)}), 0)
    shown = {label for label in found if policy_for(label) == policy}
    return dict.fromkeys(_in_order({*shown, *_implied_by([policy])}), 1)


def _implied_by(policies: Collection[str]) -> set[str]:
    return {label for policy in policies for label in _IMPLIED.get(policy, ())}


def _in_order(labels: set[str]) -> list[str]:
    return [label for label in LABELS if label in labels]
