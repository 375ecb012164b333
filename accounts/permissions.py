"""Ages and standing, asked of rows already loaded. `meets_age` is the one place that compares ages.

Rooms ask it for rooms' minimum age; who may do what in a room stands in rooms/permissions.py.
"""

import datetime as dt
from collections.abc import Sequence

from accounts.models import AgeBand, Person
from common.clock import now, today
from common.errors import Code, Refused


def age_on(birth_date: dt.date | None, day: dt.date) -> int | None:
    """Whole years on that day; None where the date is unknown or still to come.

    Somebody born on 29 February is a year older on 1 March where there is no 29th.
    """
    if birth_date is None or birth_date > day:
        return None
    had_birthday = (day.month, day.day) >= (birth_date.month, birth_date.day)
    return day.year - birth_date.year - (0 if had_birthday else 1)


def born_by(age: int, day: dt.date) -> dt.date:
    """The last birth date that makes somebody at least `age` years old on `day`."""
    year = day.year - age
    try:
        return day.replace(year=year)
    except ValueError:  # 29 February, in a year without one
        return dt.date(year, 2, 28)


def age_of(person: Person) -> int | None:
    """This person's age today, in whole years; None is unknown."""
    return age_on(person.birth_date, today())


def meets_age(person: Person, minimum_age: int) -> bool:
    """Whether this person is old enough. An unknown age meets only a minimum of 0."""
    age = age_of(person)
    return minimum_age <= 0 if age is None else age >= minimum_age


def band_for(age: int | None, bands: Sequence[AgeBand]) -> AgeBand | None:
    """The band with the highest minimum that this age reaches; None below the lowest, or unknown."""
    if age is None:
        return None
    reached = [band for band in bands if band.minimum_age <= age]
    return max(reached, key=lambda band: band.minimum_age, default=None)


def is_minor(person: Person, bands: Sequence[AgeBand]) -> bool:
    """Whether this person is to be protected as a child: also where the age is unknown or in no band."""
    band = band_for(age_of(person), bands)
    return band is None or band.is_minor


def may_use_tokens(person: Person, bands: Sequence[AgeBand]) -> bool:
    """Whether access tokens work for people of this age here. Not for an unknown age, nor one in no band."""
    band = band_for(age_of(person), bands)
    return band is not None and band.may_use_tokens


def shows_presence(person: Person, bands: Sequence[AgeBand]) -> bool:
    """Whether others see that this person is here: as they chose; a minor who did not choose is not shown."""
    return not is_minor(person, bands) if person.shows_presence is None else person.shows_presence


def refusal_to_act(person: Person) -> Refused | None:
    """Why this person may do nothing on the site at the moment, or None."""
    if not person.is_active:
        return Refused(Code.DEACTIVATED)
    if person.is_suspended(now()):
        return Refused(Code.SUSPENDED, until=person.suspended_until)
    return None
