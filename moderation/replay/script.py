"""The lines to be said: read from chat logs, labelled sets or plain text, and mixed. Pure but for reading."""

import csv
import gzip
import io
import itertools
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO


class ScriptError(ValueError):
    """A file that cannot be played; its text says which and why."""


def read_lines(files: list[Path], *, limit: int, seed: int, max_length: int) -> list[str]:
    """Up to `limit` lines, as many from each file as the others, shuffled together by `seed`.

    Reads .jsonl (field "text"), .csv (column "text") and plain text, each also gzipped. Lines that are empty
    or longer than `max_length` characters are passed over. Raises ScriptError.
    """
    share = -(-limit // len(files))
    lines = [
        line
        for file in files
        for line in itertools.islice(
            (text for text in _texts(file) if text.strip() and len(text) <= max_length), share
        )
    ]
    if not lines:
        raise ScriptError(f"No line to say in {', '.join(map(str, files))}.")
    random.Random(seed).shuffle(lines)  # noqa: S311 - an order that can be repeated, not a secret
    return lines[:limit]


def _texts(file: Path) -> Iterator[str]:
    name = file.name.removesuffix(".gz")
    try:
        with _opened(file) as text:
            if name.endswith(".jsonl"):
                yield from (json.loads(line)["text"] for line in text if line.strip())
            elif name.endswith(".csv"):
                yield from (row["text"] for row in csv.DictReader(text))
            else:
                yield from (line.rstrip("\n") for line in text)
    except (OSError, KeyError, UnicodeError, json.JSONDecodeError) as error:
        raise ScriptError(f"{file} cannot be read as chat: {error!r}") from error


def _opened(file: Path) -> TextIO:
    if file.suffix == ".gz":
        return io.TextIOWrapper(gzip.open(file), encoding="utf-8", newline="")
    return file.open(encoding="utf-8", newline="")
