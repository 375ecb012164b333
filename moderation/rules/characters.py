"""What one character looks like: four tables from a character to the letters that a reader sees in it.

Derived from Unicode's own data (NFKC, casefold, Default_Ignorable_Code_Point, scripts, character names,
UTS-39 confusables); lists/lookalikes.txt adds only what that data does not know. Filled as characters
are met. For matching only, never for display. normalise.py applies the tables to whole texts.
"""

import unicodedata
from collections.abc import Callable, Iterable
from functools import cache, cached_property
from pathlib import Path

import regex
from anyascii import anyascii
from confusable_homoglyphs.confusables import confusables_data

GAP = " "  # stands between words; "" stands for a character that nobody sees
I_OR_L = "1"  # a stroke: i or l, the context decides

_LISTS = Path(__file__).parent / "lists"
_UNSEEN = regex.compile(r"[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Cc}]")
_GENERIC_MARK = regex.compile(r"[\p{M}--[\p{Mc}]]", regex.VERSION1)
_GENERIC_SCRIPT = regex.compile(r"[\p{Script=Inherited}\p{Script=Common}]")
_OWN_MARKS = regex.compile(r"\p{M}")
_SOUNDS_LATIN = regex.compile(r"[\p{Script=Latin}\p{Script=Common}\p{Script=Braille}]")
_HANGUL_JAMO = regex.compile(r"[\u1100-\u11ff]")
_NAMED = regex.compile(
    r"(?:LATIN|REGIONAL INDICATOR SYMBOL|TAG)\b.*?\b(?:LETTER|CAPITAL|SMALL|REVERSED|TURNED|OPEN)"
    r"(?: (?!SHARP)[A-Z-]{2,})* ([A-Z])(?: WITH\b.*| IN\b.*)?"
    r"|(?:CROSSED )?NEGATIVE SQUARED LATIN CAPITAL LETTER ([A-Z])"
    r"|(?:RUNIC|OLD ITALIC) LETTER(?: [A-Z-]+)* ([A-Z])"
)
_SQUARED_WORD = regex.compile(r"(?:NEGATIVE )?SQUARED ([A-Z]{2,4})(?: WITH .*)?")
_ADORNMENT = regex.compile(r"\b(?:HEAVY|WHITE|BLACK|SYMBOL|ORNAMENT|MEDIUM|DOUBLE|FULLWIDTH|SMALL)\b ?")
_STRETCHERS = frozenset("\u0640\u07fa")  # only make an Arabic or N'Ko word longer
_STROKES = frozenset("Il1|")
# Read by anybody who has met them: "l33t". The second reading (symbols as separators) is normalise.py's.
_LEET = {
    "0": "o", "1": I_OR_L, "2": "z", "3": "e", "4": "a", "5": "s", "6": "g", "7": "t", "8": "b", "9": "g",
    "@": "a", "$": "s", "!": I_OR_L, "|": I_OR_L, "+": "t", "(": "c", "<": "c", "{": "c",
}  # fmt: skip
_APOSTROPHES = frozenset("'\u2019\u2018\u02bc`\u00b4")
# Letters that are one another when the page is turned round; the names of the others say TURNED.
_ROTATIONS = dict(zip("nubqdpmw69", "unqbpdwm96", strict=True))
_REFLECTIONS = dict(zip("bdpq", "dbqp", strict=True))


class Table(dict[int, str]):
    """From a code point to the letters read in it, worked out when first met; bounded. For str.translate.

    ASCII, each character of which is read as at most one ASCII letter, goes through bytes.translate.
    """

    _LIMIT = 65_536  # more distinct characters than any honest community writes

    def __init__(self, work_out: Callable[[str], str]) -> None:
        super().__init__()
        self._work_out = work_out

    def __missing__(self, code: int) -> str:
        if len(self) >= self._LIMIT:
            self.clear()
        letters = self[code] = self._work_out(chr(code))
        return letters

    def of(self, text: str) -> str:
        """The text through this table."""
        if not text.isascii():
            return text.translate(self)
        letters, unseen = self._ascii
        return text.encode("ascii").translate(letters, unseen).decode("ascii")

    @cached_property
    def _ascii(self) -> tuple[bytes, bytes]:
        """What each ASCII character becomes, and which of them nobody sees."""
        read = [self[code] for code in range(128)]
        letters = "".join(letter or "\0" for letter in read).encode("ascii").ljust(256, b"\0")
        if len(letters) != 256:  # noqa: PLR2004 - a byte table
            raise ValueError("an ASCII character is read as more than one letter")
        return letters, bytes(code for code, letter in enumerate(read) if not letter)


