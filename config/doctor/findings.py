"""What a check says, and how one that fails itself is still a finding."""

import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How it is."""

    WELL = "well"
    LOOK = "look"  # it works; somebody should look at it some time
    WRONG = "wrong"  # somebody must do something


@dataclass(frozen=True, slots=True)
class Finding:
    """One line.

    Attributes:
        what: a few words that name it, the same in every run.
        is_so: what was found.
        do: what to do about it; empty where all is well.
    """

    what: str
    state: State
    is_so: str
    do: str = ""


Check = Callable[[], Iterator[Finding]]


def check(what: str, *, do: str) -> Callable[[Check], Check]:
    """A check that cannot be made is wrong itself: `do` says what to do then."""

    def decorate(function: Check) -> Check:
        @functools.wraps(function)
        def guarded() -> Iterator[Finding]:
            try:
                yield from function()
            except Exception as error:  # noqa: BLE001 - every other check is still made
                said = str(error).strip().splitlines() or [type(error).__name__]
                yield Finding(what, State.WRONG, said[0], do)

        return guarded

    return decorate


def well(what: str, is_so: str) -> Finding:
    """All is as it should be."""
    return Finding(what, State.WELL, is_so)


def look(what: str, is_so: str, do: str) -> Finding:
    """It works, and could be better."""
    return Finding(what, State.LOOK, is_so, do)


def wrong(what: str, is_so: str, do: str) -> Finding:
    """It does not work, or is not safe."""
    return Finding(what, State.WRONG, is_so, do)
