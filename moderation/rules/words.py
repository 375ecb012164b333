"""Finds listed words however they are written: one automaton over a reading's key, then a close look.

A Hit is a place where a reader would read a Term, with how sure that is. What a hit leads to is engine.py's.
A disguise that is itself an ordinary word is none.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise

import regex
from ahocorasick_rs import AhoCorasick

from moderation.rules.characters import I_OR_L, LOOK, PLAIN
from moderation.rules.normalise import Letters, Reading, Source
from moderation.rules.ordinary import are_ordinary, is_ordinary
from moderation.rules.scripts import is_foreign
from moderation.rules.terms import Term, keys


class Certainty(IntEnum):
    """How sure it is that a reader reads the listed word."""

    FLAGGED = 1  # only a willing reader does: backwards, encoded, a letter off
    DISGUISED = 2  # letters replaced, repeated or spaced out, but readable
    CERTAIN = 3  # as listed but for case, width, accents, unseen characters, look-alikes


@dataclass(frozen=True, slots=True)
class Hit:
    """A place where a term is read: its span in the message, its first and last character in the source."""

    term: Term
    span: tuple[int, int]
    certainty: Certainty
    how: tuple[str, ...]
    first: int
    last: int


_LOOKALIKE, _LEET, _STROKE, _REPEAT = 1, 2, 4, 8
_HOW = {
    _LOOKALIKE: "look-alike letters",
    _LEET: "digits or signs for letters",
    _STROKE: "i and l exchanged",
    _REPEAT: "repeated letters",
}
_SPACED = "spaced out"
_UNSPACED_SCRIPT = regex.compile(
    r"[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]"
)


class WordFinder:
    """Finds many terms in a reading at once. Immutable."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self._terms: dict[str, list[Term]] = {}
        for term in terms:
            for key in keys(term):
                self._terms.setdefault(key, []).append(term)
        self._by_index = list(self._terms.values())
        self._automaton = AhoCorasick(list(self._terms)) if self._terms else None

    def find(self, reading: Reading) -> Iterator[Hit]:
        """Every term that a reader reads there, exceptions among them."""
        if self._automaton is None:
            return
        for index, first, _ in self._automaton.find_matches_as_indexes(reading.key, overlapping=True):
            for term in self._by_index[index]:
                if hit := _look_closely(term, reading, first):
                    yield hit


@dataclass(frozen=True, slots=True)
class _Seen:
    """A source and the letters read in it."""

    source: Source
    letters: Letters

    def place(self, start: int, end: int) -> tuple[int, int]:
        """The characters of the source, both included, in which letters [start, end) are read."""
        first, last = self.letters.at[start], self.letters.at[end - 1]
        return min(first, last), max(first, last)


@dataclass(slots=True)
class _Alignment:
    """A term laid along the letters of a reading, from `start` to `end`.

    Attributes:
        flags: what it took, or-ed together.
        sure: how many letters are the wanted ones or look-alikes of them.
        breaks: where separators stand that the term has too.
        crossed: where others stand inside it.
    """

    start: int
    end: int
    flags: int
    sure: int
    breaks: list[int]
    crossed: list[int]


def _look_closely(term: Term, reading: Reading, first: int) -> Hit | None:
    source = reading.source
    seen = _Seen(source, reading.letters)
    for start in _starts(term, seen.letters, first):
        if not (term.opens or _is_edge(seen, start - 1, start)):
            continue
        laid = _align(term, seen, start)
        if laid is None or not (term.closes or _is_edge(seen, laid.end, laid.end - 1)):
            continue
        certainty = _certainty(term, seen, laid)
        if certainty is not None:
            first_at, last_at = seen.place(laid.start, laid.end)
            span = source.span(first_at, last_at)
            return Hit(term, span, certainty, _how(term, laid), first_at, last_at)
    return None


def _starts(term: Term, letters: Letters, first: int) -> list[int]:
    """Where in the run of the term's first letter the word may begin: a run may span two words."""
    run_start = letters.runs[first]
    run_end = letters.runs[first + 1] if first + 1 < len(letters.runs) else len(letters.text)
    if run_end - run_start == 1:
        return [run_start]
    latest = max(run_start, run_end - term.first_run)
    after_gap = next((i for i in range(latest, run_start, -1) if letters.gaps[i]), run_start)
    return list(dict.fromkeys((latest, after_gap, run_start)))


def _align(term: Term, seen: _Seen, start: int) -> _Alignment | None:
    laid = _Alignment(start, start, 0, 0, [], [])
    done = 0
    gaps = seen.letters.gaps
    for position in range(start, len(gaps)):
        step = _step(term.letters, done, seen, position, closes=term.closes)
        if step is None:
            break
        flag, forward = step
        if gaps[position] and position > start:
            (laid.breaks if forward and done in term.breaks else laid.crossed).append(position)
        done += forward
        laid.flags |= flag
        laid.sure += flag in {0, _LOOKALIKE}
        laid.end = position + 1
    return laid if done == len(term.letters) else None


def _step(wanted: str, done: int, seen: _Seen, position: int, *, closes: bool) -> tuple[int, bool] | None:
    """What it takes to read on at a letter, and whether that goes forward or repeats; None ends the word."""
    again = _same(seen, position, wanted[done - 1]) if done else None
    if done == len(wanted):
        return None if closes or seen.letters.gaps[position] or again != 0 else (_REPEAT, False)
    forward = _same(seen, position, wanted[done])
    if forward == 0:
        return 0, True
    if again == 0:
        return _REPEAT, False
    if forward is not None:
        return forward, True
    return None if again is None else (again | _REPEAT, False)


