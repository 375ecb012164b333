"""`manage.py protocol_docs`: write docs/protocol.md from rooms/protocol.py, or say whether it is so."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from rooms.protocol_page import page

FILE = settings.BASE_DIR / "docs" / "protocol.md"


class Command(BaseCommand):
    """Exit status 1 with --check where the document is not what the code says."""

    help = "Write docs/protocol.md from rooms/protocol.py; with --check only say whether it is up to date."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """The command's options."""
        parser.add_argument("--check", action="store_true", help="change nothing; fail where it differs")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        """Write or compare."""
        if not options["check"]:
            FILE.write_text(page(), encoding="utf-8")
        elif not FILE.exists() or FILE.read_text(encoding="utf-8") != page():
            raise CommandError(
                "docs/protocol.md is not what rooms/protocol.py says: run manage.py protocol_docs"
            )
