"""`manage.py model`: the classifiers' folders: which are here, which judges, how good one is, another one."""

import argparse
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from moderation.classifiers.base import ModelUnavailableError
from moderation.classifiers.evaluate import command
from moderation.management import feedback_verb, model_verbs, proposal_verb, second_verb

_VERBS: dict[str, Callable[[dict[str, Any], Callable[[str], object]], None]] = {
    "list": model_verbs.list_models,
    "show": model_verbs.show,
    "verify": model_verbs.verify,
    "use": model_verbs.use,
    "second": second_verb.second,
    "install": model_verbs.install,
    "feedback": feedback_verb.export,
    "proposal": proposal_verb.propose,
}


class Command(BaseCommand):
    """`use`, `second`, `feedback` and `proposal` need the database; the others do not."""

    help = (
        "list, show, verify: the models that are here. use: which one judges. second: which one "
        "reads what that one is unsure of. install: another one. "
        "evaluate MODEL --data FILE…: how good one is on labelled lines that it never saw, with intervals, "
        "by label, source and identity group, and under each disguise. "
        "feedback: what moderators decided, as labelled lines without names. "
        "proposal: what that says about the thresholds."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """A subcommand each."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        model_verbs.add_arguments(verbs)
        what = "have a second model read what the first is unsure of, and a share of the rest"
        second_verb.add_arguments(verbs.add_parser("second", help=what))
        command.add_arguments(verbs.add_parser("evaluate", help="measure a model on labelled lines"))
        proposal_verb.add_arguments(
            verbs.add_parser("proposal", help="thresholds proposed from decided cases")
        )
        feedback_verb.add_arguments(
            verbs.add_parser("feedback", help="export decided cases as labelled lines without names")
        )

    def handle(self, *_: object, **options: Any) -> None:
        """Do what was asked; what cannot be done is one sentence and exit 1."""
        try:
            if verb := _VERBS.get(options["verb"]):
                verb(options, self.stdout.write)
                return
            found = command.evaluate(argparse.Namespace(**options))
        except (ModelUnavailableError, OSError, KeyError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(command.summary(found))
