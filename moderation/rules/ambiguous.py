"""Words written with characters that can be read as several letters: every reading of them, written out.

μ may be m or u, ς s or c. `ambiguous` gives one further source for all such words of a message; bounded.
"""

from collections.abc import Iterator, Sequence
from itertools import islice, product
from math import prod

from moderation.rules.characters import EITHER, LOOK
from moderation.rules.normalise import Source

_MOST_OF_A_WORD = 256  # readings of one word
_MOST = 2048  # readings of all words of a message; each has its share, so none can crowd out another
_LONGEST = 24  # characters of a word


def ambiguous(source: Source) -> Source | None:
    """All readings of the source's ambiguous words, one after the other; None when it has none."""
    words = [
        (place, options) for place in _stretches(source.text) if (options := _letters(source.text, *place))
    ]
    if not words:
        return None
    share = max(2, min(_MOST_OF_A_WORD, _MOST // len(words)))
    text: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for (first, last), options in words:
        start, end = source.span(first, last)
        for reading in islice(product(*_fewer(options, share)), 1, share):
            text += *reading, " "
            starts += [start] * (len(reading) + 1)
            ends += [end] * (len(reading) + 1)
    return Source("".join(text), starts, ends, "look-alike letters", source.message or source.text)


def _letters(text: str, first: int, last: int) -> list[str]:
    """For each letter of a word, all that it may be; nothing for a word that can be read in one way only."""
    options = [EITHER[ord(c)] for c in text[first : last + 1] if LOOK[ord(c)].strip()]
    is_worth_it = 1 < len(options) <= _LONGEST and any(len(letters) > 1 for letters in options)
    return options if is_worth_it else []


def _fewer(options: Sequence[str], most: int) -> Sequence[str]:
    """The likelier options alone, as many as keep the product in bounds where that can be."""
    for each in range(max(map(len, options)), 1, -1):
        kept = [letters[:each] for letters in options]
        if prod(map(len, kept)) <= most:
            return kept
    return [letters[:2] for letters in options]


def _stretches(text: str) -> Iterator[tuple[int, int]]:
    """Words between spaces that are not all ASCII; letters set apart by spaces make one word together."""
    spelled: tuple[int, int] | None = None
    for first, last in _words(text):
        if last - first <= 1 and sum(LOOK[ord(c)].strip() != "" for c in text[first : last + 1]) == 1:
            spelled = (spelled[0] if spelled else first, last)
            continue
        if spelled and not text[spelled[0] : spelled[1] + 1].isascii():
            yield spelled
        spelled = None
        if not text[first : last + 1].isascii():
            yield first, last
    if spelled and not text[spelled[0] : spelled[1] + 1].isascii():
        yield spelled


def _words(text: str) -> Iterator[tuple[int, int]]:
    first = 0
    for word in text.split():
        first = text.index(word, first)
        yield first, first + len(word) - 1
        first += len(word)
