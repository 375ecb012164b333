"""All places in a draft where a reader would read a listed word: every reading, and over several messages.

Chooses the readings (each more costs a pass, so each has its trigger), joins the author's last messages to
this one, and leaves out what an exception covers. engine.py decides what a hit leads to.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from moderation.rules.ambiguous import ambiguous
from moderation.rules.characters import MIRRORED, TURNED, is_turned
from moderation.rules.compile import Scope
from moderation.rules.decode import drawn, hidden, rendered
from moderation.rules.normalise import (
    LEET_SYMBOLS,
    LOOK_AT_LETTERS,
    LOOK_AT_LETTERS_AND_DIGITS,
    Reading,
    Source,
    may_hold,
    read,
    source_of,
)
from moderation.rules.words import Certainty, Hit
from rooms.seams import Draft

_WINDOW = 60  # characters on either side of the cut between two messages: longer than any listed word
_CUT = "."  # between two messages: a separator, and no space
_SIGNS = frozenset(LEET_SYMBOLS)
_HAS_SIGNS = re.compile(r"[^\W_][@$!|+(<{]+[^\W_]|[@$!|+(<{].{1,3}[@$!|+(<{]", re.DOTALL)
_HAS_DIGITS = re.compile(r"[^\W\d_][\W_]{0,3}\d|\d[\W_]{0,3}[^\W\d_]")


def find_words(draft: Draft, scopes: Iterable[Scope]) -> list[Hit]:
    """Every hit of the scopes' terms in a draft, the surest for each term and place."""
    scopes = [scope for scope in scopes if scope.terms]
    if not scopes:
        return []
    source = source_of(draft.body)
    readings = list(_readings(source))
    window = _window(draft)
    hits: list[Hit] = []
    for scope in scopes:
        own = [hit for reading, most in readings for hit in _hits(scope, reading, most)]
        own += scope.signs.find(source)
        if window is not None:
            own += _across(scope, window, _cut(draft))
        near = [*scope.near.find(read(source, LOOK_AT_LETTERS)), *scope.near.find_masked(source)]
        own += [miss for miss in near if not any(_touch(miss.span, hit.span) for hit in own)]
        hits += _without_excused(own)
    return _surest(hits)


def _hits(scope: Scope, reading: Reading, most: Certainty) -> Iterator[Hit]:
    how = (reading.source.how,) if reading.source.how else ()
    for hit in scope.words.find(reading):
        sure = hit.certainty <= most and not how
        yield hit if sure else replace(hit, certainty=min(hit.certainty, most), how=(*how, *hit.how))


def _readings(source: Source) -> Iterator[tuple[Reading, Certainty]]:
    """Every way in which a person might read the source, with how sure a find in it can be at most."""
    yield read(source), Certainty.CERTAIN
    for other in _other_sources(source):
        yield read(other), Certainty.DISGUISED
    text = source.text
    if may_hold(text, _SIGNS) and _HAS_SIGNS.search(text):
        yield read(source, LOOK_AT_LETTERS_AND_DIGITS), Certainty.DISGUISED
    if _HAS_DIGITS.search(text):
        yield read(source, LOOK_AT_LETTERS), Certainty.DISGUISED
    if not text.isascii():
        if (either := ambiguous(source)) is not None:
            yield read(either), Certainty.DISGUISED
        if any(map(is_turned, text)):
            yield read(source, TURNED, backwards=True), Certainty.DISGUISED
            yield read(source, MIRRORED, backwards=True), Certainty.DISGUISED
    for decoded in hidden(source):
        yield read(decoded), Certainty.FLAGGED


def _other_sources(source: Source) -> Iterator[Source]:
    shown = rendered(source)
    if shown is not source:
        yield shown
    for text in {id(s): s for s in (source, shown)}.values():
        if (combined := drawn(text)) is not text:
            yield combined


def _before(draft: Draft) -> str:
    """The end of what the author just said in this room."""
    said = [message.body for message in draft.recent if message.room_id == draft.room_id]
    return _CUT.join(said)[-_WINDOW:] if said and not draft.is_edit else ""


def _cut(draft: Draft) -> int:
    """Where this message begins in the window."""
    before = _before(draft)
    return len(before) + len(_CUT)


def _window(draft: Draft) -> Reading | None:
    """The author's last words in this room and this message's first, read as one text."""
    before = _before(draft)
    if not before:
        return None
    after = draft.body[:_WINDOW]
    earlier = len(before) + len(_CUT)
    text = source_of(before + _CUT + after).text
    starts = [*[0] * earlier, *range(len(after))]
    ends = [*[0] * earlier, *range(1, len(after) + 1)]
    return read(Source(text, starts, ends, "over several messages"))


def _across(scope: Scope, window: Reading, cut: int) -> Iterator[Hit]:
    """Hits that begin in an earlier message and end in this one, one of the two being nothing else."""
    for hit in scope.words.find(window):
        if hit.first >= cut - len(_CUT) or hit.last < cut or hit.certainty is Certainty.FLAGGED:
            continue
        text = window.source.text
        before, after = text[: hit.first], text[hit.last + 1 :]
        is_alone_before = not before or before[-1] == _CUT
        is_alone_after = not after.strip(" .!?") and len(text) - cut < _WINDOW
        if is_alone_before or is_alone_after:
            yield replace(hit, certainty=Certainty.DISGUISED, how=(window.source.how,))


def _without_excused(hits: Iterable[Hit]) -> list[Hit]:
    """The hits that no exception of their rule covers."""
    hits = list(hits)
    excuses = [hit for hit in hits if hit.term.excuses]
    if not excuses:
        return hits
    return [
        hit
        for hit in hits
        if not hit.term.excuses
        and not any(e.term.rule == hit.term.rule and _covers(e.span, hit.span) for e in excuses)
    ]


def _covers(outer: tuple[int, int], inner: tuple[int, int]) -> bool:
    return outer[0] <= inner[0] and inner[1] <= outer[1]


def _touch(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _surest(hits: Iterable[Hit]) -> list[Hit]:
    """One hit for each rule and place: several listed words may be read in one disguise."""
    best: dict[tuple[int, tuple[int, int]], Hit] = {}
    for hit in hits:
        place = (hit.term.rule, hit.span)
        if place not in best or hit.certainty > best[place].certainty:
            best[place] = hit
    return sorted(best.values(), key=lambda hit: hit.span)
