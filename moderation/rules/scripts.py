"""Whether a word is simply a word of another script's language, and no disguise of a Latin one.

Look-alikes disguise a word among Latin words; in a text in Cyrillic, Cyrillic letters are what they are.
words.py and near.py ask before they believe look-alike letters.
"""

import unicodedata
from collections import Counter
from functools import lru_cache

from confusable_homoglyphs.categories import alias

from moderation.rules.characters import STRICT

# Scripts in everyday use, Latin left out: UAX #31 (Unicode 16), table 5. In others, letters are ornaments.
_EVERYDAY = frozenset(
    {
        *("ARABIC", "ARMENIAN", "BENGALI", "BOPOMOFO", "CYRILLIC", "DEVANAGARI", "ETHIOPIC", "GEORGIAN"),
        *("GREEK", "GUJARATI", "GURMUKHI", "HAN", "HANGUL", "HEBREW", "HIRAGANA", "KANNADA", "KATAKANA"),
        *("KHMER", "LAO", "MALAYALAM", "MYANMAR", "ORIYA", "SINHALA", "TAMIL", "TELUGU", "THAANA", "THAI"),
        "TIBETAN",
    }
)
_WRITTEN_TOGETHER = frozenset({"HAN", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO"})
_ENOUGH_LATIN_WORDS = 2


def is_foreign(word: str, message: str) -> bool:
    """Whether a word belongs to a text in another script.

    A word in one everyday script other than Latin; among Latin words it is none, nor alone when every letter
    is drawn like a Latin one.
    """
    if word.isascii():
        return False
    scripts = _scripts(word)
    if not _is_one_language(scripts):
        return False
    company = _company(message)
    latin = sum(count for found, count in company.items() if "LATIN" in found)
    alike = sum(count for found, count in company.items() if found and found <= scripts) - (len(word) > 1)
    if latin >= _ENOUGH_LATIN_WORDS and latin > alike:
        return False
    return not (latin == 0 and alike <= 0 and STRICT.of(word.lower()).isascii())


def _is_one_language(scripts: frozenset[str]) -> bool:
    if not scripts or not scripts <= _EVERYDAY:
        return False
    return len(scripts) == 1 or scripts <= _WRITTEN_TOGETHER


@lru_cache(maxsize=16)
def _company(message: str) -> Counter[frozenset[str]]:
    """How many words of a message are written in which scripts."""
    return Counter(_scripts(word) for word in message.split() if len(word) > 1)


def _scripts(word: str) -> frozenset[str]:
    return frozenset(filter(None, map(_script, word)))


@lru_cache(maxsize=4096)
def _script(character: str) -> str:
    """The script of a letter or mark; a sign that looks like a letter has a script of its own: COMMON."""
    category = unicodedata.category(character)
    if category[0] not in "LMS" or (character.isascii() and category[0] != "L"):
        return ""
    script = str(alias(character)).upper()
    return "" if script == "INHERITED" else script
