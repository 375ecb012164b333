"""`manage.py model feedback`: decided texts into a file that training and `model evaluate` read."""

import argparse
import csv
import datetime as dt
import gzip
import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from accounts.models import Person
from common.clock import now
from common.errors import Refused
from moderation.classifiers.rows import ABOUT
from moderation.management.moments import moment
from moderation.services.feedback import Example, Feedback, read_feedback
from moderation.truth import LABELS

Write = Callable[[str], object]

_PROGRESS_EVERY = 1_000
_ABOUT = ("model", "version", "language", "screening", "age_band", "author")
_COLUMNS = (
    *("source", "text", "weight", *LABELS),
    *(ABOUT + name for name in _ABOUT),
    *(f"{ABOUT}{label}_score" for label in LABELS),
)


def add_arguments(verb: argparse.ArgumentParser) -> None:
    """Since when, by whose leave, into which file."""
    verb.add_argument("--since", type=moment, required=True, help="a date, or 7d: seven days ago")
    verb.add_argument("--until", type=moment, help="a date, or 1d; usually now")
    verb.add_argument("--by", required=True, metavar="NAME", help="the administrator who answers for it")
    verb.add_argument("--out", type=Path, required=True, metavar="FILE.csv.gz", help="a new file")


def export(options: dict[str, Any], write: Write) -> None:
    """Write the file, say what is in it and what was left out."""
    out, until = options["out"], options["until"] or now()
    _require_place(out)
    feedback = _feedback(options["by"], options["since"], until)
    if not feedback.total:
        _say_left_out(feedback, write)
        raise CommandError("There is no decided text of that time to export. No file was written.")
    with _new_file(out) as file:
        written = _write_rows(file, feedback, write)
    write(f"{written} decided texts in {out}, readable by you alone.")
    _say_left_out(feedback, write)
    write("Names, addresses and numbers are replaced where they have a form: read it before you pass it on.")


def _feedback(name: str, since: dt.datetime, until: dt.datetime) -> Feedback:
    if since >= until:
        raise CommandError("--since must lie before --until.")
    person = Person.objects.filter(name__iexact=name).first()
    if person is None:
        raise CommandError(f"There is nobody of the name {name}.")
    try:
        return read_feedback(by=person, since=since, until=until)
    except Refused as refusal:
        raise CommandError(f"{person.name} is no administrator of this site.") from refusal


def _require_place(out: Path) -> None:
    """Before anything is read: reading is on record."""
    if not out.name.endswith(".csv.gz"):
        raise CommandError("--out must end in .csv.gz: that is how training reads it.")
    if out.exists() or out.is_symlink():
        raise CommandError(f"{out} is there already. Name another file; nothing is overwritten.")
    if not out.parent.is_dir():
        raise CommandError(f"The folder {out.parent} is not there.")


@contextmanager
def _new_file(out: Path) -> Iterator[io.TextIOBase]:
    """A file for its owner alone, that appears whole or not at all and replaces none."""
    part = out.with_name(f".{out.name}.{os.getpid()}.part")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as raw:
            packed = gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0)
            with packed, io.TextIOWrapper(packed, "utf-8", newline="") as text:
                yield text
            os.fsync(raw.fileno())
        os.link(part, out)  # refuses where somebody has put a file there meanwhile
    finally:
        part.unlink(missing_ok=True)


def _write_rows(file: io.TextIOBase, feedback: Feedback, write: Write) -> int:
    rows = csv.DictWriter(file, _COLUMNS)
    rows.writeheader()
    written = 0
    for written, example in enumerate(feedback.examples, 1):
        rows.writerow(_row(example))
        if written % _PROGRESS_EVERY == 0:
            write(f"{written} of {feedback.total}")
    return written


def _row(example: Example) -> dict[str, object]:
    judged = example.judged
    scores = {label: round(score, 3) for label, score in judged.scores.items() if label in LABELS}
    return {
        "source": f"feedback, {judged.way}",
        "text": example.text,
        "weight": judged.looks,
        **judged.truth,
        "about_model": judged.model[0],
        "about_version": judged.model[1],
        "about_language": judged.language,
        "about_screening": example.screening,
        "about_age_band": example.age_band,
        "about_author": example.author,
        **{f"{ABOUT}{label}_score": score for label, score in scores.items()},
    }


def _say_left_out(feedback: Feedback, write: Write) -> None:
    for reason, count in feedback.left_out.items():
        write(f"Left out: {count}, because {reason}.")
