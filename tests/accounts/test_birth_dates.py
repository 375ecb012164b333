"""A birth date is given once and corrected by administrators; the log keeps the reason, not the date."""

import datetime as dt

import pytest

from accounts.models import AuditEntry
from accounts.permissions import age_of
from accounts.services import age
from accounts.signals import access_ended, age_changed
from common.errors import Code, Refused
from tests.accounts.people import heard, last_entry
from tests.cast import Cast
from tests.factories import PersonFactory, born_years_ago

pytestmark = pytest.mark.django_db


def test_a_correction_changes_the_age_and_is_told(cast: Cast) -> None:
    with heard(age_changed) as changed:
        age.correct_birth_date(
            person=cast.mara, birth_date=born_years_ago(15), by=cast.ada, reason="her mother wrote to us"
        )

    cast.mara.refresh_from_db()
    assert age_of(cast.mara) == 15
    assert changed == [{"person_id": cast.mara.pk}]


def test_the_audit_log_has_bands_and_the_reason_and_no_date(cast: Cast) -> None:
    birth_date = born_years_ago(15)

    age.correct_birth_date(person=cast.mara, birth_date=birth_date, by=cast.ada, reason="her mother wrote")

    assert last_entry().action == "age.correct"
    assert last_entry().facts == {"before": "18 and over", "after": "13 to 15", "reason": "her mother wrote"}


def test_somebody_younger_than_the_site_allows_has_the_account_closed(cast: Cast) -> None:
    with heard(access_ended) as ended:
        age.correct_birth_date(person=cast.finn, birth_date=born_years_ago(11), by=cast.ada, reason="school")

    cast.finn.refresh_from_db()
    assert not cast.finn.is_active
    assert [one["reason"] for one in ended] == ["deactivated"]
    actions = AuditEntry.objects.order_by("sequence").values_list("action", flat=True)
    assert list(actions) == ["person.deactivate", "age.correct"]


@pytest.mark.parametrize("who", ["mara", "nora"])
def test_only_administrators_correct(cast: Cast, who: str) -> None:
    with pytest.raises(Refused) as refusal:
        age.correct_birth_date(
            person=cast.rex, birth_date=born_years_ago(20), by=getattr(cast, who), reason="so"
        )

    assert refusal.value.code is Code.NOT_ALLOWED


def test_nobody_corrects_their_own(cast: Cast) -> None:
    PersonFactory.create(administrator=True)

    with pytest.raises(Refused) as refusal:
        age.correct_birth_date(person=cast.ada, birth_date=born_years_ago(20), by=cast.ada, reason="so")

    assert refusal.value.code is Code.NOT_ONESELF


def test_a_correction_needs_a_reason(cast: Cast) -> None:
    with pytest.raises(Refused) as refusal:
        age.correct_birth_date(person=cast.rex, birth_date=born_years_ago(20), by=cast.ada, reason="  ")

    assert refusal.value.code is Code.REASON_MISSING


@pytest.mark.parametrize("birth_date", [dt.date(2999, 1, 1), dt.date(1850, 1, 1)])
def test_a_correction_needs_a_date_that_can_be(cast: Cast, birth_date: dt.date) -> None:
    with pytest.raises(Refused) as refusal:
        age.correct_birth_date(person=cast.rex, birth_date=birth_date, by=cast.ada, reason="so")

    assert refusal.value.code is Code.BIRTH_DATE_UNCLEAR


def test_somebody_without_a_birth_date_gives_it_once(cast: Cast) -> None:
    person = PersonFactory.create(birth_date=None)

    with heard(age_changed) as changed:
        age.declare_birth_date(person=person, birth_date=born_years_ago(20))

    assert changed == [{"person_id": person.pk}]
    with pytest.raises(Refused) as refusal:
        age.declare_birth_date(person=person, birth_date=born_years_ago(40))
    assert refusal.value.code is Code.ALREADY_DECLARED


def test_a_birth_date_below_the_minimum_is_not_taken(cast: Cast) -> None:
    person = PersonFactory.create(birth_date=None)

    with pytest.raises(Refused) as refusal:
        age.declare_birth_date(person=person, birth_date=born_years_ago(9))

    assert refusal.value.code is Code.AGE_NOT_MET
