"""`manage.py replay`: play a real chat log through real sockets and report what everybody received."""

import argparse
import asyncio
import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.selectors import age_bands
from moderation.replay import people, player, script
from moderation.replay.report import report
from rooms.models import Room
from rooms.permissions import screens_before

_ZERO = ("lost", "duplicated", "out_of_order", "unjudged_after_60_s", "unanswered")


class Command(BaseCommand):
    """Exit status 1 when a figure that must be zero is not."""

    help = (
        "Play chat logs (.jsonl, .csv with a column text, or plain lines; .gz too) through real sockets of a "
        "running site, and report what was sent, acked, seen, held, hidden, lost. Makes accounts of its own."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """The command's options."""
        parser.add_argument("file", nargs="+", type=Path, help="what to say; several are mixed evenly")
        parser.add_argument("--room", action="append", required=True, metavar="SLUG", help="may be repeated")
        parser.add_argument("--rate", type=float, default=10.0, help="messages a second in all (10)")
        parser.add_argument("--senders", type=int, default=50, help="people who talk (50)")
        parser.add_argument("--readers", type=int, default=50, help="people who listen (50)")
        parser.add_argument("--limit", type=int, default=5000, help="how many lines at most (5000)")
        parser.add_argument("--seed", type=int, default=1, help="of the order in which files are mixed (1)")
        parser.add_argument("--url", default="ws://127.0.0.1:8000/ws/", help="the site's socket")
        parser.add_argument(
            "--patience", type=float, default=90.0, help="seconds to wait after the last line"
        )
        parser.add_argument("--report", type=Path, help="also write the report to this file")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        """Prepare, play, report."""
        rooms = self._rooms(options["room"])
        try:
            lines = script.read_lines(
                options["file"],
                limit=options["limit"],
                seed=options["seed"],
                max_length=settings.MESSAGE_MAX_LENGTH,
            )
            senders = people.prepare("replay-sender-", options["senders"], rooms)
            readers = people.prepare("replay-reader-", options["readers"], rooms)
        except (script.ScriptError, people.NotHereError) as error:
            raise CommandError(str(error)) from error
        self.stderr.write(f"Playing {len(lines)} lines at {options['rate']:g}/s …")
        ledger = asyncio.run(
            player.play(
                options["url"],
                lines=lines,
                senders=senders,
                readers=readers,
                rate=options["rate"],
                patience_s=options["patience"],
            )
        )
        bands = age_bands()
        modes = {r.public_id: "before" if screens_before(r, bands) else "after" for r in rooms}
        figures = {"setting": self._setting(options, len(lines)), **report(ledger, modes=modes)}
        self._publish(figures, options["report"])

    def _rooms(self, slugs: list[str]) -> list[Room]:
        rooms = {room.slug: room for room in Room.objects.filter(slug__in=slugs)}
        if missing := [slug for slug in slugs if slug not in rooms]:
            raise CommandError(f"No room {', '.join(missing)}: create it first, or name another.")
        return [rooms[slug] for slug in slugs]

    def _setting(self, options: dict[str, Any], lines: int) -> dict[str, Any]:
        named = {key: options[key] for key in ("room", "rate", "senders", "readers", "seed")}
        return {"files": [file.name for file in options["file"]], "lines": lines, **named}

    def _publish(self, figures: dict[str, Any], file: Path | None) -> None:
        text = json.dumps(figures, indent=2)
        self.stdout.write(text)
        if file:
            file.write_text(text + "\n", encoding="utf-8")
        broken = [name for name in _ZERO if figures[name]]
        if figures["exposures"].get("before"):
            broken.append("exposures in before rooms")
        if broken:
            raise CommandError(f"Not zero: {', '.join(broken)}.")
