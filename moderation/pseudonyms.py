"""Texts without what says who is meant: names, mentions, addresses, links, numbers, keys. Pure.

It finds what has a form; "the girl from the bakery" it does not. Called by services/feedback.py.
"""

import re
from collections.abc import Collection

from moderation.languages.english import COMMON
from moderation.rules.links import hosts_in, public_suffixes
from moderation.rules.normalise import source_of

SOMEONE = "someone"
_HOST = "example.org"
_MAIL = f"{SOMEONE}@{_HOST}"
_LINK = f"https://{_HOST}"

_A_MAIL = re.compile(r"(?:mailto:)?[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_A_LINK = re.compile(r"(?:\b[a-z][a-z0-9+.-]{1,20}://|\bwww\.|\btel:)[^\s<>()\[\]\"']+", re.IGNORECASE)
# "mara at example dot org", once its host is found
_A_SPELLED_MAIL = re.compile(
    rf"[\w.+-]+\s*(?:@|[\[({{<]\s*at\s*[\])}}>]|\s+at\s+)\s*{re.escape(_HOST)}", re.IGNORECASE
)
_A_MENTION = re.compile(rf"@(?!{re.escape(_HOST)}\b)\w+(?:[.\-]\w+)*")
# Where one sentence ends and the next begins, hosts_in reads a host too: "you fool. It hurts"
_A_FULL_STOP = re.compile(r"\.\s|\s\.")
# Telephone numbers, accounts, cards, ids: seven digits and more, however they are set apart; also IPv4.
_A_NUMBER = re.compile(r"\d(?:[ ().\-/]{0,3}\d){6,}|\d{1,3}(?:\.\d{1,3}){3}")
_A_KEY = re.compile(r"\b(?=[\w-]*\d)(?=[\w-]*[^\W\d_])[\w-]{20,}")
_WORD = re.compile(r"\w+(?:[.\-]\w+)*")
_DIGIT = re.compile(r"\d")
_SHORTEST_NAME = 3


def candidates(text: str) -> set[str]:
    """Every word of a text, in lower case, that may be a name: all but the commonest of English."""
    words = {part.lower() for word in _WORD.findall(text) for part in {word, *re.findall(r"\w+", word)}}
    return {word for word in words if len(word) >= _SHORTEST_NAME and word not in COMMON}


def without_persons(text: str, names: Collection[str]) -> str:
    """The text with stand-ins for what says who is meant; `names` (lower case) are people of this site.

    Of names that are ordinary words ("hope") the words go too: rather less text than a name. The commonest
    words and those of two letters are left where no @ stands before them. Twice changes no more than once.
    """
    text = _A_MAIL.sub(_MAIL, text)
    text = _A_LINK.sub(_LINK, text)
    text = _without_hosts(text)
    text = _A_SPELLED_MAIL.sub(_MAIL, text)
    text = _A_MENTION.sub(f"@{SOMEONE}", text)
    text = _WORD.sub(lambda match: _without_name(match[0], names), text)
    text = _A_NUMBER.sub(lambda match: _DIGIT.sub("0", match[0]), text)
    return _A_KEY.sub("key", text)


def _without_hosts(text: str) -> str:
    """Bare hosts, also with the dot spelled out, where their end is one that the internet has."""
    found = (host.span for host in hosts_in(source_of(text)) if _is_public(host.name))
    end = len(text)
    for start, stop in sorted(found, reverse=True):
        if stop <= end and not _A_FULL_STOP.search(text[start:stop]):
            text, end = text[:start] + _HOST + text[stop:], start
    return text


def _is_public(name: str) -> bool:
    return public_suffixes().publicsuffix(name, accept_unknown=False) is not None


def _without_name(word: str, names: Collection[str]) -> str:
    if word.lower() in names:
        return SOMEONE
    return re.sub(r"\w+", lambda part: SOMEONE if part[0].lower() in names else part[0], word)
