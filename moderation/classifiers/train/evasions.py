"""Ways of writing a word so that a filter misses it: the model meets each text in more than one form.

Written apart from benchmarks/disguises.py, by which robustness is measured; some ways are of the same kind
(a letter starred, dropped, doubled), most of those there are never seen in training. Toxic and
harmless words alike are disguised, so that a disguise is no sign by itself.
"""

import random
import re
from collections.abc import Callable

Way = Callable[[str, random.Random], str]

_WORD = re.compile(r"[A-Za-z]{3,}")
_DIGITS = str.maketrans("oieastlbg", "013457189")
_SIGNS = str.maketrans("aisoe", "@!$03")
_SHARE_OF_WORDS = 0.4
_KEYBOARD = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


def _inside(word: str, rng: random.Random) -> int:
    return rng.randrange(1, len(word) - 1)


def _starred(word: str, rng: random.Random) -> str:
    at = _inside(word, rng)
    return word[:at] + rng.choice("*#-._") + word[at + 1 :]


def _vowels_starred(word: str, _: random.Random) -> str:
    return word[0] + re.sub("[aeiou]", "*", word[1:])


def _vowels_dropped(word: str, _: random.Random) -> str:
    return word[0] + re.sub("[aeiou]", "", word[1:-1]) + word[-1]


def _doubled(word: str, rng: random.Random) -> str:
    at = _inside(word, rng)
    return word[:at] + word[at] * rng.randrange(2, 5) + word[at + 1 :]


def _swapped(word: str, rng: random.Random) -> str:
    at = _inside(word, rng)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _dropped(word: str, rng: random.Random) -> str:
    at = _inside(word, rng)
    return word[:at] + word[at + 1 :]


def _mistyped(word: str, rng: random.Random) -> str:
    at = _inside(word, rng)
    row = next((row for row in _KEYBOARD if word[at].lower() in row), "")
    place = row.find(word[at].lower())
    near = row[max(place - 1, 0) : place] + row[place + 1 : place + 2]
    return word[:at] + (rng.choice(near) if near else word[at]) + word[at + 1 :]


def _split(word: str, rng: random.Random) -> str:
    at = _inside(word, rng)
    return word[:at] + rng.choice(" .-_'") + word[at:]


def _spelled(word: str, rng: random.Random) -> str:
    return rng.choice(" .-_").join(word)


WAYS: tuple[Way, ...] = (
    _starred,
    _vowels_starred,
    _vowels_dropped,
    _doubled,
    _swapped,
    _dropped,
    _mistyped,
    _split,
    _spelled,
    lambda word, _: word.lower().translate(_DIGITS),
    lambda word, _: word.lower().translate(_SIGNS),
)


def disguised(text: str, rng: random.Random) -> str:
    """The text with some of its words written in one of the ways; or all of them run together, or shouted."""
    chance = rng.random()
    if chance < 0.05:  # noqa: PLR2004
        return text.replace(" ", "")
    if chance < 0.15:  # noqa: PLR2004
        return text.upper()
    way = rng.choice(WAYS)

    def written(found: re.Match[str]) -> str:
        return way(found[0], rng) if rng.random() < _SHARE_OF_WORDS else found[0]

    return _WORD.sub(written, text)
