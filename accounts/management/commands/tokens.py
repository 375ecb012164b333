"""`manage.py tokens`: make, list and revoke personal access tokens from the command line."""

import argparse
import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import Person, PersonalAccessToken, Scope
from accounts.selectors import tokens_of
from accounts.services.sessions import create_token, revoke_token
from common.clock import now
from common.errors import Refused


class Command(BaseCommand):
    """Access tokens for bots and tools."""

    help = "Make, list and revoke access tokens: what bots and tools sign in with, in a person's name."

    def add_arguments(self, parser: CommandParser) -> None:
        """Three acts, each about one person."""
        acts = parser.add_subparsers(dest="act", required=True, metavar="create | list | revoke")
        create = acts.add_parser("create", help="make a token and print its secret, this once")
        self._person(create)
        create.add_argument(
            "--scope",
            action="append",
            required=True,
            choices=[str(scope) for scope in Scope],
            help="what it may do; give it again for more",
        )
        create.add_argument("--name", default="made on the command line", help="what it is for")
        create.add_argument("--days", type=_days, default=90, help="how long it works (90)")
        self._person(acts.add_parser("list", help="the tokens that still work"))
        revoke = acts.add_parser("revoke", help="make a token useless at once")
        self._person(revoke)
        revoke.add_argument("token", metavar="TOKEN", help="its id, as `list` shows it")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Do what was asked; a refusal is one sentence and exit 1."""
        person = Person.objects.filter(name__iexact=options["person"]).first()
        if person is None:
            raise CommandError(f"There is nobody of the name {options['person']}.")
        try:
            getattr(self, f"_{options['act']}")(person, options)
        except Refused as refusal:
            raise CommandError(refusal.sentence) from refusal

    @staticmethod
    def _person(parser: argparse.ArgumentParser) -> None:
        parser.add_argument("person", metavar="PERSON", help="whose: the name on the site")

    def _create(self, person: Person, options: dict[str, Any]) -> None:
        token, secret = create_token(
            person=person,
            name=options["name"],
            scopes=options["scope"],
            expires_at=now() + dt.timedelta(days=options["days"]),
        )
        self.stderr.write(f"Token {token.public_id} for {person.name}. Its secret, shown this once:")
        self.stdout.write(secret)

    def _list(self, person: Person, _options: dict[str, Any]) -> None:
        for token in tokens_of(person):
            self.stdout.write(_line(token))

    def _revoke(self, person: Person, options: dict[str, Any]) -> None:
        revoke_token(person=person, token_public_id=options["token"])
        self.stderr.write("Revoked. Whatever used it is signed out.")


def _days(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 3650:  # noqa: PLR2004 - ten years
        raise argparse.ArgumentTypeError("a number of days from 1 to 3650")
    return int(text)


def _line(token: PersonalAccessToken) -> str:
    ends = f"until {token.expires_at:%Y-%m-%d}" if token.expires_at else "without end"
    used = f"used {token.last_used_at:%Y-%m-%d}" if token.last_used_at else "not used yet"
    return f"{token.public_id}  {','.join(token.scopes)}  {ends}  {used}  {token.name}"
