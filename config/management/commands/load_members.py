"""`manage.py load_members`: people for a load test, members of the rooms named, each with a fresh token."""

import argparse
import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from moderation.replay import people
from rooms.models import Access, Room, ScreeningMode
from rooms.services.rooms import create_room

# What a room that is shown before it is screened asks of its members.
_ADULT = 18


class Command(BaseCommand):
    """Prints one JSON object a member, {"person", "room", "token"}, on a line each."""

    help = (
        "Make members for a load test and print their tokens, which hold for a day (development only). "
        "A room that is missing is made. Run again: the same people, fresh tokens."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """The command's options."""
        parser.add_argument("--count", type=int, required=True, help="how many members in all")
        parser.add_argument("--room", action="append", required=True, metavar="SLUG", help="may be repeated")
        parser.add_argument("--prefix", default="load", help="of their names (load)")
        parser.add_argument(
            "--screening",
            choices=[str(mode) for mode in ScreeningMode],
            default=str(ScreeningMode.BEFORE),
            help="of rooms that are made (before); after is for adults",
        )

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        """Rooms, people and tokens: all of them, or none."""
        try:
            people.require_nobody_real()
        except people.NotHereError as error:
            raise CommandError(str(error)) from error
        rooms = [self._room(slug, options) for slug in options["room"]]
        for player in people.prepare(f"{options['prefix']}-", options["count"], rooms):
            member = {"person": player.person_id, "room": player.room.public_id, "token": player.secret}
            self.stdout.write(json.dumps(member))

    def _room(self, slug: str, options: dict[str, Any]) -> Room:
        screening = options["screening"]
        return Room.objects.filter(slug=slug).first() or create_room(
            by=people.account(f"{slug}-keeper"),  # each its own: nobody opens many rooms an hour
            name=slug,
            slug=slug,
            topic="A load test",
            rules="",
            access=Access.PUBLIC,
            minimum_age=_ADULT if screening == ScreeningMode.AFTER else 0,
            screening_mode=screening,
            slow_mode_s=0,
        )
