"""The accounts that play or load: made once, kept, given fresh tokens for each run. Adults, off probation."""

import datetime as dt
from dataclasses import dataclass

from django.conf import settings

from accounts.models import Person, Scope
from accounts.services.sessions import create_token
from common.clock import now, today
from rooms.models import Membership, Room

# Out of probation and old enough for any room: the log is played, not the rules for newcomers.
_JOINED_BEFORE = dt.timedelta(days=365)
_AGE_YEARS = 40
_SCOPES = (Scope.READ, Scope.WRITE)


@dataclass(frozen=True, slots=True)
class Player:
    """One account, the secret that opens its socket, and the room that it talks or listens in."""

    person_id: int
    secret: str
    room: Room


class NotHereError(RuntimeError):
    """Playing makes accounts: not on a site where people are."""


def prepare(kind: str, count: int, rooms: list[Room]) -> list[Player]:
    """`count` people named after `kind`, spread evenly over `rooms`, members there.

    Raises NotHereError on production settings.
    """
    require_nobody_real()
    people = _accounts([f"{kind}{number}" for number in range(count)])
    placed = [(person, rooms[number % len(rooms)]) for number, person in enumerate(people)]
    Membership.objects.bulk_create(
        [Membership(room=room, person=person) for person, room in placed],
        update_conflicts=True,
        unique_fields=["room", "person"],
        update_fields=["left_at"],
    )
    return [_player(person, room) for person, room in placed]


def require_nobody_real() -> None:
    """Raises NotHereError on production settings."""
    if settings.PRODUCTION:
        raise NotHereError("This makes accounts of its own, so it does not run on production settings.")


def account(name: str) -> Person:
    """The account of that name; nobody can sign in to it with a password."""
    [person] = _accounts([name])
    return person


def _accounts(names: list[str]) -> list[Person]:
    known = {person.name: person for person in Person.objects.filter(name__in=names)}
    return [known.get(name) or _made(name) for name in names]


def _made(name: str) -> Person:
    birth_date = today().replace(day=1)
    return Person.objects.create(
        name=name,
        email=f"{name}@replay.invalid",
        birth_date=birth_date.replace(year=birth_date.year - _AGE_YEARS),
        joined_at=now() - _JOINED_BEFORE,
        password="!",  # noqa: S106 - no password fits: these sign in by token alone
    )


def _player(person: Person, room: Room) -> Player:
    expires_at = now() + dt.timedelta(days=1)
    _, secret = create_token(person=person, name="replay", scopes=_SCOPES, expires_at=expires_at)
    return Player(person_id=person.pk, secret=secret, room=room)
