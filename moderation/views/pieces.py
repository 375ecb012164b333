"""A text cut into stretches, so that a template can mark the words in question without building HTML.

Called by views/pane.py and views/tried.py.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text; marked where a finding rests on it."""

    text: str
    is_marked: bool


def pieces_of(text: str, spans: Iterable[tuple[int, int]]) -> list[Piece]:
    """The text cut at the spans (start and end in code points); overlapping ones become one."""
    return list(_cut(text, sorted(spans)))


def _cut(text: str, spans: list[tuple[int, int]]) -> Iterator[Piece]:
    at = 0
    for start, end in spans:
        if start > at:
            yield Piece(text[at:start], is_marked=False)
        if end > at:
            yield Piece(text[max(start, at) : end], is_marked=True)
        at = max(at, end)
    if at < len(text):
        yield Piece(text[at:], is_marked=False)
