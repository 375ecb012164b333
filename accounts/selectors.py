"""Reads over people. Nothing here decides or writes; permissions.py decides, services/ writes."""

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Lower

from accounts.models import AgeBand, Block, Person, PersonalAccessToken
from accounts.permissions import born_by
from common.clock import now, today
from common.errors import Code, Refused

# The services keep one band at least; should there be none all the same, nobody young gets in by it.
_WITHOUT_BANDS = 18


@dataclass(frozen=True, slots=True)
class BandCount:
    """A band and how many people it holds."""

    band: AgeBand
    people: int


@dataclass(frozen=True, slots=True)
class Census:
    """How people fall into bands: in each, younger than the lowest, of unknown age."""

    bands: tuple[BandCount, ...]
    below: int
    unknown: int

    @property
    def minors(self) -> int:
        """How many are protected as minors: in a minors' band, in none, or of unknown age."""
        inside = sum(one.people for one in self.bands if one.band.is_minor)
        return inside + self.below + self.unknown


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A browser that is signed in.

    Attributes:
        handle: names it on pages; the session key itself never leaves the server.
        network: the address without its household part.
    """

    handle: str
    session_key: str
    agent: str
    network: str
    since: dt.datetime
    last_seen_at: dt.datetime
    is_current: bool


def age_bands() -> list[AgeBand]:
    """Every band, youngest first."""
    return list(AgeBand.objects.order_by("minimum_age"))


def site_minimum_age() -> int:
    """The lowest band's minimum: nobody younger may join. Without any band, adults only."""
    lowest = AgeBand.objects.order_by("minimum_age").values_list("minimum_age", flat=True).first()
    return _WITHOUT_BANDS if lowest is None else lowest


def people_apart(person_ids: Iterable[int]) -> dict[int, frozenset[int]]:
    """For each of these people, everybody in a block with them, whoever made it. One query."""
    wanted = set(person_ids)
    apart: defaultdict[int, set[int]] = defaultdict(set)
    between = Block.objects.filter(Q(blocker_id__among=wanted) | Q(blocked_id__among=wanted))
    for blocker, blocked in between.values_list("blocker_id", "blocked_id"):
        apart[blocker].add(blocked)
        apart[blocked].add(blocker)
    return {person_id: frozenset(apart[person_id]) for person_id in wanted}


def person_by_public_id(public_id: str) -> Person:
    """The active person of that public id. Refuses: NOT_FOUND."""
    person = Person.objects.filter(public_id=public_id, is_active=True).first()
    if person is None:
        raise Refused(Code.NOT_FOUND)
    return person


def any_person_by_public_id(public_id: str) -> Person:
    """As `person_by_public_id`, closed accounts too: for administrators. Refuses: NOT_FOUND."""
    person = Person.objects.filter(public_id=public_id).first()
    if person is None:
        raise Refused(Code.NOT_FOUND)
    return person


def people_found(wanted: str) -> QuerySet[Person]:
    """People with this in their name or as their e-mail address, by name; everybody where it is empty."""
    matching = Q(name__icontains=wanted) | Q(email__iexact=wanted) if wanted else Q()
    return Person.objects.filter(matching).order_by(Lower("name"))


def band_from(minimum_age: int) -> AgeBand:
    """The band that begins at this age. Refuses: NOT_FOUND."""
    band = AgeBand.objects.filter(minimum_age=minimum_age).first()
    if band is None:
        raise Refused(Code.NOT_FOUND)
    return band


def people_by_band(bands: Sequence[AgeBand]) -> Census:
    """How many active people each of these bands (youngest first, saved or not) holds today. One query."""
    day = today()
    reaching = {
        f"from_{band.minimum_age}": Count("pk", filter=Q(birth_date__lte=born_by(band.minimum_age, day)))
        for band in bands
    }
    unknown = Count("pk", filter=Q(birth_date=None))
    counts = Person.objects.filter(is_active=True).aggregate(
        everybody=Count("pk"), unknown=unknown, **reaching
    )
    reached = [counts[f"from_{band.minimum_age}"] for band in bands]
    inside = [here - above for here, above in zip(reached, [*reached[1:], 0], strict=True)]
    return Census(
        bands=tuple(BandCount(band, people) for band, people in zip(bands, inside, strict=True)),
        below=counts["everybody"] - counts["unknown"] - (reached[0] if reached else 0),
        unknown=counts["unknown"],
    )


def has_blocked(blocker: Person, blocked: Person) -> bool:
    """Whether the first has blocked the second: only the first may be told."""
    return Block.objects.filter(blocker=blocker, blocked=blocked).exists()


def blocks_of(person: Person) -> list[Block]:
    """The blocks this person made, newest first."""
    return list(Block.objects.filter(blocker=person).select_related("blocked").order_by("-created_at"))


def sessions_of(person: Person, *, current_key: str | None) -> list[OpenSession]:
    """Where this person is signed in, this browser first, then the latest seen."""
    rows = UserSession.objects.filter(user=person).order_by("-last_seen_at")
    alive = Session.objects.filter(session_key__in=[row.session_key for row in rows], expire_date__gt=now())
    alive_keys = set(alive.values_list("session_key", flat=True))
    found = [_open_session(row, current_key) for row in rows if row.session_key in alive_keys]
    return sorted(found, key=lambda one: not one.is_current)


def seen_lately(session_key: str) -> bool:
    """Whether this session was noted as seen within the last minute."""
    lately = now() - dt.timedelta(minutes=1)
    return bool(UserSession.objects.filter(session_key=session_key, last_seen_at__gt=lately).exists())


def tokens_of(person: Person) -> list[PersonalAccessToken]:
    """This person's tokens that still work, newest first."""
    unexpired = Q(expires_at=None) | Q(expires_at__gt=now())
    tokens = PersonalAccessToken.objects.filter(unexpired, person=person, revoked_at=None)
    return list(tokens.order_by("-created_at"))


def _open_session(row: UserSession, current_key: str | None) -> OpenSession:
    return OpenSession(
        handle=hashlib.sha256(row.session_key.encode()).hexdigest()[:22],
        session_key=row.session_key,
        agent=row.user_agent,
        network=row.ip,
        since=row.created_at,
        last_seen_at=row.last_seen_at,
        is_current=row.session_key == current_key,
    )
