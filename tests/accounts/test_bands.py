"""Age bands are drawn by administrators; minors are always screened before; every change is audited."""

import pytest
from django.db import IntegrityError, transaction

from accounts.models import AgeBand
from accounts.services import age
from accounts.services.age import BandSettings
from accounts.signals import bands_changed
from common.errors import Code, Refused
from tests.accounts.people import heard, last_entry
from tests.cast import Cast

pytestmark = pytest.mark.django_db
YOUNG_ADULTS = BandSettings("Young adults", 21, is_minor=False, screening_forced=False)


def test_a_band_is_added_and_told(cast: Cast) -> None:
    with heard(bands_changed) as changed:
        age.change_age_band(band=None, settings=YOUNG_ADULTS, by=cast.ada)

    assert changed == [{}]
    assert AgeBand.objects.filter(minimum_age=21).exists()
    assert last_entry().action == "band.add"


def test_a_band_is_changed_with_before_and_after_in_the_log(cast: Cast) -> None:
    band = AgeBand.objects.get(minimum_age=13)

    age.change_age_band(
        band=band, settings=BandSettings("14 and 15", 14, is_minor=True, screening_forced=True), by=cast.ada
    )

    band.refresh_from_db()
    assert band.minimum_age == 14
    assert last_entry().facts["before"]["minimum_age"] == 13
    assert last_entry().facts["after"]["minimum_age"] == 14


def test_a_band_is_removed_with_what_it_was_in_the_log(cast: Cast) -> None:
    with heard(bands_changed) as changed:
        age.remove_age_band(band=AgeBand.objects.get(minimum_age=16), by=cast.ada)

    assert changed == [{}]
    assert last_entry().facts["before"]["name"] == "16 and 17"


def test_two_bands_do_not_begin_at_one_age(cast: Cast) -> None:
    with pytest.raises(Refused) as refusal:
        age.change_age_band(
            band=None, settings=BandSettings("x", 18, is_minor=False, screening_forced=False), by=cast.ada
        )

    assert refusal.value.code is Code.BAND_EXISTS


def test_minors_are_always_screened_before(cast: Cast) -> None:
    with pytest.raises(Refused) as refusal:
        age.change_age_band(
            band=AgeBand.objects.get(minimum_age=13),
            settings=BandSettings("x", 13, is_minor=True, screening_forced=False),
            by=cast.ada,
        )

    assert refusal.value.code is Code.ONLY_TIGHTER


def test_the_database_holds_to_that_as_well(cast: Cast) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        AgeBand.objects.filter(is_minor=True).update(screening_forced=False)


def test_one_band_stays(cast: Cast) -> None:
    AgeBand.objects.exclude(minimum_age=13).delete()

    with pytest.raises(Refused) as refusal:
        age.remove_age_band(band=AgeBand.objects.get(), by=cast.ada)

    assert refusal.value.code is Code.BAND_NEEDED


@pytest.mark.parametrize("who", ["mara", "nora"])
def test_only_administrators_draw_bands(cast: Cast, who: str) -> None:
    by = getattr(cast, who)

    for attempt in (
        lambda: age.change_age_band(band=None, settings=YOUNG_ADULTS, by=by),
        lambda: age.remove_age_band(band=AgeBand.objects.get(minimum_age=16), by=by),
    ):
        with pytest.raises(Refused) as refusal:
            attempt()
        assert refusal.value.code is Code.NOT_ALLOWED
