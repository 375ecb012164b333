"""Joining, leaving, being put out, being invited; and what hosts may do to whom."""

import datetime as dt

import pytest

from accounts.models import AuditEntry, Person
from common.clock import FOREVER, now
from common.errors import Code, Refused
from rooms.models import Invitation, Membership, Room, RoomRole
from rooms.selectors.invitations import invitations_of, room_invited_to
from rooms.services.memberships import (
    change_role,
    invite,
    join_room,
    leave_room,
    mute_member,
    put_back,
    readmit_member,
    remove_member,
    revoke_invitation,
    unmute_member,
)
from tests.cast import Cast
from tests.factories import MembershipFactory, PersonFactory
from tests.rooms.saying import say

WEEK = dt.timedelta(days=7)


def place_of(person: Person, room: Room) -> Membership:
    """The membership as it stands."""
    return Membership.objects.get(person=person, room=room)


def code_of(refused: pytest.ExceptionInfo[Refused]) -> Code:
    """Why."""
    return refused.value.code


# --- coming and going ---


def test_whoever_joins_has_nothing_unread(cast: Cast) -> None:
    say(cast.mara, cast.lounge)

    membership = join_room(person=cast.sam, room=cast.lounge)

    assert membership.is_current
    assert membership.last_read_position == 1


def test_joining_twice_is_joining_once(cast: Cast) -> None:
    first = join_room(person=cast.sam, room=cast.lounge)

    assert join_room(person=cast.sam, room=cast.lounge).joined_at == first.joined_at


def test_whoever_left_may_come_back_but_not_as_a_host(cast: Cast) -> None:
    host = MembershipFactory.create(room=cast.lounge, person=cast.sam, host=True)

    leave_room(person=cast.sam, room=cast.lounge)
    join_room(person=cast.sam, room=cast.lounge)

    host.refresh_from_db()
    assert (host.is_current, host.role) == (True, RoomRole.MEMBER)


def test_leaving_a_room_one_is_not_in_changes_nothing(cast: Cast) -> None:
    leave_room(person=cast.sam, room=cast.lounge)

    assert not Membership.objects.filter(person=cast.sam).exists()


@pytest.mark.parametrize(
    ("age", "where", "code"), [(14, "lounge", Code.TOO_YOUNG), (30, "attic", Code.NOT_FOUND)]
)
def test_who_may_not_join_does_not(cast: Cast, age: int, where: str, code: Code) -> None:
    person = PersonFactory.create(age=age)

    with pytest.raises(Refused) as refused:
        join_room(person=person, room=getattr(cast, where))

    assert code_of(refused) is code
    assert not Membership.objects.filter(person=person).exists()


# --- invitations ---


def test_an_invitation_opens_a_private_room_once(cast: Cast) -> None:
    _, secret = invite(room=cast.attic, by=cast.mara, uses=1, lasts=WEEK)

    join_room(person=cast.sam, room=cast.attic, invitation=secret)

    assert place_of(cast.sam, cast.attic).is_current
    with pytest.raises(Refused) as refused:
        join_room(person=cast.rex, room=cast.attic, invitation=secret)
    assert code_of(refused) is Code.INVITATION_UNUSABLE


def test_a_member_who_follows_the_link_again_uses_up_nothing(cast: Cast) -> None:
    invitation, secret = invite(room=cast.attic, by=cast.mara, uses=1, lasts=WEEK)

    join_room(person=cast.mara, room=cast.attic, invitation=secret)

    invitation.refresh_from_db()
    assert invitation.uses_left == 1


@pytest.mark.parametrize("what", ["expired", "revoked", "used up", "another room", "made up"])
def test_an_invitation_that_does_not_hold_opens_nothing(cast: Cast, what: str) -> None:
    room = cast.attic
    invitation, secret = invite(room=room, by=cast.mara, uses=1, lasts=WEEK)
    rows = Invitation.objects.filter(pk=invitation.pk)
    match what:
        case "expired":
            rows.update(expires_at=now() - WEEK)
        case "revoked":
            revoke_invitation(invitation=invitation, by=cast.mara)
        case "used up":
            rows.update(uses_left=0)
        case "another room":
            rows.update(room=cast.lounge)
        case _:
            secret = "made-up"

    with pytest.raises(Refused) as refused:
        join_room(person=cast.sam, room=room, invitation=secret)

    assert code_of(refused) is Code.INVITATION_UNUSABLE


def test_an_invitation_does_not_help_whoever_is_too_young_or_was_removed(cast: Cast) -> None:
    Room.objects.filter(pk=cast.attic.pk).update(minimum_age=16)
    _, secret = invite(room=cast.attic, by=cast.mara, uses=2, lasts=WEEK)
    remove_member(room=cast.attic, person=cast.rex, until=None, by=None)

    codes = []
    for person in (cast.finn, cast.rex):
        with pytest.raises(Refused) as refused:
            join_room(person=person, room=cast.attic, invitation=secret)
        codes.append(code_of(refused))

    assert codes == [Code.TOO_YOUNG, Code.REMOVED]


def test_the_page_of_a_link_finds_its_room_while_it_holds(cast: Cast) -> None:
    invitation, secret = invite(room=cast.attic, by=cast.mara, uses=1, lasts=WEEK)
    assert room_invited_to(secret) == cast.attic
    assert invitations_of(cast.attic) == [invitation]

    revoke_invitation(invitation=invitation, by=cast.mara)

    assert invitations_of(cast.attic) == []
    with pytest.raises(Refused):
        room_invited_to(secret)


