"""`manage.py audit verify`: whether the audit log is whole."""

import argparse
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from accounts.services.audit import Flaw, Problem, Witness, head, verify_chain

_WORDS = {
    Flaw.ALTERED: "was changed after it was written",
    Flaw.MISSING: "and perhaps more after it are missing",
    Flaw.UNLINKED: "does not follow the entry before it",
    Flaw.CUT_OFF: "should be the last, but the log ends elsewhere",
    Flaw.NO_HEAD: "the head of the chain is missing",
    Flaw.REWRITTEN: "is not the entry that was noted down",
}


class Command(BaseCommand):
    """The audit log's chain of hashes."""

    help = "Check the audit log: that no entry was changed, removed, put elsewhere or cut off."

    def add_arguments(self, parser: CommandParser) -> None:
        """One act for now."""
        acts = parser.add_subparsers(dest="act", required=True, metavar="verify")
        verify = acts.add_parser("verify", help="check every entry; exit 1 and a line for each flaw")
        verify.add_argument(
            "--noted",
            type=_witness,
            metavar="NUMBER:HASH",
            help="an end that an earlier run printed and that was kept elsewhere: it must still be there. "
            "Without one, nobody can tell a log that was rewritten whole.",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Verify, say the end of the chain, exit 1 where something is wrong."""
        problems = verify_chain(noted=options["noted"])
        for problem in problems:
            self.stdout.write(_sentence(problem))
        if problems:
            sys.exit(1)
        end = head()
        self.stdout.write(f"The audit log is whole. Its end: {end.sequence}:{end.hash}")


def _witness(text: str) -> Witness:
    number, _, digest = text.partition(":")
    if not number.isdigit() or len(digest) != 64:  # noqa: PLR2004 - SHA-256 in hexadecimal
        raise argparse.ArgumentTypeError("a number, a colon and 64 hexadecimal digits, as verify prints them")
    return Witness(int(number), digest)


def _sentence(problem: Problem) -> str:
    return f"Entry {problem.sequence} {_WORDS[problem.flaw]}."
