"""Ages are counted in whole years; one function compares them; unknown counts as a child."""

import datetime as dt

import pytest

from accounts.models import AgeBand, Person
from accounts.permissions import age_on, band_for, born_by, is_minor, meets_age
from accounts.selectors import age_bands, people_by_band, site_minimum_age
from tests.cast import Cast
from tests.factories import PersonFactory

BANDS = [
    AgeBand(name="13 to 15", minimum_age=13, is_minor=True, screening_forced=True),
    AgeBand(name="16 and 17", minimum_age=16, is_minor=True, screening_forced=True),
    AgeBand(name="18 and over", minimum_age=18),
]


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (dt.date(2000, 5, 10), dt.date(2018, 5, 9), 17),
        (dt.date(2000, 5, 10), dt.date(2018, 5, 10), 18),
        (dt.date(2004, 2, 29), dt.date(2017, 2, 28), 12),
        (dt.date(2004, 2, 29), dt.date(2017, 3, 1), 13),
        (dt.date(2026, 1, 1), dt.date(2025, 1, 1), None),
        (None, dt.date(2025, 1, 1), None),
    ],
)
def test_an_age_changes_on_the_birthday(born: dt.date | None, day: dt.date, age: int | None) -> None:
    assert age_on(born, day) == age


@pytest.mark.parametrize("day", [dt.date(2026, 3, 1), dt.date(2028, 2, 29), dt.date(2026, 2, 28)])
@pytest.mark.parametrize("age", [13, 16, 18])
def test_the_last_birth_date_for_an_age_is_the_last_one(age: int, day: dt.date) -> None:
    last = born_by(age, day)

    assert age_on(last, day) == age
    assert age_on(last + dt.timedelta(days=1), day) == age - 1


@pytest.mark.parametrize(
    ("age", "band"),
    [(None, None), (12, None), (13, "13 to 15"), (15, "13 to 15"), (17, "16 and 17"), (18, "18 and over")],
)
def test_a_band_reaches_up_to_the_next(age: int | None, band: str | None) -> None:
    found = band_for(age, BANDS)

    assert (found.name if found else None) == band


def test_a_person_meets_a_minimum_from_that_birthday_on(cast: Cast) -> None:
    assert meets_age(cast.finn, 14)
    assert not meets_age(cast.finn, 15)


def test_an_unknown_age_meets_no_minimum_but_none() -> None:
    nobody_knows = Person(birth_date=None)

    assert meets_age(nobody_knows, 0)
    assert not meets_age(nobody_knows, 1)


def test_minors_are_those_of_a_minors_band_below_every_band_or_of_unknown_age() -> None:
    ages = {"fourteen": 14, "twelve": 12, "thirty": 30}
    people = {who: PersonFactory.build(age=age) for who, age in ages.items()}

    assert is_minor(people["fourteen"], BANDS)
    assert is_minor(people["twelve"], BANDS)
    assert is_minor(Person(birth_date=None), BANDS)
    assert not is_minor(people["thirty"], BANDS)


@pytest.mark.django_db
def test_a_site_starts_with_three_bands_and_the_youngest_may_join_at_13() -> None:
    assert [(band.minimum_age, band.is_minor, band.screening_forced) for band in age_bands()] == [
        (13, True, True),
        (16, True, True),
        (18, False, False),
    ]
    assert site_minimum_age() == 13


@pytest.mark.django_db
def test_should_there_be_no_band_only_adults_may_join() -> None:
    AgeBand.objects.all().delete()

    assert site_minimum_age() == 18


def test_people_are_counted_by_band(cast: Cast) -> None:
    PersonFactory.create(birth_date=None)
    PersonFactory.create(age=12)
    PersonFactory.create(is_active=False)

    census = people_by_band(age_bands())

    assert [one.people for one in census.bands] == [1, 0, 6]
    assert (census.below, census.unknown, census.minors) == (1, 1, 3)
