"""Hosts that a text names, however they are written, and whether they are denied or pretend to be another.

A host is looked up whole and under each of its parents down to the registrable domain. Used by conditions.py;
`hosts_in` is also for those who only ask whether a message has a link.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

import idna
from publicsuffixlist import PublicSuffixList

from moderation.rules.characters import STRICT, WRITTEN, Table
from moderation.rules.normalise import Source, may_hold, substitute

_DOTS = "\u3002\uff0e\uff61\u2024\ufe52\u00b7\u2027\u2219\u22c5\u30fb"
_DOT = frozenset(".")
_WRITTEN = Table(lambda c: "." if c in _DOTS else WRITTEN.of(c))
_SPELLED_DOTS = ("dot", "d0t")
_MAY_HOLD_HOST = re.compile(rf"[.{_DOTS}]|\b(?:dot|d0t)\b", re.IGNORECASE)
# discord[.]gift, discord (dot) gift, discord dot gift, discord . gift
_SET_APART = re.compile(
    r"(?:\s{0,3}[\[({<]\s{0,3}(?:\.|dot|d0t)\s{0,3}[\])}>]\s{0,3}|\s{1,3}(?:dot|d0t)\s{1,3}|\s{1,3}\.\s{0,3}|\.\s{1,3})"
    r"(?P<next>[\w-]{2,63})"
)
_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)+")
_LONGEST_HOST, _LONGEST_LABEL = 253, 63


@dataclass(frozen=True, slots=True)
class Host:
    """A host named in a text: as written (lower case, Unicode), and as it looks."""

    name: str
    looks_like: str
    span: tuple[int, int]


@cache
def public_suffixes() -> PublicSuffixList:
    """The list that the publicsuffixlist package carries; nothing is downloaded."""
    return PublicSuffixList()


def hosts_in(source: Source) -> Iterator[Host]:
    """Every host in a text, links' and bare ones, also where the dot is spelled or set apart."""
    text = source.text
    is_spelled = any(dot in text.lower() for dot in _SPELLED_DOTS)
    if not (is_spelled or may_hold(text, _DOT)) or not _MAY_HOLD_HOST.search(text):
        return
    written = _as_written(source)
    seen: set[str] = set()
    for reading in (written, *_with_dots_joined(written)):
        for match in _HOST.finditer(reading.text):
            name = _unicode(match[0])
            if name not in seen and _is_host(name):
                seen.add(name)
                yield Host(name, looks_of(name), reading.span(match.start(), match.end() - 1))


def looks_of(name: str) -> str:
    """The host with every look-alike as the ASCII character that it looks like."""
    return STRICT.of(name)


def parents(name: str) -> Iterator[str]:
    """The host and what stands above it, the top-level domain left out."""
    labels = name.split(".")
    return (".".join(labels[i:]) for i in range(len(labels) - 1))


def deny_key(listed: str) -> str:
    """A listed domain as it is looked up; ValueError says what is wrong with it."""
    host = listed.strip().lower()
    host = host.split("://", 1)[-1].split("/", 1)[0].rsplit("@", 1)[-1].split(":", 1)[0]
    host = _unicode(host.removeprefix("*.").removeprefix("www.").strip("."))
    if not (_HOST.fullmatch(host) and _is_host(host)):
        raise ValueError("this is not a domain such as example.org")
    if public_suffixes().privatesuffix(host) is None:
        raise ValueError("whole registries live under this domain; name one below it")
    return looks_of(host)


def pretends(host: Host) -> bool:
    """Whether a host in other letters looks like one in ASCII letters: an address meant to mislead."""
    if host.looks_like == host.name or not host.looks_like.isascii():
        return False
    return public_suffixes().privatesuffix(host.looks_like, accept_unknown=False) is not None


def _is_host(name: str) -> bool:
    labels = name.split(".")
    return len(name) <= _LONGEST_HOST and all(
        label and len(label) <= _LONGEST_LABEL and label[0] != "-" != label[-1] for label in labels
    )


def _with_dots_joined(source: Source) -> Iterator[Source]:
    if any(_is_top_level(match["next"]) for match in _SET_APART.finditer(source.text)):
        yield substitute(source, _SET_APART, _joined, "")


def _joined(match: re.Match[str]) -> str:
    return f".{match['next']}" if _is_top_level(match["next"]) else match[0]


@lru_cache(maxsize=4096)
def _is_top_level(label: str) -> bool:
    return public_suffixes().is_public(label, accept_unknown=False)


def _as_written(source: Source) -> Source:
    if source.text.isascii():
        return Source(source.text.lower(), source.starts, source.ends)
    pieces = [_WRITTEN.of(c) for c in source.text]
    spans = [source.span(i, i) for i in range(len(pieces))]
    starts = [spans[i][0] for i, piece in enumerate(pieces) for _ in piece]
    ends = [spans[i][1] for i, piece in enumerate(pieces) for _ in piece]
    return Source("".join(pieces), starts, ends)


def _unicode(host: str) -> str:
    """xn-- labels decoded, where they decode."""
    if host.isascii() and "xn--" not in host:
        return host
    return unicodedata.normalize("NFC", ".".join(_decoded_label(label) for label in host.split(".")))


def _decoded_label(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return str(idna.decode(label))
    except (idna.IDNAError, UnicodeError):
        pass
    try:
        return label[4:].encode("ascii").decode("punycode")
    except UnicodeError:
        return label
