"""Readings of a text: the letters that a person would see in it, each with its place in the original.

A Source is a text and where its characters stand in the message; a Reading is what one table of
characters.py makes of it. All functions are linear, total (any str, lone surrogates too) and pure.
words.py looks for listed words in readings; decode.py makes further sources.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, compress, repeat
from operator import eq, ne

from moderation.rules.characters import GAP, I_OR_L, LOOK, PLAIN, Table

LEET_SYMBOLS = "@$!|+(<{"
_SURROGATE = re.compile("[\ud800-\udfff]")
# The same look, where symbols (and digits) between letters separate them instead of standing for letters.
LOOK_AT_LETTERS_AND_DIGITS = Table(lambda c: GAP if c in LEET_SYMBOLS else LOOK.of(c))
LOOK_AT_LETTERS = Table(lambda c: GAP if c in LEET_SYMBOLS or c.isdigit() else LOOK.of(c))


@dataclass(frozen=True, slots=True)
class Source:
    """A text to read.

    Attributes:
        text: what is read.
        starts: for each of its characters, where it begins in the message; None when it is the message.
        ends: where it ends there.
        how: in words, what was done to the message to get this text.
        message: the message; empty when it is the text itself.
    """

    text: str
    starts: Sequence[int] | None = None
    ends: Sequence[int] | None = None
    how: str = ""
    message: str = ""

    def written(self, first: int, last: int) -> str:
        """What stands in the message where characters `first` to `last` were read."""
        start, end = self.span(first, last)
        return (self.message or self.text)[start:end]

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Where characters `first` to `last` (both included) stand in the message."""
        if self.starts is None or self.ends is None:
            return first, last + 1
        return self.starts[first], self.ends[last]


@dataclass(frozen=True)
class Reading:
    """The letters seen in a source, in reading order. Where they stand is worked out only once asked for.

    Attributes:
        table: through which the source is read.
        backwards: from its end to its beginning.
        text: lower-case letters and digits, with gaps where separators stand.
        key: the letters without gaps, repeats collapsed, i and l as one: what automatons look through.
    """

    source: Source
    table: Table
    backwards: bool
    text: str
    key: str

    @cached_property
    def words(self) -> list[str]:
        """The stretches of letters between gaps."""
        return self.text.split()

    @cached_property
    def letters(self) -> "Letters":
        """Each letter and where it stands."""
        is_one_to_one = len(self.text) == len(self.source.text) and not self.backwards
        if is_one_to_one and self.source.text.isascii():
            return _letters_one_to_one(self.text)
        return _letters(self)


@dataclass(frozen=True, slots=True)
class Letters:
    """The letters of a reading one by one; the lists run parallel to `text`, except `runs`.

    Attributes:
        text: the letters, separators left out.
        at: the index in the source of the character that the letter was read from.
        gaps: whether a separator (or the text's edge) stands before it.
        runs: for each character of the reading's key, the index of its first letter.
    """

    text: str
    at: Sequence[int]
    gaps: Sequence[bool]
    runs: Sequence[int]

    @property
    def words(self) -> list[tuple[int, int]]:
        """The reading's words, as [start, end) of letters."""
        starts = [index for index, gap in enumerate(self.gaps) if gap]
        return list(zip(starts, [*starts[1:], len(self.text)], strict=True)) if starts else []


def may_hold(text: str, signs: frozenset[str]) -> bool:
    """False: none of these ASCII characters is in the text, nor any beyond ASCII. Quicker than a search."""
    return not text.isascii() or not signs.isdisjoint(text)


def source_of(message: str) -> Source:
    """The message itself, lone surrogates (which no library takes) replaced one for one."""
    return Source(_SURROGATE.sub("\ufffd", message) if not message.isascii() else message)


def read(source: Source, table: Table = LOOK, *, backwards: bool = False) -> Reading:
    """Read a source through a table of characters."""
    text = table.of(source.text)
    if backwards:
        text = text[::-1]
    return Reading(source, table, backwards, text, key_of(text))


def _letters(reading: Reading) -> Letters:
    source = reading.source.text
    positions = range(len(source) - 1, -1, -1) if reading.backwards else range(len(source))
    letters: list[str] = []
    at: list[int] = []
    gaps: list[bool] = []
    gap = True
    for position in positions:
        piece = reading.table[ord(source[position])]
        for letter in piece[::-1] if reading.backwards else piece:
            if letter == GAP:
                gap = True
                continue
            letters.append(letter)
            at.append(position)
            gaps.append(gap)
            gap = False
    text = "".join(letters)
    return Letters(text, at, gaps, _runs(text))


def _letters_one_to_one(text: str) -> Letters:
    """The same, quickly, for ASCII without apostrophes: one letter or gap for each character."""
    is_letter = list(map(ne, text, repeat(GAP)))
    follows_gap = map(eq, chain(GAP, text), repeat(GAP))
    at, gaps = list(compress(range(len(text)), is_letter)), list(compress(follows_gap, is_letter))
    letters = text.replace(GAP, "")
    return Letters(letters, at, gaps, _runs(letters))


def _runs(letters: str) -> list[int]:
    folded = _folded(letters)
    return list(compress(range(len(folded)), _begins_run(folded)))


def key_of(letters: str) -> str:
    """Letters as automatons know them: gaps left out, repeats collapsed, i and l as one."""
    folded = _folded(letters)
    return "".join(compress(folded, _begins_run(folded)))


def _folded(letters: str) -> str:
    """Without gaps; i, l and the strokes that may be either are one: words.py tells them apart again."""
    return letters.replace(GAP, "").replace("l", "i").replace(I_OR_L, "i")


def _begins_run(letters: str) -> Iterator[bool]:
    """For each letter, whether the one before it is another."""
    return map(ne, letters, chain(("",), letters))


def plain(text: str) -> str:
    """A text without width, case, accents and unseen characters; punctuation stays, and spaces."""
    return PLAIN.of(text)


def canonical(text: str) -> str:
    """The words that a reader sees, single spaces between them. Doing it twice changes nothing."""
    return " ".join(read(source_of(text)).words)


def substitute(
    source: Source, pattern: re.Pattern[str], by: Callable[[re.Match[str]], str], how: str
) -> Source:
    """The source with each match replaced; every new character stands where the whole match stood."""
    starts, ends = source.starts, source.ends
    if starts is None or ends is None:
        starts, ends = range(len(source.text)), range(1, len(source.text) + 1)
    text: list[str] = []
    new_starts: list[int] = []
    new_ends: list[int] = []
    done = 0
    for match in pattern.finditer(source.text):
        replacement = by(match)
        first, last = source.span(match.start(), match.end() - 1)
        text += source.text[done : match.start()], replacement
        new_starts += [*starts[done : match.start()], *[first] * len(replacement)]
        new_ends += [*ends[done : match.start()], *[last] * len(replacement)]
        done = match.end()
    if not done:
        return source
    text.append(source.text[done:])
    message = source.message or source.text
    return Source("".join(text), [*new_starts, *starts[done:]], [*new_ends, *ends[done:]], how, message)
