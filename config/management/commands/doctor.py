"""`manage.py doctor`: is everything configured, reachable and up to date, one line each, with what to do."""

import argparse
import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand

from config.doctor import judging, servers, site
from config.doctor.findings import Finding, State

_CHECKS = (
    servers.database,
    servers.time_of_day,
    servers.migrations,
    servers.audit_log,
    servers.ledger_of_erasures,
    servers.redis_server,
    servers.broker,
    judging.worker,
    judging.classifier,
    judging.canary,
    judging.waiting,
    judging.rules,
    judging.queue,
    site.origins,
    site.security,
    site.mail,
    site.search,
)
_MARKS = {State.WELL: "ok  ", State.LOOK: "look", State.WRONG: "WRONG"}


class Command(BaseCommand):
    """Look at everything and change nothing."""

    help = (
        "Say what is configured, what can be reached and what is behind, one line each, and what to do. "
        "Exits with 1 when something is wrong."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """How to print."""
        parser.add_argument("--json", action="store_true", help="one JSON list, for programs")

    def handle(self, *_: object, **options: Any) -> None:
        """Print what is found."""
        found = [finding for check in _CHECKS for finding in check()]
        if options["json"]:
            self.stdout.write(json.dumps([asdict(finding) for finding in found], indent=2))
        else:
            for finding in found:
                self._print(finding)
        if any(finding.state == State.WRONG for finding in found):
            raise SystemExit(1)

    def _print(self, finding: Finding) -> None:
        self.stdout.write(f"{_MARKS[finding.state]:<6}{finding.what:<22} {finding.is_so}")
        if finding.do:
            self.stdout.write(f"{'':<6}{'':<22} → {finding.do}")
