"""Into rooms and out of them, by their pages."""

import datetime as dt

import pytest
from django.urls import reverse

from accounts.models import Person
from common.clock import now
from rooms.models import Invitation, Membership, Room
from rooms.services.memberships import invite
from tests.cast import Cast
from tests.rooms.visiting import as_person, words_of

DOOR = "/rooms/harbour/join/"


@pytest.fixture
def link(cast: Cast) -> str:
    """The path of a link into the attic, for one."""
    _invitation, secret = invite(room=cast.attic, by=cast.mara, uses=1, lasts=dt.timedelta(days=1))
    return reverse("rooms:accept_invitation", args=[secret])


def is_in(person: Person, room: Room) -> bool:
    """Whether they are members now."""
    return Membership.objects.filter(person=person, room=room, left_at=None).exists()


def test_the_door_says_what_the_room_is_before_one_joins(cast: Cast) -> None:
    Room.objects.filter(pk=cast.harbour.pk).update(rules="Be kind.")

    page = words_of(as_person(cast.sam).get(DOOR))

    assert "Boats, weather, everyday things" in page
    assert "Be kind." in page
    assert "Messages are checked first" in page
    assert not is_in(cast.sam, cast.harbour)


def test_joining_leads_into_the_room(cast: Cast) -> None:
    answer = as_person(cast.sam).post(DOOR)

    assert answer.headers["Location"] == "/rooms/harbour/"
    assert is_in(cast.sam, cast.harbour)


def test_a_member_at_the_door_is_let_through(cast: Cast) -> None:
    assert as_person(cast.finn).get(DOOR).headers["Location"] == "/rooms/harbour/"


def test_whoever_is_too_young_is_told_kindly_and_not_let_in(cast: Cast) -> None:
    finn = as_person(cast.finn)

    page = finn.get("/rooms/lounge/join/")

    assert page.status_code == 403
    assert "not about you" in words_of(page)
    assert "Join this room" not in words_of(page)
    assert finn.post("/rooms/lounge/join/").status_code == 403
    assert not is_in(cast.finn, cast.lounge)


def test_a_room_by_invitation_has_no_door(cast: Cast) -> None:
    sam = as_person(cast.sam)

    assert sam.get("/rooms/attic/join/").status_code == 404
    assert sam.post("/rooms/attic/join/").status_code == 404


def test_an_invitation_says_what_the_room_is_and_then_opens_it(cast: Cast, link: str) -> None:
    sam = as_person(cast.sam)

    assert "Somebody invited you" in words_of(sam.get(link))
    assert sam.post(link).headers["Location"] == "/rooms/attic/"
    assert is_in(cast.sam, cast.attic)


def test_looking_at_an_invitation_does_not_use_it_up(cast: Cast, link: str) -> None:
    as_person(cast.sam).get(link)

    assert Invitation.objects.get().uses_left == 1


def test_an_invitation_does_not_help_whoever_is_too_young(cast: Cast, link: str) -> None:
    Room.objects.filter(pk=cast.attic.pk).update(minimum_age=16)
    finn = as_person(cast.finn)

    assert finn.get(link).status_code == 403
    assert finn.post(link).status_code == 403
    assert not is_in(cast.finn, cast.attic)


def test_a_link_that_is_used_up_says_nothing_of_the_room(cast: Cast, link: str) -> None:
    as_person(cast.sam).post(link)

    page = as_person(cast.rex).get(link)

    assert page.status_code == 403
    assert "Attic" not in words_of(page)


def test_an_invitation_waits_until_one_has_signed_in(cast: Cast, link: str) -> None:
    assert as_person(None).get(link).headers["Location"] == f"{reverse('account_login')}?next={link}"


def test_leaving_leads_home_and_says_what_stays(cast: Cast) -> None:
    page = as_person(cast.finn).post("/rooms/harbour/leave/", follow=True)

    assert "You have left Harbour" in words_of(page)
    assert not is_in(cast.finn, cast.harbour)


def test_strangers_cannot_leave_and_so_find_out(cast: Cast) -> None:
    assert as_person(cast.sam).post("/rooms/attic/leave/").status_code == 404


def test_whoever_was_put_out_does_not_come_in_by_the_door(cast: Cast) -> None:
    Membership.objects.filter(person=cast.rex).update(
        left_at=now(), removed_until=now() + dt.timedelta(days=1)
    )

    assert as_person(cast.rex).get(DOOR).status_code == 403
    assert as_person(cast.rex).post(DOOR).status_code == 403
