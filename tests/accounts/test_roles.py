"""Roles on the site are given by administrators, never by oneself, and audited; so are closed accounts."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from accounts.models import AuditEntry, Person, SiteRole
from accounts.services import leaving, roles
from accounts.services.sessions import credentials_from_session, still_good
from accounts.signals import access_ended
from common.errors import Code, Refused
from tests.accounts.people import client_of, heard, last_entry
from tests.cast import Cast
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db


def test_an_administrator_makes_a_moderator(cast: Cast) -> None:
    roles.change_role(person=cast.mara, role=SiteRole.MODERATOR, by=cast.ada)

    cast.mara.refresh_from_db()
    assert cast.mara.role == SiteRole.MODERATOR
    assert (last_entry().action, last_entry().facts) == (
        "role.change",
        {"before": "member", "after": "moderator"},
    )


def test_open_sockets_end_and_come_back_with_the_new_role(cast: Cast) -> None:
    old = credentials_from_session(client_of(cast.nora).session.session_key)

    with heard(access_ended) as ended:
        roles.change_role(person=cast.nora, role=SiteRole.MEMBER, by=cast.ada)

    assert [one["reason"] for one in ended] == ["role"]
    (refusal,) = still_good([old])
    assert refusal is not None
    assert not credentials_from_session(old.session_key).is_moderator


def test_the_role_one_has_already_changes_nothing(cast: Cast) -> None:
    with heard(access_ended) as ended:
        roles.change_role(person=cast.nora, role=SiteRole.MODERATOR, by=cast.ada)

    assert ended == []
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("who", ["mara", "nora"])
def test_only_administrators_give_roles(cast: Cast, who: str) -> None:
    with pytest.raises(Refused) as refusal:
        roles.change_role(person=cast.rex, role=SiteRole.MODERATOR, by=getattr(cast, who))

    assert refusal.value.code is Code.NOT_ALLOWED


def test_nobody_changes_their_own_role(cast: Cast) -> None:
    PersonFactory.create(administrator=True)

    with pytest.raises(Refused) as refusal:
        roles.change_role(person=cast.ada, role=SiteRole.MEMBER, by=cast.ada)

    assert refusal.value.code is Code.NOT_ONESELF


def test_the_last_administrator_stays(cast: Cast) -> None:
    with pytest.raises(Refused) as refusal:
        roles.change_role(person=cast.ada, role=SiteRole.MEMBER, by=cast.ada)

    assert refusal.value.code is Code.LAST_ADMINISTRATOR


@pytest.mark.django_db(transaction=True)
def test_two_who_demote_each_other_at_once_leave_one(committed_cast: Cast) -> None:
    eve = PersonFactory.create(name="Eve", administrator=True)
    pairs = [(committed_cast.ada, eve), (eve, committed_cast.ada)]

    def demote(pair: tuple[Person, Person]) -> None:
        by, person = pair
        try:
            roles.change_role(person=person, role=SiteRole.MEMBER, by=by)
        except Refused:
            pass
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(demote, pairs))

    assert Person.objects.filter(role=SiteRole.ADMINISTRATOR).count() == 1


def test_an_account_is_closed_and_opened_again(cast: Cast) -> None:
    leaving.deactivate_person(person=cast.rex, by=cast.ada)
    leaving.reactivate_person(person=cast.rex, by=cast.ada)

    cast.rex.refresh_from_db()
    assert cast.rex.is_active
    actions = AuditEntry.objects.order_by("sequence").values_list("action", flat=True)
    assert list(actions) == ["person.deactivate", "person.reactivate"]


def test_nobody_closes_themselves_out_of_the_administration(cast: Cast) -> None:
    with pytest.raises(Refused) as refusal:
        leaving.deactivate_person(person=cast.ada, by=cast.ada)

    assert refusal.value.code is Code.LAST_ADMINISTRATOR


def test_a_moderator_does_not_close_accounts(cast: Cast) -> None:
    with pytest.raises(Refused) as refusal:
        leaving.deactivate_person(person=cast.rex, by=cast.nora)

    assert refusal.value.code is Code.NOT_ALLOWED
