"""Which gate judges messages: `settings.ROOMS_GATE`, made once a process.

The open gate is for tests of rooms alone; production with it, or with none, is a failed system check.
"""

from collections.abc import Sequence
from functools import cache
from typing import cast

from django.conf import settings
from django.utils.module_loading import import_string

from rooms.seams import Draft, Gate, Outcome, Recorded, Verdict

OPEN_GATE = "rooms.gates.OpenGate"


class OpenGate:
    """Lets everything through and assesses nothing: where others wait for clearance, a test gives it."""

    def prepare(self) -> None:
        """Nothing to take in."""

    def screen(self, draft: Draft) -> Verdict:  # noqa: ARG002 - the seam's signature
        """Always ALLOW."""
        return Verdict(Outcome.ALLOW, (), rules_version=0)

    def recorded(self, messages: Sequence[Recorded]) -> None:
        """Nothing is assessed."""

    def screen_label(self, text: str) -> Verdict:  # noqa: ARG002 - the seam's signature
        """Always ALLOW."""
        return Verdict(Outcome.ALLOW, (), rules_version=0)


def gate() -> Gate:
    """The one in force."""
    return _made(settings.ROOMS_GATE)


def may_be_shown(name: str) -> bool:
    """Whether the gate has nothing grave against what somebody wants to be called: settings.NAME_JUDGE."""
    return gate().screen_label(name).outcome in {Outcome.ALLOW, Outcome.NUDGE}


@cache
def _made(path: str) -> Gate:
    return cast(Gate, import_string(path)())
