"""What a rule says, as plain data, and the conditions that look at length, pace, patterns and links.

RuleSpec is what compile.py takes; an unusable one is a RuleError when an administrator saves it, never later.
Each condition answers with the evidence it found. No Django here.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import re2

from moderation.rules.links import Host, deny_key, parents, pretends
from moderation.rules.normalise import LOOK_AT_LETTERS_AND_DIGITS, Source, plain, read, source_of
from rooms.seams import Draft, Outcome

LONGEST_REGEX = 260  # characters; Discord's limit, long enough for what RE2 can sensibly do
REMEMBERED = 10  # messages of an author that a Draft carries…
REMEMBERED_S = 120  # …from this many seconds
LOOK_ALIKE = "look-alike"
ANY_LINK = "*"
_REGEX_MEMORY_BYTES = 4_000_000
_GISTS_KEPT = 4096  # what people have just said is compared with each thing they say next
_PACE = re.compile(r"(?P<count>\d{1,3})\s*/\s*(?P<within_s>\d{1,4})")


class RuleKind(StrEnum):
    """What a rule looks at."""

    WORD = "word"
    PATTERN = "pattern"
    LINK = "link"
    FLOOD = "flood"
    REPEAT = "repeat"
    LENGTH = "length"


class Audience(StrEnum):
    """In whose company a rule holds."""

    EVERYONE = "everyone"
    MINORS = "minors"


@dataclass(frozen=True, slots=True)
class RuleSpec:
    """A rule as it is written.

    Attributes:
        pattern: by kind: words or phrases, one a line, "*" at an end as wildcard; a regular expression
            (RE2); domains, one a line, or "look-alike", or "*" for any link; "10/30" for at most 10 messages
            in 30 s (flood) or at most 10 times the same (repeat); a number of characters (length).
        outcome: what is done at most; findings that are less sure do less (engine.py).
        room_id: the one room it holds in; None: everywhere.
        exceptions: words or phrases (or domains) that are not meant.
    """

    kind: RuleKind
    pattern: str
    outcome: Outcome
    severity: int = 2
    room_id: int | None = None
    exceptions: tuple[str, ...] = ()
    audience: Audience = Audience.EVERYONE


class RuleError(ValueError):
    """A rule that cannot be used: says which part of it and why, for the administrator who wrote it."""

    def __init__(self, spec: RuleSpec, part: str, why: str) -> None:
        super().__init__(f"{part[:80]!r}: {why}")
        self.spec, self.part, self.why = spec, part, why


def lines_of(text: str) -> Iterator[str]:
    """Its lines, without blank ones and # comments."""
    stripped = (line.strip() for line in text.splitlines())
    return (line for line in stripped if line and not line.startswith("# "))


@dataclass(frozen=True, slots=True)
class Evidence:
    """What fired, for moderators, and where in the message."""

    detail: str
    span: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Length:
    """No more than so many characters."""

    limit: int

    def check(self, draft: Draft) -> Evidence | None:
        """Evidence when the message is longer."""
        if len(draft.body) <= self.limit:
            return None
        return Evidence(f"{len(draft.body)} characters", (self.limit, len(draft.body)))


@dataclass(frozen=True, slots=True)
class Flood:
    """No more than so many messages of one author in so many seconds, over all rooms."""

    count: int
    within_s: int

    def check(self, draft: Draft) -> Evidence | None:
        """Evidence when this message is one too many."""
        sent = 1 + sum((draft.sent_at - m.sent_at).total_seconds() < self.within_s for m in draft.recent)
        return Evidence(f"{sent} messages in {self.within_s} s") if sent > self.count else None


@dataclass(frozen=True, slots=True)
class Repeat:
    """No more than so many times (nearly) the same by one author in so many seconds, over all rooms."""

    count: int
    within_s: int

    def check(self, draft: Draft) -> Evidence | None:
        """Evidence when this message says it once too often."""
        recent = [m for m in draft.recent if (draft.sent_at - m.sent_at).total_seconds() < self.within_s]
        if len(recent) < self.count:
            return None
        said = _gist(draft.body)
        times = 1 + sum(_are_alike(said, _gist(m.body)) for m in recent)
        return Evidence(f"the same {times} times in {self.within_s} s") if times > self.count else None


