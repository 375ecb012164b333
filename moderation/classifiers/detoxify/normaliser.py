"""The reading that the starting model was trained behind. It belongs to those weights: change neither alone.

Not the rules' normalisation (moderation/rules/normalise.py), which derives its views from Unicode data.
"""

import re
import unicodedata

_LEET = str.maketrans("013457@$!", "oieastasi")
_LOOK_ALIKE = str.maketrans(
    "\u0430\u0435\u043e\u0440\u0441\u0445\u0443\u0456\u0455\u0251\u03bf\u03b1\u03b9\u043a\u043c\u0442\u0432\u043d",
    "aeopcxyisaoaikmtbh",
)  # Cyrillic, Latin alpha, Greek
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")
_LINK = re.compile(r"(https?://|www\.)\S+")
_MENTION = re.compile(r"(?<!\w)@\w{2,}")
_REPEATED = re.compile(r"(.)\1{3,}")
_SPACED_LETTERS = re.compile(r"(?<!\w)(?:[A-Za-z@$!0-9*][\s.\-_*]){3,}[A-Za-z@$!0-9*](?!\w)")
_SEPARATOR = re.compile(r"[\s.\-_*]")
_MIXED_WORD = re.compile(r"(?=\S*[A-Za-z])(?=\S*[0134570@$!])\S+")
_LEET_CHARACTERS = frozenset("0134570@$!")
_LETTER = re.compile("[A-Za-z]")
_A_NUMBER = re.compile(r"\d+\w{0,3}|\w*\d{3,}\w*")
_LEET_WITHIN = re.compile(r"[A-Za-z][0134570@$!]+[A-Za-z]|^[@$][A-Za-z]{2,}|[A-Za-z]{2,}[0135$]$")
_TRAILING = "!?.,;:"


def normalise(text: str) -> str:
    """Lower-case text without accents, links, mentions, invisible characters; leet and spacing undone."""
    if not text.isascii():
        text = _in_latin(text)
    if "://" in text or "www." in text:
        text = _LINK.sub(" ", text)
    if "@" in text:
        text = _MENTION.sub(" ", text)
    text = _SPACED_LETTERS.sub(lambda match: _SEPARATOR.sub("", match.group(0)), text)
    if not _LEET_CHARACTERS.isdisjoint(text):
        text = _MIXED_WORD.sub(_without_leet, text)
    return " ".join(_REPEATED.sub(r"\1\1", text).split()).lower()


def _in_latin(text: str) -> str:
    """What ASCII is already: without width, accents, invisible characters; look-alikes as Latin letters."""
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    text = "".join(c for c in unicodedata.normalize("NFD", text) if unicodedata.category(c) != "Mn")
    return text.translate(_LOOK_ALIKE) if _LETTER.search(text) else text


def _without_leet(match: re.Match[str]) -> str:
    word = match.group(0)
    core = word.rstrip(_TRAILING)
    if not _LETTER.search(core) or _A_NUMBER.fullmatch(core) or not _LEET_WITHIN.search(core):
        return word
    return core.translate(_LEET) + word[len(core) :]
