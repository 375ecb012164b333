"""Claims: a lease on a case, so that two moderators never work on the same one unawares."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections

from accounts.models import AuditEntry, Person
from common.clock import now
from common.errors import Code, Refused
from moderation.models import Action, Case
from moderation.services.cases import (
    claim_case,
    decide_case,
    open_case,
    release_claim,
    renew_claim,
    take_over,
)
from rooms.models import Message
from tests.cast import Cast
from tests.factories import MessageFactory


def refusal_of(attempt: object) -> Refused:
    with pytest.raises(Refused) as refusal:
        attempt()  # type: ignore[operator]
    return refusal.value


def let_the_claim_run_out(case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(claimed_until=now() - dt.timedelta(seconds=1))


def test_a_claimed_case_is_not_given_to_another_who_learns_whose_it_is(cast: Cast, case: Case) -> None:
    refusal = refusal_of(lambda: claim_case(case=case, by=cast.otis))

    assert refusal.code == Code.CLAIMED_BY_ANOTHER
    assert refusal.facts["by"] == "Nora"


def test_claiming_again_renews_without_a_second_entry(cast: Cast, case: Case) -> None:
    let_the_claim_run_out(case)

    claim_case(case=case, by=cast.nora)

    case.refresh_from_db()
    assert case.claimed_until
    assert case.claimed_until > now()
    assert AuditEntry.objects.filter(action="case.claim").count() == 1


def test_a_claim_that_ran_out_is_free_for_others(cast: Cast, case: Case) -> None:
    let_the_claim_run_out(case)

    assert claim_case(case=case, by=cast.otis).claimed_by == cast.otis
    assert refusal_of(lambda: renew_claim(case=case, by=cast.nora)).code == Code.CLAIMED_BY_ANOTHER


def test_a_claim_that_ran_out_still_decides_while_nobody_took_the_case(cast: Cast, case: Case) -> None:
    let_the_claim_run_out(case)

    assert decide_case(case=case, by=cast.nora, action=Action.DISMISS, policy_key=None, reason="Fine.")


def test_taking_over_is_on_record_and_ends_the_formers_claim(cast: Cast, case: Case) -> None:
    take_over(case=case, by=cast.otis)

    entry = AuditEntry.objects.get(action="case.take_over")
    assert entry.facts["former"] == cast.nora.pk
    assert refusal_of(lambda: renew_claim(case=case, by=cast.nora)).code == Code.CLAIMED_BY_ANOTHER


def test_putting_a_case_back_makes_it_free(cast: Cast, case: Case) -> None:
    release_claim(case=case, by=cast.nora)

    assert refusal_of(lambda: renew_claim(case=case, by=cast.nora)).code == Code.NOT_CLAIMED
    assert claim_case(case=case, by=cast.otis).claimed_by == cast.otis


def test_nobody_puts_back_what_another_has_claimed(cast: Cast, case: Case) -> None:
    release_claim(case=case, by=cast.otis)

    case.refresh_from_db()
    assert case.claimed_by == cast.nora


def test_a_decided_case_cannot_be_claimed(cast: Cast, case: Case) -> None:
    decide_case(case=case, by=cast.nora, action=Action.DISMISS, policy_key=None, reason="Fine.")

    for attempt in (claim_case, renew_claim, take_over):
        assert refusal_of(lambda verb=attempt: verb(case=case, by=cast.otis)).code == Code.ALREADY_DECIDED


def test_of_two_moderators_claiming_at_once_one_gets_the_case(committed_cast: Cast) -> None:
    cast = committed_cast
    message: Message = MessageFactory.create(room=cast.harbour, author=cast.rex)
    case = open_case(message=message, person=cast.rex, room=cast.harbour, severity=2, why="…")
    start = Barrier(2)

    def claim(moderator: Person) -> bool:
        try:
            start.wait()
            claim_case(case=case.__class__.objects.get(pk=case.pk), by=moderator)
        except Refused:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(2) as pool:
        won = list(pool.map(claim, [cast.nora, cast.otis]))

    assert sorted(won) == [False, True]
    assert AuditEntry.objects.filter(action="case.claim").count() == 1
