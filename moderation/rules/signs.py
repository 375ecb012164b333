"""Listed emoji, found as they are written but for variation selectors and joiners. compile.py makes it."""

import re
from collections.abc import Iterable, Iterator

from moderation.rules.characters import PLAIN
from moderation.rules.normalise import Source
from moderation.rules.terms import Term
from moderation.rules.words import Certainty, Hit


class SignFinder:
    """Finds terms of emoji in a source. Immutable."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self._terms = {term.letters: term for term in terms}
        longest_first = sorted(self._terms, key=len, reverse=True)
        self._any = re.compile("|".join(map(re.escape, longest_first))) if self._terms else None

    def find(self, source: Source) -> Iterator[Hit]:
        """Every listed emoji or row of emoji, each with its place."""
        if self._any is None or source.text.isascii():
            return
        pieces = [PLAIN.of(character) for character in source.text]
        at = [index for index, piece in enumerate(pieces) for _ in piece]
        for match in self._any.finditer("".join(pieces)):
            first, last = at[match.start()], at[match.end() - 1]
            yield Hit(self._terms[match[0]], source.span(first, last), Certainty.CERTAIN, (), first, last)
