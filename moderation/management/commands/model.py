"""`manage.py model`: what may be done with a classifier's folder. So far: measure it."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from moderation.classifiers.base import ModelUnavailableError
from moderation.classifiers.evaluate import command


class Command(BaseCommand):
    """Usable without a database."""

    help = (
        "evaluate MODEL --data FILE…: how good a model is on labelled lines that it never saw, with "
        "intervals, by label, source and identity group, and under each disguise. Writes report.json, "
        "report.svg and errors.md (abuse verbatim) into --out."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """A subcommand each."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        command.add_arguments(verbs.add_parser("evaluate", help="measure a model on labelled lines"))

    def handle(self, *_: object, **options: Any) -> None:
        """Do what was asked."""
        try:
            found = command.evaluate(argparse.Namespace(**options))
        except (ModelUnavailableError, OSError, KeyError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(command.summary(found))
