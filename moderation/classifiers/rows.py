"""Labelled lines from CSV files, for training and evaluation: source, text, weight, a column a label.

A column `groups` may name the identity groups that a line speaks of, with spaces between. Columns whose names
begin with `about_` say where a line is from and are no labels: `manage.py model feedback` writes such.
"""

import csv
import gzip
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

_NOT_LABELS = ("source", "text", "weight", "groups")
ABOUT = "about_"
_LONGEST_CELL = 1 << 24
Numbers = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Rows:
    """Labelled lines.

    Attributes:
        sources: where each comes from.
        texts: the lines.
        weights: how much each counts in training, shape (rows,).
        labels: what the columns of `truth` are.
        truth: shape (rows, labels), in [0, 1]; NaN is unknown, which is not 0.
        groups: the identity groups that each speaks of, where the files say so; else empty.
    """

    sources: tuple[str, ...]
    texts: tuple[str, ...]
    weights: Numbers
    labels: tuple[str, ...]
    truth: Numbers
    groups: tuple[frozenset[str], ...] = ()

    def __len__(self) -> int:
        return len(self.texts)

    def take(self, which: Sequence[int] | npt.NDArray[np.int64]) -> "Rows":
        """Some of the rows, in the order given."""
        index = np.asarray(which, dtype=np.int64)
        return Rows(
            tuple(self.sources[i] for i in index),
            tuple(self.texts[i] for i in index),
            self.weights[index],
            self.labels,
            self.truth[index],
            tuple(self.groups[i] for i in index) if self.groups else (),
        )

    def with_benign(self, texts: Sequence[str], *, source: str, weight: float) -> "Rows":
        """These rows, and lines that carry no label at all."""
        clean = np.zeros((len(texts), len(self.labels)), np.float32)
        weights = np.full(len(texts), weight, np.float32)
        return self.followed_by(Rows((source,) * len(texts), tuple(texts), weights, self.labels, clean))

    def followed_by(self, others: "Rows") -> "Rows":
        """These rows and then the others, which have the same labels; groups are left out."""
        return Rows(
            self.sources + others.sources,
            self.texts + others.texts,
            np.append(self.weights, others.weights),
            self.labels,
            np.vstack([self.truth, others.truth]),
        )


def read_rows(*files: Path) -> Rows:
    """The rows of CSV files (.gz or not), with the labels of the first. An empty or missing label is NaN."""
    csv.field_size_limit(_LONGEST_CELL)
    rows = [row for file in files for row in _read(file)]
    labels = tuple(filter(_is_label, rows[0])) if rows else ()
    return Rows(
        tuple(row.get("source") or "" for row in rows),
        tuple(row["text"] for row in rows),
        np.array([float(row.get("weight") or 1) for row in rows], np.float32),
        labels,
        np.array([[_known(row.get(label) or "") for label in labels] for row in rows], np.float32).reshape(
            len(rows), len(labels)
        ),
        tuple(frozenset((row.get("groups") or "").split()) for row in rows)
        if rows and "groups" in rows[0]
        else (),
    )


def read_chat(file: Path) -> list[str]:
    """The texts of a chat log: a JSON object a line, with `text`."""
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        return [json.loads(line)["text"] for line in lines]


def set_apart(texts: Sequence[str], share: float = 0.2) -> tuple[list[str], list[str]]:
    """Lines for training and lines to measure on: by a text's digest, so equal texts stay together."""
    parts: tuple[list[str], list[str]] = ([], [])
    for text in texts:
        digest = hashlib.sha1(text.strip().lower().encode(errors="replace"), usedforsecurity=False).digest()
        parts[digest[0] < share * 256].append(text)
    return parts


def _groups_of(row: dict[str, str]) -> frozenset[str]:
    return frozenset((row.get("groups") or "").split())


def _is_label(column: str) -> bool:
    return column not in _NOT_LABELS and not column.startswith(ABOUT)


def _read(file: Path) -> Iterator[dict[str, str]]:
    opened = gzip.open if file.suffix == ".gz" else open
    with opened(file, "rt", encoding="utf-8", newline="") as content:
        yield from csv.DictReader(content)


def _known(cell: str) -> float:
    return float(cell) if cell else float("nan")
