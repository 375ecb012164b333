"""`manage.py backup FILE`: the whole database into one file, while the site runs."""

import argparse
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config.backup.dump import back_up
from config.backup.programs import BackupError

_LEFT_OUT = """\
Not in it, keep them yourself: the ledger of erasures ({ledger}: its newest copy, beside the
backups), the secret key (without it everybody signs in again, and the ledger is of no use), .env and what it
names, a classifier's model of your own. Redis holds hints only and needs no backup.
"""


class Command(BaseCommand):
    """Runs as the owner of the tables (DATABASE_OWNER_URL)."""

    help = "Write the whole database into FILE (pg_dump's custom format), while the site runs."
    requires_system_checks = ()

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Where to."""
        parser.add_argument("file", type=Path)

    def handle(self, *_: object, file: Path, **__: Any) -> None:
        """Write it, and say what to note down."""
        try:
            made = back_up(file)
        except BackupError as failure:
            raise CommandError(str(failure)) from None
        self.stdout.write(f"{made.file}: {made.size / 1e6:.1f} MB. It holds all that people said: guard it.")
        self.stdout.write(f"The audit log ended at {made.end.sequence}:{made.end.hash}")
        self.stdout.write(_LEFT_OUT.format(ledger=settings.ERASURE_LEDGER))
