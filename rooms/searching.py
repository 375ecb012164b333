"""What somebody typed into the search field, read; and where a text matches it. Pure: no database, no clock.

selectors/search.py finds the messages, views/search.py shows them.
"""

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

LENGTH_MAX = 200
TERMS_MAX = 12
# From so many letters on a word finds what begins with it: "boat" finds boats.
BEGINNING = 3
# Around the first match, in characters.
EXCERPT_LENGTH = 220

_TOKEN = re.compile(
    r"""(?P<minus>-)?
        (?:(?P<operator>[a-zA-Z]+):(?!//))?
        (?:"(?P<quoted>[^"]*)"?|(?P<plain>[^\s"]+))?""",
    re.VERBOSE,
)
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»", '"') | {"\0": " "})
_YEARS = range(2000, 3000)


class Kind(StrEnum):
    """What is not understood in a search. The page has a sentence for each."""

    EMPTY = "empty"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    UNKNOWN_OPERATOR = "unknown_operator"
    UNKNOWN_HAS = "unknown_has"
    NOTHING_NAMED = "nothing_named"
    BAD_DATE = "bad_date"
    ONLY_WITHOUT = "only_without"


class Order(StrEnum):
    """In which order what is found comes."""

    NEWEST = "newest"
    BEST = "best"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is not understood, and the piece of the text it is about."""

    kind: Kind
    piece: str = ""


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for. Everything holds at once; of several names or rooms one is enough.

    Attributes:
        before: messages sent before this day began.
        after: messages sent after this day ended.
    """

    words: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    without_words: tuple[str, ...] = ()
    without_phrases: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    rooms: tuple[str, ...] = ()
    before: dt.date | None = None
    after: dt.date | None = None
    has_link: bool = False
    problems: tuple[Problem, ...] = ()

    @property
    def has_terms(self) -> bool:
        """Whether words decide, and not the operators alone."""
        return bool(self.words or self.phrases or self.without_words or self.without_phrases)


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a text, and whether it is what was looked for."""

    text: str
    is_match: bool = False


@dataclass(slots=True)
class _Reading:
    """A search that is still being read."""

    lists: dict[str, list[str]] = field(default_factory=dict)
    dates: dict[str, dt.date] = field(default_factory=dict)
    has_link: bool = False
    problems: list[Problem] = field(default_factory=list)

    def add(self, name: str, value: str) -> None:
        own = self.lists.setdefault(name, [])
        if value not in own:
            own.append(value)

    def search(self) -> Search:
        return Search(
            words=self._all("words"),
            phrases=self._all("phrases"),
            without_words=self._all("without_words"),
            without_phrases=self._all("without_phrases"),
            authors=self._all("authors"),
            rooms=self._all("rooms"),
            before=self.dates.get("before"),
            after=self.dates.get("after"),
            has_link=self.has_link,
        )

    def _all(self, name: str) -> tuple[str, ...]:
        return tuple(self.lists.get(name, ()))


def read(text: str) -> Search:
    """Words, "just these", -without, from: in: before: after: has:link. Never raises; see `problems`."""
    reading = _Reading()
    if len(text) > LENGTH_MAX:
        return Search(problems=(Problem(Kind.TOO_LONG),))
    for token in _TOKEN.finditer(text.translate(_QUOTES)):
        if token.group().strip("-"):
            _take(reading, token)
    search = reading.search()
    problems = tuple(reading.problems) or tuple(_wanting(search))
    return search if not problems else Search(problems=problems)


def finds_beginnings(word: str) -> bool:
    """Whether the word also finds longer ones. Scripts without spaces say much in one sign."""
    return len(word) >= BEGINNING or not word.isascii()


def parts_around(text: str, search: Search, *, forms: Sequence[str] = ()) -> tuple[Part, ...]:
    """The text around the first match, in pieces; joined they are what is shown. Plain text in and out.

    `forms`: words of this text that were found by their stems.
    """
    pattern = _pattern(search, forms)
    first = pattern.search(text) if pattern else None
    start = _start(text, first.start() if first else 0)
    end = min(len(text), start + EXCERPT_LENGTH)
    pieces = list(_pieces(text, pattern, start, end))
    before, behind = "…" if start else "", "…" if end < len(text) else ""
    return tuple(part for part in (Part(before), *pieces, Part(behind)) if part.text)


def _take(reading: _Reading, token: re.Match[str]) -> None:
    operator, is_without = (token["operator"] or "").lower(), token["minus"] is not None
    is_phrase = token["quoted"] is not None
    value = (token["quoted"] or token["plain"] or "").strip()
    if operator in _OPERATORS and not is_without:
        return _OPERATORS[operator](reading, value, token.group())
    if operator and value:
        return reading.problems.append(Problem(Kind.UNKNOWN_OPERATOR, token.group()))
    value = value or operator
    if any(character.isalnum() for character in value):
        kind = "phrases" if is_phrase else "words"
        reading.add(f"without_{kind}" if is_without else kind, value)
    return None


def _take_name(reading: _Reading, name: str, value: str, piece: str) -> None:
    value = value.removeprefix("@").removeprefix("#")
    if value:
        reading.add(name, value)
    else:
        reading.problems.append(Problem(Kind.NOTHING_NAMED, piece))


def _take_date(reading: _Reading, name: str, value: str, piece: str) -> None:
    try:
        day = dt.date.fromisoformat(value)
    except ValueError:
        day = None
    if day and day.year in _YEARS:
        reading.dates[name] = day
    else:
        reading.problems.append(Problem(Kind.BAD_DATE, value or piece))


def _take_has(reading: _Reading, value: str, piece: str) -> None:
    if value.lower() in {"link", "links"}:
        reading.has_link = True
    else:
        reading.problems.append(Problem(Kind.UNKNOWN_HAS, piece))


_OPERATORS = {
    "from": lambda reading, value, piece: _take_name(reading, "authors", value, piece),
    "in": lambda reading, value, piece: _take_name(reading, "rooms", value, piece),
    "before": lambda reading, value, piece: _take_date(reading, "before", value, piece),
    "after": lambda reading, value, piece: _take_date(reading, "after", value, piece),
    "has": _take_has,
}


def _wanting(search: Search) -> Iterator[Problem]:
    """What the whole lacks, where each piece is understood."""
    terms = (*search.words, *search.phrases)
    without = (*search.without_words, *search.without_phrases)
    narrows = bool(search.authors or search.rooms or search.before or search.after or search.has_link)
    if len(terms) + len(without) + len(search.authors) + len(search.rooms) > TERMS_MAX:
        yield Problem(Kind.TOO_LONG)
    elif not terms and not narrows:
        yield Problem(Kind.ONLY_WITHOUT if without else Kind.EMPTY)
    elif terms and not narrows and all(len(term) == 1 and term.isascii() for term in terms):
        yield Problem(Kind.TOO_SHORT, terms[0])


def _pattern(search: Search, forms: Sequence[str]) -> re.Pattern[str] | None:
    terms = [*map(_phrase_pattern, search.phrases), *map(_word_pattern, search.words)]
    terms += map(_phrase_pattern, forms)
    terms = [term for term in terms if term]
    return re.compile("|".join(terms), re.IGNORECASE) if terms else None


def _word_pattern(word: str) -> str:
    ending = r"\w*" if finds_beginnings(word) else r"(?!\w)"
    return rf"(?<!\w){re.escape(word)}{ending}"


def _phrase_pattern(phrase: str) -> str:
    words: Sequence[str] = re.findall(r"\w+", phrase)
    inside = r"\W+".join(map(re.escape, words))
    return rf"(?<!\w){inside}(?!\w)" if words else ""


def _start(text: str, match: int) -> int:
    """Some words before the match, from the beginning of one."""
    if match < EXCERPT_LENGTH // 2:
        return 0
    wanted = match - EXCERPT_LENGTH // 3
    space = text.find(" ", wanted, match)
    return wanted if space < 0 else space + 1


def _pieces(text: str, pattern: re.Pattern[str] | None, start: int, end: int) -> Iterator[Part]:
    at = start
    for match in pattern.finditer(text, start, end) if pattern else ():
        yield Part(text[at : match.start()])
        yield Part(match.group(), is_match=True)
        at = match.end()
    yield Part(text[at:end])
