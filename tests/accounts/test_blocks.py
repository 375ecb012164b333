"""Blocking keeps two people apart; only the one who asked for it knows."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import Block
from accounts.selectors import people_apart
from accounts.services.blocks import block_person, unblock_person
from accounts.signals import blocked, blocks_changed
from common.errors import Code, Refused
from tests.accounts.people import client_of, heard
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_a_block_keeps_both_apart(cast: Cast) -> None:
    block_person(blocker=cast.mara, blocked=cast.rex)

    assert people_apart([cast.mara.pk, cast.rex.pk, cast.sam.pk]) == {
        cast.mara.pk: {cast.rex.pk},
        cast.rex.pk: {cast.mara.pk},
        cast.sam.pk: set(),
    }


def test_who_is_apart_from_whom_is_one_query(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    block_person(blocker=cast.mara, blocked=cast.rex)
    block_person(blocker=cast.finn, blocked=cast.rex)

    with django_assert_num_queries(1):
        assert people_apart([cast.rex.pk])[cast.rex.pk] == {cast.mara.pk, cast.finn.pk}


def test_others_hear_of_a_block_once(cast: Cast) -> None:
    with heard(blocks_changed) as changed, heard(blocked) as new:
        block_person(blocker=cast.mara, blocked=cast.rex)
        block_person(blocker=cast.mara, blocked=cast.rex)

    assert changed == [{"person_ids": (cast.mara.pk, cast.rex.pk)}]
    assert new == [{"blocker": cast.mara, "blocked": cast.rex}]


def test_nobody_blocks_themselves(cast: Cast) -> None:
    with pytest.raises(Refused) as refusal:
        block_person(blocker=cast.mara, blocked=cast.mara)

    assert refusal.value.code is Code.NOT_ONESELF


def test_nor_does_the_database_let_them(cast: Cast) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Block.objects.create(blocker=cast.mara, blocked=cast.mara)


def test_a_moderator_can_be_blocked(cast: Cast) -> None:
    block_person(blocker=cast.mara, blocked=cast.nora)

    assert people_apart([cast.mara.pk])[cast.mara.pk] == {cast.nora.pk}


def test_a_block_is_undone_by_whoever_made_it(cast: Cast) -> None:
    block_person(blocker=cast.mara, blocked=cast.rex)

    with heard(blocks_changed) as changed:
        unblock_person(blocker=cast.mara, blocked=cast.rex)
        unblock_person(blocker=cast.mara, blocked=cast.rex)

    assert len(changed) == 1
    assert people_apart([cast.mara.pk])[cast.mara.pk] == frozenset()


def test_the_blocked_cannot_undo_it(cast: Cast) -> None:
    block_person(blocker=cast.mara, blocked=cast.rex)

    unblock_person(blocker=cast.rex, blocked=cast.mara)

    assert people_apart([cast.rex.pk])[cast.rex.pk] == {cast.mara.pk}


def test_of_two_blocks_one_stays_when_the_other_is_undone(cast: Cast) -> None:
    block_person(blocker=cast.mara, blocked=cast.rex)
    block_person(blocker=cast.rex, blocked=cast.mara)

    unblock_person(blocker=cast.mara, blocked=cast.rex)

    assert people_apart([cast.mara.pk])[cast.mara.pk] == {cast.rex.pk}


def test_the_page_says_what_blocking_does_before_it_is_done(cast: Cast) -> None:
    page = client_of(cast.mara).get(reverse("accounts:block", args=[cast.rex.public_id])).content.decode()

    assert "no longer see each other" in page
    assert "They are not told" in page
    assert "can still report" in page
    assert not Block.objects.exists()


def test_for_a_moderator_it_says_that_their_decisions_hold(cast: Cast) -> None:
    page = client_of(cast.mara).get(reverse("accounts:block", args=[cast.nora.public_id])).content.decode()

    assert "keep moderating" in page


def test_blocking_and_undoing_from_the_profile(cast: Cast) -> None:
    mara = client_of(cast.mara)
    profile = reverse("accounts:profile", args=[cast.rex.public_id])

    page = mara.post(reverse("accounts:block", args=[cast.rex.public_id]), follow=True).content.decode()
    assert "You have blocked Rex" in page
    assert "Unblock" in page

    page = mara.post(reverse("accounts:unblock", args=[cast.rex.public_id]), follow=True).content.decode()
    assert "You have unblocked Rex" in page
    assert "You blocked them" not in mara.get(profile).content.decode()


def test_the_list_of_blocked_people_undoes_too(cast: Cast) -> None:
    mara = client_of(cast.mara)
    block_person(blocker=cast.mara, blocked=cast.rex)
    assert "Rex" in mara.get(reverse("accounts:blocks")).content.decode()

    response = mara.post(reverse("accounts:unblock", args=[cast.rex.public_id]), {"from": "blocks"})

    assert response["Location"] == reverse("accounts:blocks")
    assert "Nobody is blocked" in mara.get(response["Location"]).content.decode()


def stripped(browser: Client, address: str) -> str:
    """A page without what differs at each opening."""
    page = browser.get(address).content.decode()
    return "\n".join(line for line in page.splitlines() if "csrf" not in line and "nonce" not in line)


def test_the_blocked_person_sees_the_same_page_as_before(cast: Cast) -> None:
    rex = client_of(cast.rex)
    profile = reverse("accounts:profile", args=[cast.mara.public_id])
    before = stripped(rex, profile)

    block_person(blocker=cast.mara, blocked=cast.rex)

    assert stripped(rex, profile) == before


@pytest.mark.parametrize("verb", ["block", "unblock"])
def test_somebody_who_is_not_there_cannot_be_blocked(cast: Cast, verb: str) -> None:
    response = client_of(cast.mara).post(reverse(f"accounts:{verb}", args=["nobody-has-this"]))

    assert response.status_code == 404


def test_blocking_oneself_on_the_page_is_refused_in_words(cast: Cast) -> None:
    response = client_of(cast.mara).post(reverse("accounts:block", args=[cast.mara.public_id]))

    assert response.status_code == 403
    assert "to yourself" in response.content.decode()


def test_blocking_asks_for_a_sign_in(cast: Cast, client: Client) -> None:
    assert client.post(reverse("accounts:block", args=[cast.rex.public_id])).status_code == 302
    assert not Block.objects.exists()
