"""English words that a line of English rarely goes without, and that other languages do not share.

They are in english.txt; few on purpose: a line with one of them is English or mixed, and nothing is said
against it. Words that are words elsewhere too are left out: a, as, an, in, on, me, no, so, do, to, was, die.
"""

from pathlib import Path

COMMON = frozenset((Path(__file__).parent / "english.txt").read_text("utf-8").split())