@pytest.mark.parametrize(
    ("uses", "lasts"), [(0, WEEK), (101, WEEK), (1, dt.timedelta()), (1, dt.timedelta(days=31))]
)
def test_an_invitation_has_bounds(cast: Cast, uses: int, lasts: dt.timedelta) -> None:
    with pytest.raises(Refused) as refused:
        invite(room=cast.attic, by=cast.mara, uses=uses, lasts=lasts)

    assert code_of(refused) is Code.MALFORMED


def test_only_those_who_keep_order_invite(cast: Cast) -> None:
    with pytest.raises(Refused) as refused:
        invite(room=cast.lounge, by=cast.rex, uses=1, lasts=WEEK)

    assert code_of(refused) is Code.NOT_ALLOWED


# --- being put out, being silenced ---


def test_whoever_is_removed_for_good_does_not_come_back(cast: Cast) -> None:
    membership = remove_member(room=cast.lounge, person=cast.rex, until=None, by=cast.mara)

    assert membership.removed_until == FOREVER
    with pytest.raises(Refused) as refused:
        join_room(person=cast.rex, room=cast.lounge)
    assert code_of(refused) is Code.REMOVED


def test_a_removal_ends_by_itself(cast: Cast) -> None:
    remove_member(room=cast.lounge, person=cast.rex, until=now() - WEEK, by=None)

    assert join_room(person=cast.rex, room=cast.lounge).is_current


def test_somebody_who_is_not_in_the_room_can_be_kept_out(cast: Cast) -> None:
    remove_member(room=cast.lounge, person=cast.sam, until=None, by=None)

    with pytest.raises(Refused) as refused:
        join_room(person=cast.sam, room=cast.lounge)
    assert code_of(refused) is Code.REMOVED


def test_a_readmitted_person_may_join_but_is_not_in_yet(cast: Cast) -> None:
    remove_member(room=cast.lounge, person=cast.rex, until=None, by=None)

    readmit_member(room=cast.lounge, person=cast.rex)

    assert not place_of(cast.rex, cast.lounge).is_current
    assert join_room(person=cast.rex, room=cast.lounge).is_current


def test_an_undone_removal_puts_people_back_as_what_they_were(cast: Cast) -> None:
    remove_member(room=cast.lounge, person=cast.rex, until=None, by=None)

    put_back(room=cast.lounge, person=cast.rex, role=RoomRole.HOST)

    membership = place_of(cast.rex, cast.lounge)
    assert (membership.is_current, membership.role, membership.removed_until) == (True, RoomRole.HOST, None)


def test_a_mute_outlives_leaving_and_coming_back(cast: Cast) -> None:
    mute_member(room=cast.lounge, person=cast.rex, until=None)

    leave_room(person=cast.rex, room=cast.lounge)
    join_room(person=cast.rex, room=cast.lounge)

    assert place_of(cast.rex, cast.lounge).is_muted(now())
    unmute_member(room=cast.lounge, person=cast.rex)
    assert not place_of(cast.rex, cast.lounge).is_muted(now())


# --- who may do it to whom ---


@pytest.mark.parametrize(
    ("by", "to", "code"),
    [
        ("host", "member", None),
        ("host", "stranger", None),
        ("host", "host2", Code.NOT_ALLOWED),
        ("host", "owner", Code.NOT_ALLOWED),
        ("host", "moderator", Code.NOT_ALLOWED),
        ("owner", "host", None),
        ("member", "host", Code.NOT_ALLOWED),
        ("member", "stranger", Code.NOT_ALLOWED),
        ("stranger", "member", Code.NOT_ALLOWED),
        ("moderator", "owner", None),
        ("host", "host", Code.NOT_ONESELF),
    ],
)
def test_who_puts_whom_out(cast: Cast, by: str, to: str, code: Code | None) -> None:
    people = {"owner": cast.mara, "member": cast.rex, "stranger": cast.sam, "moderator": cast.nora}
    for name in ("host", "host2"):
        people[name] = PersonFactory.create(name=name)
        MembershipFactory.create(room=cast.lounge, person=people[name], host=True)

    if code is None:
        remove_member(room=cast.lounge, person=people[to], until=None, by=people[by])
        entry = AuditEntry.objects.get(action="member.remove")
        assert (entry.actor_id, entry.facts["person"]) == (people[by].pk, people[to].pk)
        return
    with pytest.raises(Refused) as refused:
        remove_member(room=cast.lounge, person=people[to], until=None, by=people[by])
    assert code_of(refused) is code


def test_an_order_of_moderation_is_audited_where_it_was_decided(cast: Cast) -> None:
    remove_member(room=cast.lounge, person=cast.rex, until=None, by=None)

    assert not AuditEntry.objects.exists()


def test_an_owner_makes_a_host_and_a_host_does_not(cast: Cast) -> None:
    change_role(room=cast.lounge, person=cast.rex, role=RoomRole.HOST, by=cast.mara)

    assert place_of(cast.rex, cast.lounge).role == RoomRole.HOST
    with pytest.raises(Refused) as refused:
        change_role(room=cast.lounge, person=cast.nora, role=RoomRole.HOST, by=cast.rex)
    assert code_of(refused) is Code.NOT_ALLOWED


@pytest.mark.parametrize(("who", "code"), [("mara", Code.NOT_ONESELF), ("sam", Code.NOT_A_MEMBER)])
def test_some_roles_are_not_given(cast: Cast, who: str, code: Code) -> None:
    with pytest.raises(Refused) as refused:
        change_role(room=cast.lounge, person=getattr(cast, who), role=RoomRole.HOST, by=cast.mara)

    assert code_of(refused) is code
