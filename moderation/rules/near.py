"""Near misses: a word one letter away from a listed one, or with letters masked. Only ever flagged.

An index of every listed key with one letter left out finds them in time linear in the text; ordinary
words are never near misses. engine.py calls it after words.py.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

import regex

from moderation.rules.normalise import Reading, Source, key_of, may_hold
from moderation.rules.ordinary import is_ordinary
from moderation.rules.scripts import is_foreign
from moderation.rules.terms import Term
from moderation.rules.words import Certainty, Hit

_SHORTEST = 5  # letters of a key: shorter words have too many honest neighbours
_LONGEST = 24  # letters of a word: longer stretches are no words
# Four letters: only two letters exchanged, or letters that sound the same.
_VOWELS = "aeiouy"
_SHORT_SWAPS = (("u", "v"), ("s", "z"), ("c", "k"), ("g", "q"), ("x", "c"), ("k", "q"), ("y", "i"))
_ONE_OFF, _MASKED = "one letter off", "masked"
# Letters that stand for one another in sound, taken for the same: fvck, bitchez, coqs.
_SOUNDS = str.maketrans("vzkqy", "uscgi")
_PLURALS = "szx"
# A word with signs in the place of letters: f*ck, s##t, f🔥ck; and of vowels: f-ck, f_ck, f.ck.
_SIGNS = "*#%^~?\u2022\u25cf\u2588\u25a0\u2587\u2731\u2732\u204e\u2217"
_FOR_VOWELS = "_.-"
_MASKED_WORD = regex.compile(
    rf"(?<![\w{_SIGNS}])[^\W_](?:[^\W_]|[{_SIGNS}{_FOR_VOWELS}]|\p{{Extended_Pictographic}}\uFE0F?){{2,22}}(?!\w)"
)
_MASKS = frozenset(_SIGNS + _FOR_VOWELS)
_LETTERS_ALONE = re.compile(r"[^\W_]+")
# What every masked word has: few texts do, and finding it is quick.
_MAY_BE_MASKED = regex.compile(rf"[^\W_](?:[{_SIGNS}{_FOR_VOWELS}]|\p{{Extended_Pictographic}})")


class NearFinder:
    """Finds near misses of many terms. Immutable."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self._short: dict[str, Term] = {}
        self._sounds: dict[str, Term] = {}
        self._words: dict[str, Term] = {}
        self._shortened: dict[str, list[str]] = {}
        self._by_shape: dict[tuple[int, str], list[Term]] = {}
        for term in terms:
            if term.letters.isascii() and term.letters.isalpha() and not (term.how or term.excuses):
                self._add(term)

    def _add(self, term: Term) -> None:
        key = key_of(term.letters)
        if not term.breaks:
            self._by_shape.setdefault((len(term.letters), term.letters[0]), []).append(term)
        if len(key) >= _SHORTEST - 1:
            self._sounds.setdefault(_sound(key), term)
        if len(key) >= _SHORTEST:
            self._words[key] = term
            for shorter in _shortened(key):
                self._shortened.setdefault(shorter, []).append(key)
        elif len(key) == _SHORTEST - 1:
            for variant in _short_variants(key):
                self._short.setdefault(variant, term)

    def find(self, reading: Reading) -> Iterator[Hit]:
        """Near misses among the words of a reading, spelled-out words included."""
        if not self._words and not self._short:
            return
        if not _is_english(reading.words):
            return
        words = reading.words
        for first, last in _candidates(words):
            word = words[first] if first == last else "".join(words[first : last + 1])
            if is_ordinary(word):
                continue
            if term := self._near(key_of(word)):
                hit = _one_off(term, reading, first, last)
                source = reading.source
                if not is_foreign(source.written(hit.first, hit.last), source.message or source.text):
                    yield hit

    def find_masked(self, source: Source) -> Iterator[Hit]:
        """Listed words with up to half of their letters masked."""
        if not may_hold(source.text, _MASKS) or not _MAY_BE_MASKED.search(source.text):
            return
        for match in _MASKED_WORD.finditer(source.text):
            written = match[0].lower().replace("\ufe0f", "").rstrip(_FOR_VOWELS + "?")
            shown = sum(map(len, _LETTERS_ALONE.findall(written)))
            if shown == len(written) or shown * 2 < len(written):
                continue
            terms = self._by_shape.get((len(written), written[0]), ())
            if term := next((term for term in terms if _is_masked(written, term.letters)), None):
                first, last = match.start(), match.end() - 1
                yield Hit(term, source.span(first, last), Certainty.FLAGGED, (_MASKED,), first, last)

    def _near(self, key: str) -> Term | None:
        if found := self._short.get(key) or self._words.get(key) or self._sounds.get(_sound(key)):
            return found
        listed = next(self._near_keys(key), None)
        return self._words[listed] if listed else None

    def _near_keys(self, key: str) -> Iterator[str]:
        """Listed keys that the key is, but for one letter too few, too many or another."""
        if len(key) >= _SHORTEST - 1:
            yield from self._shortened.get(key, ())
        if len(key) >= _SHORTEST:
            for shorter in _shortened(key):
                if shorter in self._words:
                    yield shorter
                yield from (other for other in self._shortened.get(shorter, ()) if _is_one_edit(key, other))