def _is_unseen(character: str) -> bool:
    if character in _STRETCHERS:
        return True
    return bool(_UNSEEN.match(character)) and not character.isspace()


def _is_generic_mark(character: str) -> bool:
    """Marks that any letter may wear (accents, overlays, enclosures); not a script's own vowel signs."""
    return bool(_GENERIC_MARK.match(character)) and bool(_GENERIC_SCRIPT.match(character))


def _written(character: str) -> str:
    """NFKC and casefold alone: accents stay, for they tell one host from another."""
    return "" if _is_unseen(character) else unicodedata.normalize("NFKC", character).casefold()


def _strictly(character: str) -> str:
    """The one Latin letter that UTS-39 has it drawn like; itself where there is none."""
    if character.isascii():
        return character
    letter = _confusable(character).replace(I_OR_L, "l")
    return letter if len(letter) == 1 and letter.isalpha() else character


def _decomposed(text: str) -> str:
    text = unicodedata.normalize("NFKD", text)
    return "".join(c for c in text if not (_is_generic_mark(c) or _is_unseen(c)))


def _plain(character: str) -> str:
    if "\ud800" <= character <= "\udfff":
        return "\ufffd"
    if _is_generic_mark(character):  # before casefolding, which makes letters of some
        return ""
    if character.isspace():
        return GAP
    before, after = "", character
    while before != after:
        before, after = after, _decomposed(after.casefold())
    return unicodedata.normalize("NFC", after) if _HANGUL_JAMO.search(after) else after


def _ascii_letters(text: str) -> str:
    """The letters and digits of a text that holds no others than ASCII's; else nothing."""
    kept = "".join(c for c in text if c.isalnum())
    return kept if kept.isascii() else ""


def _named(character: str) -> str:
    """The letter that the character's name names: LATIN LETTER SMALL CAPITAL B, SQUARED CL."""
    name = unicodedata.name(character, "")
    if match := _NAMED.fullmatch(name):
        return str(next(filter(None, match.groups()))).lower()
    if "\U0001f100" <= character <= "\U0001f1ff" and (match := _SQUARED_WORD.fullmatch(name)):
        return str(match[1]).lower()
    return ""


def _adorned(character: str) -> str:
    """The ASCII character of which this is a heavier, whiter or larger drawing."""
    name = unicodedata.name(character, "")
    bare = _ADORNMENT.sub("", name).strip()
    if not bare or bare == name:
        return ""
    try:
        found = unicodedata.lookup(bare)
    except KeyError:
        return ""
    return found.lower() if found.isascii() else ""


def _decimal(character: str) -> str:
    value = unicodedata.digit(character, None)
    return "" if value is None else str(value)


@cache
def _drawn_alike() -> dict[str, set[str]]:
    """UTS-39 confusables as a graph, both ways; the direction marks around right-to-left targets removed."""
    graph: dict[str, set[str]] = {}
    for character, others in confusables_data.items():
        targets = {other["c"].strip("\u200e\u200f") for other in others}
        graph.setdefault(character.strip("\u200e\u200f"), set()).update(targets)
    return graph


def _confusable(character: str) -> str:
    """The nearest Latin letter among those drawn alike, and (for letters) drawn alike with those."""
    seen, edge = {character}, [character]
    depth = 3 if character.isalnum() else 1
    for _ in range(depth):
        edge = sorted({t for c in edge for t in _drawn_alike().get(c, ())} - seen, key=lambda t: (len(t), t))
        seen.update(edge)
        if any(len(t) == 1 and t in _STROKES for t in edge):
            return I_OR_L
        for target in edge:
            if letters := _ascii_letters(_decomposed(target)):
                return letters.lower()
        for target in edge:
            if len(target) == 1 and (letter := _named(target)):
                return letter
    return ""


