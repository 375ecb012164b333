"""A person's history as a moderator needs it: decisions, strikes, limits, how their reports fared."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q, Sum

from accounts.models import Person
from accounts.permissions import age_of, band_for
from accounts.selectors import age_bands
from common.clock import now
from moderation.models import Action, Decision, Report, ReportOutcome, Sanction, SanctionKind, Strike
from rooms.models import Message


@dataclass(frozen=True, slots=True)
class PersonHistory:
    """What is known of a person.

    Attributes:
        band: the age band's name; empty where the age is unknown or below every band.
        is_minor: also where the age is unknown.
        decisions: newest first, at most 20, reversals left out (each says whether it was reversed).
        strike_weight: the sum of the strikes that have not faded.
        sanctions: the limits in force.
        reports_upheld: of the reports this person made, how many were acted on.
    """

    person: Person
    joined_at: dt.datetime
    band: str
    is_minor: bool
    messages: int
    decisions: list[Decision]
    strike_weight: int
    sanctions: list[Sanction]
    reports_made: int
    reports_upheld: int


_SHOWN = 20


def person_history(person: Person) -> PersonHistory:
    """Everything in a handful of queries. No text of any message."""
    band = band_for(age_of(person), age_bands())
    decisions = Decision.objects.filter(person=person).exclude(action=Action.REVERSE)
    made = Report.objects.filter(reporter=person)
    return PersonHistory(
        person=person,
        joined_at=person.joined_at,
        band=band.name if band else "",
        is_minor=band is None or band.is_minor,
        messages=Message.objects.filter(author=person).count(),
        decisions=list(decisions.select_related("policy", "decided_by", "reversed_by")[:_SHOWN]),
        strike_weight=strike_weight(person),
        sanctions=sanctions_in_force(person),
        reports_made=made.count(),
        reports_upheld=made.filter(outcome=ReportOutcome.ACTED).count(),
    )


def strike_weight(person: Person) -> int:
    """The sum of this person's strikes that have neither faded nor been lifted."""
    standing = Strike.objects.filter(person=person, lifted_at=None, expires_at__gt=now())
    return standing.aggregate(weight=Sum("weight"))["weight"] or 0


def sanctions_in_force(person: Person) -> list[Sanction]:
    """The mutes, removals and suspensions that limit this person now, latest first."""
    limits = Sanction.objects.filter(person=person, lifted_at=None).exclude(kind=SanctionKind.WARNING)
    limits = limits.filter(Q(until=None) | Q(until__gt=now()))
    return list(limits.select_related("room", "decision").order_by("-created_at"))