@dataclass(frozen=True)
class Pattern:
    """A regular expression, over the text as written and over its plain form."""

    regex: "re2._Regexp[str]"

    def find(self, source: Source) -> Evidence | None:
        """Evidence of its first match."""
        for text in dict.fromkeys((source.text, plain(source.text))):
            if match := self.regex.search(text):
                is_original = text == source.text and match.end() > match.start()
                return Evidence(self.regex.pattern, match.span() if is_original else None)
        return None


@dataclass(frozen=True, slots=True)
class Links:
    """Domains that are not wanted; those below them are not either."""

    denied: frozenset[str]
    excused: frozenset[str]
    denies_any: bool
    denies_look_alikes: bool

    def check(self, host: Host) -> Evidence | None:
        """Evidence when the host, or one above it, is denied."""
        if any(name in self.excused for name in parents(host.looks_like)):
            return None
        for name in parents(host.looks_like):
            if name in self.denied:
                return Evidence(name if name == host.name else f"{name} (written {host.name})", host.span)
        if self.denies_look_alikes and pretends(host):
            return Evidence(f"{host.name} looks like {host.looks_like}", host.span)
        return Evidence(host.name, host.span) if self.denies_any else None


def length(spec: RuleSpec) -> Length:
    """The condition of a length rule."""
    if not (spec.pattern.isascii() and spec.pattern.isdigit() and 0 < int(spec.pattern) <= 1_000_000):  # noqa: PLR2004
        raise RuleError(spec, spec.pattern, "write a number of characters, such as 2000")
    return Length(int(spec.pattern))


def flood(spec: RuleSpec) -> Flood:
    """The condition of a flood rule."""
    return Flood(*_pace(spec))


def repeat(spec: RuleSpec) -> Repeat:
    """The condition of a repeat rule."""
    return Repeat(*_pace(spec))


def _pace(spec: RuleSpec) -> tuple[int, int]:
    match = _PACE.fullmatch(spec.pattern.strip())
    if match is None:
        raise RuleError(spec, spec.pattern, "write how many in how many seconds, such as 10/30")
    count, within_s = int(match["count"]), int(match["within_s"])
    if not (1 <= count <= REMEMBERED and 1 <= within_s <= REMEMBERED_S):
        raise RuleError(
            spec, spec.pattern, f"at most {REMEMBERED} messages and {REMEMBERED_S} s are remembered"
        )
    return count, within_s


def pattern(spec: RuleSpec) -> Pattern:
    """The condition of a regular expression."""
    if not 0 < len(spec.pattern) <= LONGEST_REGEX:
        raise RuleError(spec, spec.pattern, f"write 1 to {LONGEST_REGEX} characters")
    options = re2.Options()
    options.log_errors = False
    options.case_sensitive = False
    options.max_mem = _REGEX_MEMORY_BYTES
    try:
        compiled = re2.compile(spec.pattern, options)
    except re2.error as error:
        why = error.args[0].decode(errors="replace") if isinstance(error.args[0], bytes) else str(error)
        raise RuleError(spec, spec.pattern, f"not a regular expression of RE2: {why}") from error
    if compiled.search(""):
        raise RuleError(spec, spec.pattern, "it matches an empty message, so it would match all")
    return Pattern(compiled)


def links(spec: RuleSpec) -> Links:
    """The condition of a link rule."""
    entries = set(lines_of(spec.pattern))
    special = {ANY_LINK, LOOK_ALIKE} & entries
    if not entries:
        raise RuleError(spec, spec.pattern, "write a domain, such as example.org")
    return Links(
        denied=frozenset(_deny_key(spec, entry) for entry in entries - special),
        excused=frozenset(_deny_key(spec, entry) for entry in spec.exceptions),
        denies_any=ANY_LINK in special,
        denies_look_alikes=LOOK_ALIKE in special,
    )


def _deny_key(spec: RuleSpec, entry: str) -> str:
    try:
        return deny_key(entry)
    except ValueError as error:
        raise RuleError(spec, entry, str(error)) from error


@lru_cache(maxsize=_GISTS_KEPT)
def _gist(body: str) -> frozenset[str]:
    """What a message says, for comparing: its words as read; without any, the text itself."""
    return frozenset(read(source_of(body), LOOK_AT_LETTERS_AND_DIGITS).words) or frozenset({body.strip()})


def _are_alike(one: frozenset[str], other: frozenset[str]) -> bool:
    """Equal, or four fifths of all their words in common."""
    return one == other or len(one & other) * 5 >= len(one | other) * 4
