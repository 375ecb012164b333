"""The words of a chat line that say something about its language: no addresses, names, code, laughter.

Called by detect.py.
"""

import re

_CODE = re.compile(r"```.*?(?:```|$)|`[^`\n]*`", re.DOTALL)
_SPOKEN_TO = re.compile(r"^\s*[^\s:,]{1,32}[:,](?=\s)")  # "mara: how are you"
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*")
# What makes a run of signs an address, a name, a path or a command rather than a word.
_TECHNICAL = re.compile(r"[@#/\\=_<>{}\[\]|~$%^&*+0-9]|\w[.:-]+\w|^-")
_SOUNDED = re.compile(r"[aeiouyà-öø-ÿāēīōūăěőűąęıșțẽ]")
_LATIN = re.compile(r"[a-zß-ɏ']+")
_LAUGHTER = re.compile(
    r"(?:[hjx]+[aeiou]+)+[hjx]*|(?:lo+)+l+|x+d+|m+|a+h+|u+h+|o+h+|e+h+|(?:lm)+f?ao+|k+|w+|z+"
)


def words_of(text: str) -> list[str]:
    """The words in the order they stand, in lower case; marks and digits left out."""
    plain = _SPOKEN_TO.sub(" ", _CODE.sub(" ", text))
    runs = [run for run in plain.split() if not _TECHNICAL.search(run)]
    words = [word.replace("\u2019", "'").lower() for run in runs for word in _WORD.findall(run)]
    return [word for word in words if _is_word(word)]


def _is_word(word: str) -> bool:
    """Not laughter, nor an abbreviation that nobody could say aloud."""
    if _LAUGHTER.fullmatch(word):
        return False
    return not _LATIN.fullmatch(word) or len(word) == 1 or bool(_SOUNDED.search(word))
