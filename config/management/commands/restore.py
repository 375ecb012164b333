"""`manage.py restore FILE`: a backup back into the database, whole or not at all."""

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.backup.programs import BackupError
from config.backup.restoring import Restored, restore

_AFTERWARDS = """\
Every room has a new epoch: clients load afresh. Everybody signs in again. As it was when the backup was made:
passwords, roles, suspensions, who is in which room, who has blocked whom, and texts that were edited since.
"""


class Command(BaseCommand):
    """Runs as the owner of the tables (DATABASE_OWNER_URL)."""

    help = "Put the backup FILE into the database: whole or not at all. Refuses one that is not empty."
    requires_system_checks = ()

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Where from, and whether what is there may go."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--replace", action="store_true", help="replace everything in the database")
        parser.add_argument(
            "--without-erasures",
            action="store_true",
            help="bring back what was deleted, hidden, revoked and closed since",
        )

    def handle(self, *_: object, file: Path, replace: bool, without_erasures: bool, **__: Any) -> None:
        """Restore, and say what is there now; 1 where the audit log or the ledger is not whole."""
        try:
            done = restore(file, replace=replace, with_erasures=not without_erasures)
        except BackupError as failure:
            raise CommandError(str(failure)) from None
        self.stdout.write(f"Restored: {done.people} people, {done.rooms} rooms, {done.messages} messages.")
        if done.migrated:
            self.stdout.write(f"{done.migrated} migrations that came after the backup were applied.")
        self.stdout.write(_erasures(done, left_out=without_erasures))
        self.stdout.write(_AFTERWARDS)
        if done.unreadable:
            raise CommandError(
                f"{done.unreadable} lines of the ledger of erasures could not be read:"
                " what they name may be back."
            )
        if done.flaws:
            raise CommandError(f"The audit log has {done.flaws} flaws: `manage.py audit verify` names them.")
        self.stdout.write("The audit log is whole.")


def _erasures(done: Restored, *, left_out: bool) -> str:
    if left_out:
        return "What was deleted, hidden, revoked and closed since the backup IS BACK, as you asked."
    return f"{done.erased} messages, tokens and accounts stay erased, as the ledger of erasures has it."