def _same(seen: _Seen, position: int, wanted: str) -> int | None:
    """0 when the letter there is the wanted one, a flag when it only looks like it, None when not."""
    written = seen.source.text[seen.letters.at[position]]
    letter = seen.letters.text[position]
    is_turned = written.isascii() and written.isalpha() and letter != written.lower()
    if written.lower() == wanted and not is_turned:
        return 0
    if letter == wanted and wanted in PLAIN.of(written):
        return 0
    if written.isascii() and written.isalpha():
        return _same_as_letter(written.lower(), letter, wanted)
    if letter == wanted or (letter == I_OR_L and wanted in "il1"):
        return _LEET if written.isascii() else _LOOKALIKE
    return None


def _same_as_letter(written: str, letter: str, wanted: str) -> int | None:
    """The same for an ASCII letter: turned round, i for l, or standing for one of another script."""
    if letter == wanted or (not wanted.isascii() and LOOK.of(wanted) == letter):
        return _LOOKALIKE
    return _STROKE if {written, wanted} == {"i", "l"} else None


def _is_edge(seen: _Seen, outside: int, inside: int) -> bool:
    """Whether a word may begin or end between two neighbouring letters."""
    letters = seen.letters
    if outside < 0 or outside >= len(letters.text) or letters.gaps[max(outside, inside)]:
        return True
    text = seen.source.text
    within, without = text[letters.at[inside]], text[letters.at[outside]]
    if _UNSPACED_SCRIPT.match(within):
        return True
    if _is_letter(without):
        first, then = (within, without) if outside > inside else (without, within)
        return first.islower() and then.isupper()  # camelCase
    return _is_letter(within) or not without.isalnum()


def _is_letter(character: str) -> bool:
    """Letters, and the vowel signs that some scripts write as marks."""
    return character.isalpha() or unicodedata.category(character)[0] == "M"


def _certainty(term: Term, seen: _Seen, laid: _Alignment) -> Certainty | None:
    changed = laid.flags & ~_LOOKALIKE
    if (laid.flags & _LOOKALIKE or seen.source.message) and _is_foreign(seen, laid):
        return None
    if term.how:
        return Certainty.FLAGGED if _is_believable_form(term, seen, laid) else None
    if laid.flags & _LEET and not _is_believable_leet(term, seen, laid):
        return None
    if laid.crossed:
        return Certainty.DISGUISED if _is_spelled_out(seen, laid) else None
    joined = term.breaks and not laid.breaks
    if (changed or joined or seen.source.message) and are_ordinary(_as_written(seen, laid)):
        return None
    return Certainty.DISGUISED if changed else Certainty.CERTAIN


def _is_foreign(seen: _Seen, laid: _Alignment) -> bool:
    return is_foreign(_as_written(seen, laid), seen.source.message or seen.source.text)


def _as_written(seen: _Seen, laid: _Alignment) -> str:
    return seen.source.written(*seen.place(laid.start, laid.end))


def _is_believable_form(term: Term, seen: _Seen, laid: _Alignment) -> bool:
    """Backwards and the like: nearly all letters as they are, and in one piece or letter by letter."""
    if laid.flags & _STROKE or laid.sure * 3 < len(term.letters) * 2:
        return False
    if laid.crossed:
        return len(laid.crossed) == laid.end - laid.start - 1
    return not are_ordinary(_as_written(seen, laid))


def _is_believable_leet(term: Term, seen: _Seen, laid: _Alignment) -> bool:
    """Letters enough among the digits, or signs: "455" is a number, "a55" and "@$$" are words."""
    length = len(term.letters)
    if laid.crossed:
        return laid.sure * 2 >= length
    signs = sum(not c.isalnum() for c in _as_written(seen, laid))
    return laid.sure * 3 >= length or (laid.sure + signs) * 2 >= length


def _is_spelled_out(seen: _Seen, laid: _Alignment) -> bool:
    """Whether separators inside it were put in to split it: the pieces are no words by themselves."""
    cuts = sorted({laid.start, laid.end, *laid.breaks, *laid.crossed})
    pieces = [seen.letters.text[a:b] for a, b in pairwise(cuts)]
    singles = [piece for piece in pieces if len(piece) == 1]
    if len(singles) >= 2 or (singles and len(pieces) > 2):  # noqa: PLR2004
        return True
    unknown = [piece for piece in pieces if len(piece) > 1 and not is_ordinary(piece)]
    if len(unknown) >= 2 or any(len(piece) > 2 for piece in unknown):  # noqa: PLR2004 - "ls", "rm", "dd" are no words
        return True
    return not any(_has_space(seen, position) for position in laid.crossed)


def _has_space(seen: _Seen, position: int) -> bool:
    first, last = seen.place(position - 1, position + 1)
    return any(c.isspace() for c in seen.source.text[first : last + 1])


def _how(term: Term, laid: _Alignment) -> tuple[str, ...]:
    named = [words for flag, words in _HOW.items() if laid.flags & flag]
    if laid.crossed:
        named.append(_SPACED)
    return (*((term.how,) if term.how else ()), *named)