@cache
def _supplement(section: str) -> dict[str, str]:
    """Of a section of lists/lookalikes.txt (a letter and its characters a line): each character's letters."""
    found: dict[str, str] = {}
    current = ""
    for line in (_LISTS / "lookalikes.txt").read_text("utf-8").splitlines():
        if line.startswith("["):
            current = line.strip("[]")
        elif line and not line.startswith("#") and current == section:
            letter, _, characters = line.partition(" ")
            for character in characters.replace(" ", ""):
                found[character] = found.get(character, "") + letter
    return found


def _sound(character: str) -> str:
    """The Latin letter that transliterates it, where that is one letter."""
    letters = anyascii(character).lower()
    return letters if len(letters) == 1 and letters.isascii() and letters.isalpha() else ""


def _readings(character: str) -> Iterable[str]:
    """All the Latin letters that a character may be read as, the likeliest first."""
    plain = PLAIN.of(character)
    yield _ascii_letters(plain)
    yield _named(character)
    yield _decimal(character)
    yield from _supplement("look").get(character, "")
    yield _confusable(character)
    if len(plain) == 1:
        yield from _supplement("look").get(plain, "")
        yield _confusable(plain)
    yield _adorned(character)
    yield _sound(character)


def _bare(plain: str) -> str:
    """What is left of a character that looks like no Latin letter: itself when a letter, else a gap."""
    kept = "".join(c for c in plain if c.isalnum() or _OWN_MARKS.match(c))
    return kept or (GAP if plain else "")


def _look(character: str) -> str:
    if character in _APOSTROPHES or not PLAIN.of(character):
        return ""
    if character.isascii():
        return _LEET.get(character, character.lower()) if character.isalnum() or character in _LEET else GAP
    if PLAIN.of(character) == GAP:
        return GAP
    first = next(filter(None, _likely(character)), "")
    plain = PLAIN.of(character)
    if not first and len(plain) > 1:
        return LOOK.of(plain)
    return LOOK.of(first) or _bare(plain)


def _likely(character: str) -> Iterable[str]:
    """The readings that hold without a neighbour's help: sound counts only for Latin letters and symbols."""
    *looks, sound = _readings(character)
    yield from looks
    if _SOUNDS_LATIN.match(character):
        yield sound


def _either(character: str) -> str:
    first = LOOK.of(character)
    if character.isascii() or not first.strip():
        return first
    others = (LOOK.of(reading).strip() for reading in _readings(character))
    letters = first + "".join(other for other in others if len(other) == 1)
    return "".join(dict.fromkeys(letters.replace(I_OR_L, "il")))


def _turned(character: str) -> str:
    if character in _ROTATIONS:
        return _ROTATIONS[character]
    return _supplement("turned").get(character, "")[:1] or LOOK.of(character)


def _mirrored(character: str) -> str:
    if character in _REFLECTIONS:
        return _REFLECTIONS[character]
    return _supplement("mirrored").get(character, "")[:1] or LOOK.of(character)


# Width, case, accents and what nobody sees removed: what the text is. Punctuation stays.
PLAIN = Table(_plain)
# Width and case removed, accents kept; and of that, look-alikes after UTS-39 alone: for the names of hosts.
WRITTEN = Table(_written)
STRICT = Table(_strictly)
# What it looks like: look-alikes, styled alphabets, leet. Punctuation is a gap.
LOOK = Table(_look)
# Every single letter that it may be read as, the likeliest first: by look, by sound, or as a digit.
EITHER = Table(_either)
# The same upside down, and in a mirror (the text is then read backwards).
TURNED = Table(_turned)
MIRRORED = Table(_mirrored)


def is_turned(character: str) -> bool:
    """Whether a character only occurs in text written upside down or in mirror writing."""
    if character.isascii():
        return False
    name = unicodedata.name(character, "")
    return character in _supplement("turned") or "TURNED" in name or "REVERSED" in name
