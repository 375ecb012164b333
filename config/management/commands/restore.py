"""`manage.py restore FILE`: a backup back into the database, whole or not at all."""

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.backup.programs import BackupError
from config.backup.restoring import restore

_AFTERWARDS = """\
Every room has a new epoch: clients load afresh. Everybody signs in again. As it was when the backup was made:
passwords, access tokens (also those revoked since), suspensions, and what people deleted or had hidden since;
no ledger of erasures is kept outside of the database, so look through what was asked of you since then.
"""


class Command(BaseCommand):
    """Runs as the owner of the tables (DATABASE_OWNER_URL)."""

    help = "Put the backup FILE into the database: whole or not at all. Refuses one that is not empty."
    requires_system_checks = ()

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Where from, and whether what is there may go."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--replace", action="store_true", help="replace everything in the database")

    def handle(self, *_: object, file: Path, replace: bool, **__: Any) -> None:
        """Restore, and say what is there now; 1 where the audit log is not whole."""
        try:
            done = restore(file, replace=replace)
        except BackupError as failure:
            raise CommandError(str(failure)) from None
        self.stdout.write(f"Restored: {done.people} people, {done.rooms} rooms, {done.messages} messages.")
        if done.migrated:
            self.stdout.write(f"{done.migrated} migrations that came after the backup were applied.")
        self.stdout.write(_AFTERWARDS)
        if done.flaws:
            raise CommandError(f"The audit log has {done.flaws} flaws: `manage.py audit verify` names them.")
        self.stdout.write("The audit log is whole.")
