"""Which language a chat line is in; None where it is too short, too mixed or too strange to be sure.

Chat lines are short and full of names, jargon and jokes, at which every detector guesses badly. So: another
script is a strong sign by itself; in Latin letters nothing is said of a line of few words, nor of one with
English words in it, and of the rest the detector must be sure. docs/models.md has what was measured.
"""

import unicodedata
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache

from moderation.languages.english import COMMON
from moderation.languages.prose import words_of
from moderation.languages.statistics import guess

# Scripts in everyday use, and the languages written in each that can be told apart; the first is taken
# where statistics are not sure.
_SCRIPTS: dict[str, tuple[str, ...]] = {
    "ARABIC": ("ar", "fa", "ur", "ps"), "ARMENIAN": ("hy",), "BENGALI": ("bn",), "BOPOMOFO": ("zh",),
    "CJK": ("zh",), "CYRILLIC": ("ru", "uk", "be", "bg", "sr", "mk", "kk"), "DEVANAGARI": ("hi", "mr", "ne"),
    "ETHIOPIC": ("am",), "GEORGIAN": ("ka",), "GREEK": ("el",), "GUJARATI": ("gu",), "GURMUKHI": ("pa",),
    "HANGUL": ("ko",), "HEBREW": ("he",), "HIRAGANA": ("ja",), "KANNADA": ("kn",), "KATAKANA": ("ja",),
    "KHMER": ("km",), "LAO": ("lo",), "LATIN": (), "MALAYALAM": ("ml",), "MYANMAR": ("my",),
    "ORIYA": ("or",), "SINHALA": ("si",), "TAMIL": ("ta",), "TELUGU": ("te",), "THAI": ("th",),
    "TIBETAN": ("bo",),
}  # fmt: skip
# One sign is a syllable or a word in these.
_DENSE = frozenset({"BOPOMOFO", "CJK", "HANGUL", "HIRAGANA", "KATAKANA"})
_KANA = ("HIRAGANA", "KATAKANA")
_LEAST_SIGNS, _LEAST_LETTERS = 2, 4

# Below so many different words, or letters, a line in Latin letters could be anything.
LEAST_WORDS = 4
LEAST_LATIN_LETTERS = 16
# A line in Latin letters is in another language where the statistics give the known ones together at most
# this; of a line with few words they must be surer.
DOUBT, DOUBT_OF_FEW = 0.1, 0.02
_FEW_WORDS = 5
_SURE_OF_SCRIPT = 0.8


@dataclass(frozen=True, slots=True)
class Language:
    """What a text is in.

    Attributes:
        code: ISO 639-1.
        is_known: whether it is among those that were asked about.
    """

    code: str
    is_known: bool


def language_of(text: str, known: Collection[str]) -> Language | None:
    """The language of a text, and whether it is one of `known`; None where nothing can be said.

    Languages that are easily taken for one another count together: a line that may be Danish or Norwegian
    is surely none of ("en",).
    """
    words = words_of(text)
    found = _scripts_of(words)
    if not found:
        return None
    script, letters = found.most_common(1)[0]
    if 2 * letters < found.total():
        return None
    if script == "LATIN":
        return _in_latin(words, known)
    if letters < (_LEAST_SIGNS if script in _DENSE else _LEAST_LETTERS):
        return None
    code = "ja" if script == "CJK" and any(found[kana] for kana in _KANA) else _among(_SCRIPTS[script], words)
    return Language(code, is_known=code in known)


def _in_latin(words: Sequence[str], known: Collection[str]) -> Language | None:
    different = set(words)
    english = len(different & COMMON)
    if 3 * english >= len(different):
        return Language("en", is_known="en" in known)
    if english or len(different) < LEAST_WORDS or sum(map(len, different)) < LEAST_LATIN_LETTERS:
        return None
    doubt = DOUBT if len(different) > _FEW_WORDS else DOUBT_OF_FEW
    shares = guess(" ".join(words))
    likeliest = max(shares, key=lambda code: shares[code])
    share_known = sum(share for code, share in shares.items() if code in known)
    if likeliest in known:
        return Language(likeliest, is_known=True) if share_known >= 1 - doubt else None
    return Language(likeliest, is_known=False) if share_known <= doubt else None


def _among(languages: Sequence[str], words: Sequence[str]) -> str:
    """Which of the languages of a script; the first where the statistics are not sure."""
    if len(languages) == 1:
        return languages[0]
    shares = guess(" ".join(words))
    likeliest = max(languages, key=lambda code: shares.get(code, 0.0))
    return likeliest if shares.get(likeliest, 0.0) >= _SURE_OF_SCRIPT else languages[0]


def _scripts_of(words: Sequence[str]) -> Counter[str]:
    """How many letters are in which script; ornamental and ancient letters count as none."""
    if all(map(str.isascii, words)):
        letters = sum(map(len, words))
        return Counter({"LATIN": letters} if letters else {})
    return Counter(script for word in words for letter in word if (script := _script(letter)))


@lru_cache(maxsize=8192)
def _script(letter: str) -> str:
    if letter.isascii():
        return "LATIN"
    script = unicodedata.name(letter, "").partition(" ")[0]
    return script if script in _SCRIPTS else ""
