"""Ordinary English words: what reads as one of them is no disguise of another. Read once, when first asked.

lists/english.txt.gz is SCOWL's American list (licence in lists/SOURCES.md).
"""

import gzip
import re
from functools import cache
from pathlib import Path

_BETWEEN_WORDS = re.compile(r"[\s-]+")
_FILE = Path(__file__).parent / "lists" / "english.txt.gz"


@cache
def ordinary_words() -> frozenset[str]:
    """Lower-case ASCII words, about 88,000."""
    return frozenset(gzip.decompress(_FILE.read_bytes()).decode("ascii").split("\n"))


def is_ordinary(word: str) -> bool:
    """Whether English writes this word, whatever its case."""
    return word in ordinary_words() or word.lower() in ordinary_words()


def are_ordinary(text: str) -> bool:
    """Whether a text is nothing but ordinary words, with spaces or hyphens between them."""
    words = _BETWEEN_WORDS.split(text.replace("'", ""))
    return all(map(is_ordinary, words))