def _one_off(term: Term, reading: Reading, first: int, last: int) -> Hit:
    letters = reading.letters
    words = letters.words
    start, end = letters.at[words[first][0]], letters.at[words[last][1] - 1]
    span = reading.source.span(start, end)
    return Hit(term, span, Certainty.FLAGGED, (_ONE_OFF,), start, end)


def _is_english(words: Sequence[str]) -> bool:
    """Whether as many words are English as are not, one aside: in other languages, other words are near."""
    longer = [word for word in words if len(word) > 1]
    return sum(map(is_ordinary, longer)) * 2 >= len(longer) - 1


def _candidates(words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Words of a plausible length, and stretches of single letters taken together: first and last word."""
    spelled = 0
    for index, word in enumerate(words):
        if len(word) == 1:
            spelled += 1
            continue
        if _SHORTEST - 1 <= spelled <= _LONGEST:
            yield index - spelled, index - 1
        spelled = 0
        if _SHORTEST - 1 <= len(word) <= _LONGEST:
            yield index, index
    if _SHORTEST - 1 <= spelled <= _LONGEST:
        yield len(words) - spelled, len(words) - 1


def _shortened(key: str) -> Iterator[str]:
    """The key with one letter left out, each in turn, the first kept."""
    return (key[:i] + key[i + 1 :] for i in range(1, len(key)))


def _sound(key: str) -> str:
    return key_of(key.translate(_SOUNDS))


def _is_masked(written: str, listed: str) -> bool:
    """Whether a listed word of the same length shows through: every letter that is written is its own."""
    return all(
        shown == letter or (not shown.isalnum() and (shown not in _FOR_VOWELS or letter in _VOWELS))
        for shown, letter in zip(written, listed, strict=True)
    )


def _short_variants(key: str) -> Iterator[str]:
    yield from (key + plural for plural in _PLURALS)
    for i in range(1, len(key) - 1):
        yield key[:i] + key[i + 1] + key[i] + key[i + 2 :]
    for one, other in _SHORT_SWAPS:
        for i, letter in enumerate(key):
            if letter in {one, other}:
                yield key[:i] + (other if letter == one else one) + key[i + 1 :]


def _is_one_edit(key: str, listed: str) -> bool:
    """Same length: one letter differs, or two neighbours are exchanged."""
    if len(key) != len(listed):
        return False
    differing = [i for i, (a, b) in enumerate(zip(key, listed, strict=True)) if a != b]
    if len(differing) == 1:
        return True
    return any(
        differing == [i, j] and j == i + 1 and key[i] == listed[j] and key[j] == listed[i]
        for i, j in pairwise(differing)
    )
