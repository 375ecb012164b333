"""Names as plain data: what they may hold and when two look alike. Callers: Person.save, joining.

The skeleton is that of Unicode Technical Standard 39, section 4, over Unicode's confusables.txt as
confusable-homoglyphs carries it. Skeletons are for matching only, never shown.
"""

import functools
import itertools
import unicodedata
from collections.abc import Mapping

from common.errors import Code

MINIMUM_LENGTH, MAXIMUM_LENGTH = 2, 32
SEPARATORS = frozenset("_-.")

# Nobody's name, however it is dressed up: as the whole name or as a part of it ("admin", "Admin-Mara").
_OFFICIAL = ("admin", "administrator", "moderator", "staff", "support", "system", "wardroom", "official")
# Nobody's whole name: they mean something in a message, in an address or on a page.
_TAKEN_WORDS = (
    *("all", "anonymous", "bot", "channel", "deleted", "everybody", "everyone", "guest", "help", "here"),
    *("host", "me", "mod", "moderators", "nobody", "none", "null", "owner", "room", "root", "security"),
    *("settings", "sysop", "team", "undefined", "unknown", "webmaster", "you"),
)
# Digits and strokes that stand for letters in names such as "adm1n"; after the skeleton, i is l as well.
_DISGUISES = str.maketrans({"0": "o", "1": "l", "3": "e", "4": "a", "5": "s", "7": "t", "i": "l"})

# Scripts that are written together (UTS 39, "highly restrictive"); every other name has one script.
_TOGETHER = (
    frozenset({"LATIN", "HAN", "HIRAGANA", "KATAKANA"}),
    frozenset({"LATIN", "HAN", "BOPOMOFO"}),
    frozenset({"LATIN", "HAN", "HANGUL"}),
)
_LETTERS = frozenset({"Lu", "Ll", "Lt", "Lo"})
_MARKS = frozenset({"Mn", "Mc"})
# Modifier letters that Japanese cannot do without: the long vowel and the repetition mark.
_JAPANESE_SIGNS = {"ー": "KATAKANA", "々": "HAN"}

# Every character of Unicode comes to rest after three; no text may keep this busy for longer.
_PASSES = 6
_UNSEEN_CATEGORIES = frozenset({"Cc", "Cf", "Cn", "Co", "Cs"})
# Default-ignorable code points of other categories: fillers and variation selectors.
_UNSEEN = frozenset(
    {
        *(0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFFA0),
        *range(0x180B, 0x1810),
        *range(0xFE00, 0xFE10),
        *range(0xE0100, 0xE01F0),
    }
)


def normalised(name: str) -> str:
    """The name as it is kept: one way of writing each letter, no width or style variants, no edges."""
    return unicodedata.normalize("NFKC", name.strip())


def problem_with(name: str) -> Code | None:
    """Why nobody may have this (normalised) name, or None: NAME_UNCLEAR or NAME_RESERVED."""
    if not MINIMUM_LENGTH <= len(name) <= MAXIMUM_LENGTH or not _is_legible(name):
        return Code.NAME_UNCLEAR
    return Code.NAME_RESERVED if _is_reserved(name) else None


def skeleton(name: str) -> str:
    """What a name looks like: equal for two names that a reader would take for one another."""
    seen = name
    for _ in range(_PASSES):  # a prototype may have width, case or a look-alike of its own
        before, seen = seen, _pass(seen)
        if seen == before:
            break
    return seen


def _pass(name: str) -> str:
    """Width and style go first, which confusables.txt leaves to NFKC in part.

    Case is folded between two looks: "PauI" looks like "Paul" only before it, "m" like "rn" only after.
    """
    plain = unicodedata.normalize("NFKC", name)
    return _look(_look(plain).casefold()).replace("vv", "w")  # which confusables.txt leaves out


def _look(text: str) -> str:
    seen = (c for c in unicodedata.normalize("NFD", text) if not _is_unseen(c))
    return unicodedata.normalize("NFD", "".join(map(_Prototypes.of, seen)))


def _is_unseen(character: str) -> bool:
    return unicodedata.category(character) in _UNSEEN_CATEGORIES or ord(character) in _UNSEEN


class _Prototypes:
    """confusables.txt read back from the package, which keeps each pair in both directions."""

    @classmethod
    def of(cls, character: str) -> str:
        return cls._table().get(character, character)

    @classmethod
    @functools.cache
    def _table(cls) -> dict[str, str]:
        from confusable_homoglyphs.confusables import confusables_data  # noqa: PLC0415 - a megabyte

        pairs = {
            source.strip("\u200e"): [entry["c"].strip("\u200e") for entry in entries]
            for source, entries in confusables_data.items()
        }
        found = {c: cls._prototype(c, pairs) for c in pairs if len(c) == 1}
        return {c: prototype for c, prototype in found.items() if prototype != c}

    @staticmethod
    def _prototype(character: str, pairs: Mapping[str, list[str]]) -> str:
        """A character has one prototype; whatever has several look-alikes is their prototype itself."""
        others = pairs[character]
        if len(others) > 1:
            return character
        other = others[0]
        if len(other) > 1 or len(pairs.get(other, ())) > 1:
            return other
        return min(character, other)  # a pair: either will do, as long as both choose it


def _is_legible(name: str) -> bool:
    edges_hold = name[0] not in SEPARATORS and name[-1] not in SEPARATORS
    apart = not any(a in SEPARATORS and b in SEPARATORS for a, b in itertools.pairwise(name))
    scripts = {script for c in name if (script := _script(c)) != "COMMON"}
    return (
        edges_hold
        and apart
        and bool(scripts)
        and None not in scripts
        and _few_marks(name)
        and (len(scripts) == 1 or any(scripts <= together for together in _TOGETHER))
    )


def _script(character: str) -> str | None:
    """The script a character belongs to, COMMON for digits and separators, None where it has no place."""
    from confusable_homoglyphs import categories  # noqa: PLC0415 - loads its tables

    if character in SEPARATORS or (character.isascii() and character.isdigit()):
        return "COMMON"
    if character in _JAPANESE_SIGNS:
        return _JAPANESE_SIGNS[character]
    category, script = unicodedata.category(character), str(categories.alias(character))
    # A mark that belongs to no script can be piled on any letter; one of a script spells its words.
    has_place = category in _LETTERS or category in _MARKS
    return script if has_place and script not in {"COMMON", "INHERITED", "Unknown"} else None


def _few_marks(name: str) -> bool:
    """Marks follow a letter, two at most: a vowel and a tone."""
    marks = [unicodedata.category(c) in _MARKS for c in name]
    piled = any(all(marks[i : i + 3]) for i in range(len(marks) - 2))
    return not marks[0] and not piled


def _is_reserved(name: str) -> bool:
    parts = {_bare(part) for part in _split(name)}
    return not parts.isdisjoint(_bare_all(_OFFICIAL)) or _bare(name) in _bare_all(_OFFICIAL + _TAKEN_WORDS)


def _split(name: str) -> list[str]:
    for separator in SEPARATORS:
        name = name.replace(separator, " ")
    return name.split()


def _bare(name: str) -> str:
    """The letters that are meant: without separators, a number at the end, accents and disguises."""
    joined = "".join(_split(name))
    letters = skeleton(joined.rstrip("0123456789") or joined)
    return "".join(c for c in letters if unicodedata.category(c) != "Mn").translate(_DISGUISES)


@functools.cache
def _bare_all(words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(_bare, words))
