"""`manage.py protocol_docs`: write docs/protocol.md and asyncapi.yaml from rooms/protocol/, or compare."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from rooms.asyncapi import document
from rooms.protocol_page import page

FILE = settings.BASE_DIR / "docs" / "protocol.md"
ASYNCAPI_FILE = settings.BASE_DIR / "docs" / "asyncapi.yaml"


class Command(BaseCommand):
    """Exit status 1 with --check where a document is not what the code says."""

    help = (
        "Write docs/protocol.md and docs/asyncapi.yaml from rooms/protocol/; with --check only say whether "
        "they are up to date."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """The command's options."""
        parser.add_argument("--check", action="store_true", help="change nothing; fail where it differs")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        """Write or compare."""
        for file, text in ((FILE, page()), (ASYNCAPI_FILE, document())):
            if not options["check"]:
                file.write_text(text, encoding="utf-8")
            elif not file.exists() or file.read_text(encoding="utf-8") != text:
                raise CommandError(
                    f"docs/{file.name} is not what rooms/protocol/ says: run manage.py protocol_docs"
                )
