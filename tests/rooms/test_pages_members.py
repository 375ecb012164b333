"""Who is in a room, keeping order, and links into it."""

import pytest
from django.urls import reverse

from accounts.models import Person
from common.clock import FOREVER
from rooms.models import Invitation, Membership, Room, RoomRole
from tests.cast import Cast
from tests.factories import MembershipFactory
from tests.rooms.visiting import as_person, words_of

MEMBERS = "/rooms/harbour/members/"


def verb(person: Person, name: str) -> str:
    """Where a host says it."""
    return reverse("rooms:keep_order", args=["harbour", person.public_id, name])


def place_of(person: Person, room: Room) -> Membership:
    """As it stands now."""
    return Membership.objects.get(person=person, room=room)


def test_a_member_reads_who_is_here_and_in_which_role(cast: Cast) -> None:
    page = words_of(as_person(cast.finn).get(MEMBERS))

    assert "Mara owner" in page
    assert "Finn you" in page
    assert "Keep order" not in page


def test_a_host_finds_the_way_to_each_member(cast: Cast) -> None:
    assert "Keep order : Rex" in words_of(as_person(cast.mara).get(MEMBERS))


def test_an_owner_gives_a_role(cast: Cast) -> None:
    as_person(cast.mara).post(verb(cast.rex, "role"), {"role": "host"})

    assert place_of(cast.rex, cast.harbour).role == RoomRole.HOST


def test_a_host_mutes_for_a_time_or_for_good_and_lets_write_again(cast: Cast) -> None:
    mara = as_person(cast.mara)

    mara.post(verb(cast.rex, "mute"), {"mute-seconds": "3600"})
    assert place_of(cast.rex, cast.harbour).muted_until not in {None, FOREVER}

    mara.post(verb(cast.rex, "mute"), {"mute-seconds": ""})
    assert place_of(cast.rex, cast.harbour).muted_until == FOREVER

    mara.post(verb(cast.rex, "unmute"))
    assert place_of(cast.rex, cast.harbour).muted_until is None


def test_a_host_puts_somebody_out_and_lets_them_join_again(cast: Cast) -> None:
    mara = as_person(cast.mara)

    page = mara.post(verb(cast.rex, "remove"), {"remove-seconds": "86400"}, follow=True)
    assert not place_of(cast.rex, cast.harbour).is_current
    assert "Put out" in words_of(page)

    mara.post(verb(cast.rex, "readmit"))
    assert place_of(cast.rex, cast.harbour).removed_until is None


@pytest.mark.parametrize("name", ["role", "mute", "unmute", "remove", "readmit"])
def test_a_plain_member_keeps_no_order(cast: Cast, name: str) -> None:
    answer = as_person(cast.rex).post(verb(cast.finn, name), {"role": "host"})

    assert answer.status_code == 403
    assert place_of(cast.finn, cast.harbour).is_current


def test_a_host_cannot_put_out_an_owner(cast: Cast) -> None:
    MembershipFactory.create(room=cast.harbour, person=cast.sam, host=True)

    assert as_person(cast.sam).post(verb(cast.mara, "remove"), {"remove-seconds": ""}).status_code == 403


@pytest.mark.parametrize(
    ("name", "said"),
    [("role", {"role": "king"}), ("mute", {"mute-seconds": "1"}), ("remove", {"remove-seconds": "x"})],
)
def test_what_the_form_does_not_offer_changes_nothing(cast: Cast, name: str, said: dict[str, str]) -> None:
    assert as_person(cast.mara).post(verb(cast.rex, name), said).status_code == 400


def test_a_host_sees_what_can_be_done_about_one_member(cast: Cast) -> None:
    page = words_of(as_person(cast.mara).get(f"{MEMBERS}{cast.rex.public_id}/"))

    assert "Put out of the room" in page
    assert as_person(cast.finn).get(f"{MEMBERS}{cast.rex.public_id}/").status_code == 403
    assert as_person(cast.mara).get(f"{MEMBERS}{cast.sam.public_id}/").status_code == 404


# --- links into the room ---


def test_a_new_link_is_shown_once_and_opens_the_room(cast: Cast) -> None:
    mara = as_person(cast.mara)

    made = mara.post("/rooms/attic/invite/", {"uses": 2, "hours": 24}).content.decode()
    path = "/join/" + made.partition("/join/")[2].partition('"')[0]

    assert as_person(cast.sam).post(path).headers["Location"] == "/rooms/attic/"
    assert path not in mara.get("/rooms/attic/invite/").content.decode()


def test_a_link_taken_back_opens_nothing(cast: Cast) -> None:
    mara = as_person(cast.mara)
    made = mara.post("/rooms/attic/invite/", {"uses": 1, "hours": 1}).content.decode()
    path = "/join/" + made.partition("/join/")[2].partition('"')[0]

    mara.post(reverse("rooms:revoke", args=["attic", Invitation.objects.get().public_id]))

    assert as_person(cast.sam).post(path).status_code == 403


def test_a_link_of_another_room_is_not_taken_back_here(cast: Cast) -> None:
    mara = as_person(cast.mara)
    mara.post("/rooms/attic/invite/", {"uses": 1, "hours": 1})

    answer = mara.post(reverse("rooms:revoke", args=["harbour", Invitation.objects.get().public_id]))

    assert answer.status_code == 404
    assert Invitation.objects.get().revoked_at is None


def test_plain_members_make_no_links(cast: Cast) -> None:
    finn = as_person(cast.finn)

    assert finn.get("/rooms/harbour/invite/").status_code == 403
    assert finn.post("/rooms/harbour/invite/", {"uses": 1, "hours": 1}).status_code == 403
    assert not Invitation.objects.exists()


@pytest.mark.parametrize(
    "said", [{"uses": 0, "hours": 1}, {"uses": 101, "hours": 1}, {"uses": 1, "hours": 9999}]
)
def test_a_link_for_too_many_or_too_long_is_refused_at_the_form(cast: Cast, said: dict[str, int]) -> None:
    assert as_person(cast.mara).post("/rooms/attic/invite/", said).status_code == 400
    assert not Invitation.objects.exists()
