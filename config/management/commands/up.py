"""`manage.py up` as Django lists it; manage.py itself runs it before Django (config/embedded/up.py)."""

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from config.embedded import up


class Command(BaseCommand):
    """Start everything in the foreground."""

    help = up.SUMMARY
    requires_system_checks = ()

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """The same as without Django."""
        up.add_arguments(parser)

    def handle(self, *_: object, port: int, data: Path, demo: bool, **__: Any) -> None:
        """Exit with its status."""
        raise SystemExit(up.up(port=port, data=data, demo=demo))
