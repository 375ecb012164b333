"""The reading that the models trained here see: disguises folded, and each emoji with its name beside it.

It belongs to the weights whose card names it ("folded"): change it only together with them. An emoji's name
is in words that the model knows from text, so it makes something of one that it never met.
"""

import html
import re
import unicodedata
from functools import lru_cache

from anyascii import anyascii

from moderation.classifiers.detoxify.normaliser import normalise

_FILLERS = frozenset("\u115f\u1160\u3164\uffa0\u2800")
_UNSEEN = frozenset({"Mn", "Me", "Cf"})  # marks, enclosing marks, format characters
_PICTURE = re.compile("[\U0001f000-\U0001faff\u2190-\u21ff\u2300-\u23ff\u2600-\u27bf\u2b00-\u2bff]+")
_FLAG_LETTERS = re.compile("[\U0001f1e6-\U0001f1ff]{3,}")  # two are a country
_FLAGS = frozenset(map(chr, range(0x1F1E6, 0x1F200)))
_WORD = re.compile(r"\w+")
_LATIN = re.compile("[A-Za-z]")
# Cyrillic, Greek, Armenian and Cherokee letters by the Latin one they look like.
_LOOKS = {
    "a": "аαᎪ",
    "b": "вβЬᏴ",
    "c": "сϲᏟ",
    "d": "ԁᎠ",
    "e": "еεᎬ",
    "f": "ғքᖴ",
    "g": "ԍɡցᏀ",
    "h": "һнհᎻ",
    "i": "іιӏıᎥ",
    "j": "јյᎫ",
    "k": "кκᏦ",
    "l": "ⅼᏞ",
    "m": "мᎷ",
    "n": "пηոռ",
    "o": "оοσօ",
    "p": "рρᏢ",
    "q": "գԛ",
    "r": "гᎡ",
    "s": "ѕՏᏚ",
    "t": "тτᎢ",
    "u": "цυս",
    "v": "ѵνᏙ",
    "w": "шωԝᏔ",
    "x": "хχ",
    "y": "уγյᎩ",
    "z": "Ꮓ",
}
_LOOK_ALIKES = str.maketrans(
    {
        likeness: letter
        for letter, likenesses in _LOOKS.items()
        for likeness in likenesses + likenesses.upper()
        if not likeness.isascii()
    }
)
_SQUARED = str.maketrans({first + i: chr(97 + i) for first in (0x1F130, 0x1F150, 0x1F170) for i in range(26)})
_FLAG_TO_LETTER = str.maketrans({0x1F1E6 + i: chr(97 + i) for i in range(26)})
_SKIN = {0x1F3FB: "light skin", 0x1F3FC: "light skin", 0x1F3FD: "brown skin", 0x1F3FE: "dark skin",
         0x1F3FF: "dark skin"}  # fmt: skip
_EMPTY_WORDS = frozenset(
    ["with", "sign", "symbol", "of", "the", "and", "face", "black", "white", "heavy", "for"]
)
_MOST_WORDS = 3


def fold(text: str) -> str:
    """Lower-case text: what a person would read, with every emoji followed by what it is called."""
    text = html.unescape(text)
    if not text.isascii():
        text = _PICTURE.sub(_named, _unmasked(text))
    return normalise(text)


def _unmasked(text: str) -> str:
    text = _FLAG_LETTERS.sub(lambda found: found[0].translate(_FLAG_TO_LETTER), text).translate(_SQUARED)
    text = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text))
    text = "".join(c for c in text if unicodedata.category(c) not in _UNSEEN and c not in _FILLERS)
    among_latin = bool(_LATIN.search(text))
    return _WORD.sub(lambda found: _latin(found[0], among_latin=among_latin), text)


def _latin(word: str, *, among_latin: bool) -> str:
    """A word in Latin letters, where it is meant to be read so; one of another script stays as it is."""
    if word.isascii():
        return word
    seen = word.translate(_LOOK_ALIKES)
    if seen.isascii() and among_latin:
        return seen
    return anyascii(seen) if any("LATIN" in unicodedata.name(c, "") for c in word) else word


def _named(found: re.Match[str]) -> str:
    return " " + " ".join(map(_name, dict.fromkeys(found[0]))) + " "


@lru_cache(maxsize=4096)
def _name(emoji: str) -> str:
    if ord(emoji) in _SKIN:
        return _SKIN[ord(emoji)]
    if emoji in _FLAGS:
        return emoji
    words = [word for word in unicodedata.name(emoji, "").lower().split() if word not in _EMPTY_WORDS]
    return " ".join([emoji, *words[:_MOST_WORDS]])
