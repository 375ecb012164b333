"""The ledger of erasures: a file that only grows, outside of the database and of what becomes of it.

A line is a moment, the name of the key, what happened, and to what, as an HMAC of its public id: whoever has
the file alone learns when and how much, never what or whose. services/erasures.py writes it, config/backup
reads it.
"""

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils.crypto import salted_hmac

from accounts.models.erasure import Erased, Erasure

_SALT = "wardroom.ledger-of-erasures"
_LINE = re.compile(r"(\S+) ([0-9a-f]{8}) ([a-z]+\.[a-z]+) ([0-9a-f]{64})")
_HAPPENED = frozenset(Erased.values)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the file.

    Attributes:
        key: the name of the key that the mark was made with.
        mark: of the subject's public id.
    """

    key: str
    what: Erased
    mark: str


@dataclass(frozen=True, slots=True)
class Ledger:
    """The whole file, in its order.

    Attributes:
        unreadable: lines that are not what is written here: cut off by a crash, or damaged.
    """

    entries: tuple[Entry, ...]
    unreadable: int


def mark_of(kind: str, public_id: str) -> str:
    """What stands in the ledger for this subject ("message", "token", "person"), as 64 hexadecimal digits."""
    return salted_hmac(_SALT, f"{kind}:{public_id}", algorithm="sha256").hexdigest()


def key_name() -> str:
    """Which secret key this is, without telling it: eight hexadecimal digits."""
    return salted_hmac(_SALT, "the key's name", algorithm="sha256").hexdigest()[:8]


def append(file: Path, rows: Iterable[Erasure]) -> None:
    """Add lines, and come back once they are on the disk. Raises OSError.

    Called by one process at a time. A line that a crash cut off is ended first, so that it spoils no other.
    """
    key = key_name()
    text = "".join(f"{row.at.isoformat(timespec='seconds')} {key} {row.what} {row.mark}\n" for row in rows)
    out = os.open(file, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        size = os.fstat(out).st_size
        is_cut_off = size > 0 and os.pread(out, 1, size - 1) != b"\n"
        _write(out, ("\n" if is_cut_off else "").encode() + text.encode())
        os.fsync(out)
    finally:
        os.close(out)
    if size == 0:
        _keep_name(file)


def read(file: Path) -> Ledger:
    """Everything that is in it. Raises OSError: it is not there, or cannot be read."""
    lines = [line for line in file.read_text(errors="replace").splitlines() if line]
    entries = tuple(_entries(lines))
    return Ledger(entries, unreadable=len(lines) - len(entries))


def _entries(lines: Iterable[str]) -> Iterator[Entry]:
    for line in lines:
        found = _LINE.fullmatch(line)
        if found and found[3] in _HAPPENED:
            yield Entry(found[2], Erased(found[3]), found[4])


def _write(out: int, content: bytes) -> None:
    while content:
        content = content[os.write(out, content) :]


def _keep_name(file: Path) -> None:
    """A new file's name is its folder's: that, too, has to be on the disk."""
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
