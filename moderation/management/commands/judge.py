"""`manage.py judge`: what rules and classifier make of each line of standard input. Nothing is stored."""

import argparse
import io
import sys
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, BinaryIO

import msgspec
import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from moderation.classifiers.base import Classifier, ModelUnavailableError
from moderation.decisions import (
    DEFAULT_THRESHOLDS,
    DEFAULT_TREATMENT,
    MINOR_THRESHOLDS,
    MINOR_TREATMENT,
    Thresholds,
    stricter,
)
from moderation.judging import Bench, Judged, explained, judge_texts
from moderation.rules.compile import compile_rules
from moderation.rules.defaults import default_rules
from moderation.selectors.policies import all_specs, standard_in_force
from moderation.selectors.serving import Wanted, wanted_models
from moderation.services.serving import load_wanted

_CONNECT_TIMEOUT_S = 2


class Command(BaseCommand):
    """Reads until the end of its input; usable without a database."""

    help = (
        "Judge each line of standard input by the site's rules and the classifier, and print one JSON object "
        "a line: text, verdict (allow, nudge, review, hold, hide, escalate or block), what the rules and the "
        "classifier say, findings with their evidence, scores by label, model, what a second model says "
        "where that one is unsure, policy version. Nothing is stored. Where no database answers, the bundled "
        "rules and thresholds are used. Example: echo 'hello there' | python manage.py judge"
    )
    requires_system_checks = ()

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """The command's options."""
        form = parser.add_mutually_exclusive_group()
        form.add_argument("--json", action="store_true", help="JSON lines, for programs (the default)")
        form.add_argument("--plain", action="store_true", help="verdict, highest score and text, for reading")
        parser.add_argument(
            "--adults",
            action="store_true",
            help="as in a room of adults that screens after; otherwise as where minors may read",
        )
        parser.add_argument(
            "--explain",
            action="store_true",
            help="say which words drove each finding of the classifier (`because`: start and end by label)",
        )
        parser.add_argument("--rules-only", action="store_true", help="do not load the classifier")
        parser.add_argument("--batch", type=int, default=32, help="lines at once (32); 1 answers each line")

    def handle(self, *_: object, **options: Any) -> None:
        """Judge, in batches, until the input ends."""
        if options["batch"] < 1:
            raise CommandError("--batch must be at least 1.")
        bench = self._bench(minors_may_read=not options["adults"])
        classifier, second = (None, None) if options["rules_only"] else _classifiers()
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(encoding="utf-8")
        show = _plainly if options["plain"] else _as_json
        for texts in _batches(_lines(sys.stdin.buffer), options["batch"]):
            for judged in judge_texts(texts, bench, classifier, second):
                said = explained(judged, classifier, second) if classifier and options["explain"] else judged
                self.stdout.write(show(said))
            self.stdout.flush()

    def _bench(self, *, minors_may_read: bool) -> Bench:
        try:
            psycopg.connect(settings.DATABASE_URL, connect_timeout=_CONNECT_TIMEOUT_S).close()
            return _site_bench(minors_may_read=minors_may_read)
        except (psycopg.Error, DatabaseError):
            self.stderr.write("No database answers: judging by the bundled rules and thresholds (version 0).")
        thresholds = _company(DEFAULT_THRESHOLDS, minors_may_read=minors_may_read)
        treatment = MINOR_TREATMENT if minors_may_read else DEFAULT_TREATMENT
        return Bench(default_rules(), thresholds, 0, minors_may_read, treatment)


def _site_bench(*, minors_may_read: bool) -> Bench:
    standard = standard_in_force()
    bands = standard.of_band.values() if minors_may_read else ()
    thresholds = stricter(_company(standard.site, minors_may_read=minors_may_read), *bands)
    rules = compile_rules(all_specs(), version=standard.version)
    treatment = MINOR_TREATMENT if minors_may_read else standard.languages.site
    return Bench(rules, thresholds, standard.version, minors_may_read, treatment)


def _company(thresholds: Thresholds, *, minors_may_read: bool) -> Thresholds:
    return stricter(thresholds, MINOR_THRESHOLDS) if minors_may_read else thresholds


def _classifiers() -> tuple[Classifier, Classifier | None]:
    """The models that judge on the site: the first, and where one is chosen, the second."""
    first, second = _wanted()
    try:
        return load_wanted(first), load_wanted(second) if second else None
    except ModelUnavailableError as error:
        raise CommandError(f"{error} (--rules-only judges without it.)") from error


def _wanted() -> tuple[Wanted, Wanted | None]:
    """Without a database the settings' model, and no second."""
    try:
        return wanted_models()
    except (psycopg.Error, DatabaseError):
        return Wanted(0, settings.CLASSIFIER_MODEL), None


def _lines(stream: BinaryIO) -> Iterator[str]:
    """Lines as text; bytes that are no UTF-8 become U+FFFD, as in a browser."""
    for line in stream:
        yield line.removesuffix(b"\n").removesuffix(b"\r").decode(errors="replace")


def _batches(lines: Iterable[str], size: int) -> Iterator[list[str]]:
    lines = iter(lines)
    while batch := list(islice(lines, size)):
        yield batch


def _as_json(judged: Judged) -> str:
    return msgspec.json.encode(judged).decode()


def _plainly(judged: Judged) -> str:
    highest = _highest(judged.scores)
    if judged.second:
        highest = f"{highest} | {judged.second.name}: {_highest(judged.second.scores)}"
    return f"{judged.verdict:<9}{highest:<22} {judged.text}{_in_words(judged)}"


def _highest(scores: Mapping[str, float]) -> str:
    label, score = max(scores.items(), key=lambda scored: scored[1], default=("", 0.0))
    return f"{score:.2f} {label}" if label else "-"


def _in_words(judged: Judged) -> str:
    spans = sorted({span for found in (judged.because or {}).values() for span in found})
    return f"  <- {', '.join(judged.text[start:end] for start, end in spans)}" if spans else ""
