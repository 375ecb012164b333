"""Listed words as the automatons know them: a Term, the forms of it that are only flagged, its keys.

words.py and near.py look for them; compile.py makes them from rules.
"""

import codecs
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace

from moderation.rules.characters import GAP, LOOK, PLAIN
from moderation.rules.normalise import key_of

_VOWELS = re.compile("[aeiou]")
_SHORTEST_FORM = 4  # letters; shorter words backwards, in rot13 or without vowels are other words too often


@dataclass(frozen=True, slots=True)
class Term:
    """One listed word or phrase.

    Attributes:
        listed: as the administrator wrote it.
        letters: its letters as written (lower case), without separators.
        breaks: the indices of letters before which a separator was written.
        opens: "*" stood before it: it may be the end of a longer word.
        closes: "*" stood after it.
        rule: the index of the rule it belongs to.
        excuses: an exception: what it covers is not a find of its rule.
        how: for forms made from it: "backwards", "in rot13", "without its vowels".
        of_signs: emoji, found as they are written.
    """

    listed: str
    letters: str
    breaks: frozenset[int]
    opens: bool
    closes: bool
    rule: int
    excuses: bool = False
    how: str = ""
    of_signs: bool = False

    @property
    def first_run(self) -> int:
        """How many letters its first run has: 2 for "oops"."""
        return next(
            (n for n in range(1, len(self.letters)) if self.letters[n] != self.letters[0]), len(self.letters)
        )


def parse(listed: str, rule: int, *, excuses: bool = False) -> Term:
    """The term for a listed word; ValueError says what is wrong with it."""
    core = listed.strip()
    opens, closes = core.startswith("*"), core.endswith("*")
    core = core.strip("*")
    if "*" in core:
        raise ValueError("a * may stand only at the start or the end of a word")
    letters, breaks = _letters(core)
    if not letters:
        return _of_signs(listed.strip(), core, rule, excuses=excuses)
    if len(letters) < 2 and (opens or closes or letters.isascii()):  # noqa: PLR2004
        raise ValueError("one letter is too little: it would match everywhere")
    return Term(listed.strip(), letters, breaks, opens, closes, rule, excuses)


def _of_signs(listed: str, core: str, rule: int, *, excuses: bool) -> Term:
    """A term without letters: emoji. Punctuation alone would match everywhere."""
    signs = PLAIN.of(core).strip()
    if not any(unicodedata.category(c) in {"So", "Sk"} for c in signs):
        raise ValueError("there is no letter, digit or emoji in it")
    return Term(listed, signs, frozenset(), True, True, rule, excuses=excuses, of_signs=True)


def _letters(core: str) -> tuple[str, frozenset[int]]:
    letters: list[str] = []
    breaks: set[int] = set()
    for character in core:
        piece, written = LOOK.of(character), PLAIN.of(character)
        if piece == GAP:
            breaks.add(len(letters))
        elif piece:
            letters += written if len(written) == len(piece) else piece
    return "".join(letters), frozenset(breaks - {0})


def forms(term: Term) -> Iterator[Term]:
    """The term, and the forms of it that are only flagged."""
    yield term
    if "ph" in term.letters:
        yield replace(term, letters=term.letters.replace("ph", "f"), breaks=frozenset())
    if term.excuses or term.of_signs or not term.letters.isascii() or len(term.letters) < _SHORTEST_FORM:
        return
    bare = replace(term, opens=False, closes=False, breaks=frozenset())
    backwards = term.letters[::-1]
    if backwards != term.letters:
        yield replace(bare, letters=backwards, how="backwards")
    if term.letters.isalpha():
        yield replace(bare, letters=codecs.encode(term.letters, "rot13"), how="in rot13")
    without_vowels = term.letters[0] + _VOWELS.sub("", term.letters[1:])
    if _SHORTEST_FORM <= len(without_vowels) < len(term.letters):
        yield replace(bare, letters=without_vowels, how="without its vowels")


def keys(term: Term) -> set[str]:
    """Its keys: a letter of another script may look like another Latin one in upper case."""
    return {key_of(LOOK.of(written).replace(GAP, "")) for written in (term.letters, term.letters.upper())}
