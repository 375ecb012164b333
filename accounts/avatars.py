"""Initials and ground of a person's avatar, until pictures (screened) come.

Pages and the socket's frames take both from here. The grounds are .avatar--0 to .avatar--7 in the CSS.
"""

from zlib import crc32

HUES = 8


def initials_of(name: str) -> str:
    """The first letters of the first and the last word; of a single word, its first letter."""
    words = name.replace("_", " ").replace("-", " ").replace(".", " ").split()
    letters = [word[0] for word in (*words[:1], *words[1:][-1:])]
    return ("".join(letters) or name[:1]).upper()


def hue_of(public_id: str) -> int:
    """Which of the eight grounds: the same for a person everywhere and for ever."""
    return crc32(public_id.encode()) % HUES
