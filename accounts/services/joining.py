"""Becoming a member: the name, the age, the row. Called by the sign-up adapter; allauth sends the mail."""

import datetime as dt

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.module_loading import import_string

from accounts.models import Person
from accounts.names import normalised, problem_with, skeleton
from accounts.permissions import age_on
from accounts.selectors import site_minimum_age
from common.clock import now, today
from common.errors import Code, Refused

# Nobody has lived longer than 122 years; a date before that is a slip of the finger.
_OLDEST_AGE = 122
# A name is not kept for an address that nobody confirmed, nor a birth date for nobody.
_CONFIRMED_WITHIN = dt.timedelta(days=3)


def free_name(name: str) -> str:
    """The name as it would be kept.

    Refuses: NAME_UNCLEAR, NAME_RESERVED, NAME_UNFIT (the rules are against it), NAME_TAKEN.
    """
    kept = normalised(name)
    problem = problem_with(kept)
    if problem:
        raise Refused(problem)
    if not import_string(settings.NAME_JUDGE)(kept):
        raise Refused(Code.NAME_UNFIT)
    same_or_alike = Q(name__iexact=kept) | Q(name_skeleton=skeleton(kept))
    if Person.objects.filter(same_or_alike).exists():
        raise Refused(Code.NAME_TAKEN)
    return kept


def require_plausible(birth_date: dt.date) -> int:
    """The age that this date gives today. Refuses: BIRTH_DATE_UNCLEAR (to come, or too long ago)."""
    age = age_on(birth_date, today())
    if age is None or age > _OLDEST_AGE:
        raise Refused(Code.BIRTH_DATE_UNCLEAR)
    return age


def require_old_enough(birth_date: dt.date) -> None:
    """Refuses: BIRTH_DATE_UNCLEAR, AGE_NOT_MET (younger than the lowest band)."""
    if require_plausible(birth_date) < site_minimum_age():
        raise Refused(Code.AGE_NOT_MET)


@transaction.atomic
def join(*, person: Person, name: str, birth_date: dt.date) -> Person:
    """Store a new member, whose e-mail address and password the caller has set on `person`.

    Refuses: what free_name refuses, BIRTH_DATE_UNCLEAR, AGE_NOT_MET.
    Begins or joins a transaction; of two who want one name at the same moment, a constraint lets one in.
    """
    require_old_enough(birth_date)
    person.name = free_name(name)
    person.birth_date = birth_date
    try:
        with transaction.atomic():
            person.save()
    except IntegrityError as conflict:
        if "person_email" in str(conflict):
            raise
        raise Refused(Code.NAME_TAKEN) from conflict
    return person


@transaction.atomic
def forget_unconfirmed() -> int:
    """Delete the sign-ups whose address was not confirmed in time, and say how many they were.

    Nobody was ever signed in to them. Begins or joins a transaction.
    """
    waiting = EmailAddress.objects.filter(verified=False, user__joined_at__lt=now() - _CONFIRMED_WITHIN)
    confirmed = EmailAddress.objects.filter(verified=True)
    forgotten = Person.objects.filter(last_login=None, pk__in=waiting.values("user")).exclude(
        pk__in=confirmed.values("user")
    )
    _rows, by_kind = forgotten.delete()
    return by_kind.get(Person._meta.label, 0)  # noqa: SLF001 - Django's own name for it
