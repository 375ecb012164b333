"""Coming into a room and going out of it, by oneself, by a host's hand or by an order of moderation.

Every verb locks the room first, as posting does: after a removal has committed, nothing is posted.
"""

import datetime as dt
import secrets

from django.db import transaction
from django.db.models import F

from accounts.models import Person
from accounts.services import audit
from common.clock import FOREVER, now
from common.errors import Code, Refused
from common.limits import require_within
from rooms import fanout
from rooms.models import Invitation, Membership, Room, RoomRole
from rooms.permissions import may_change_room, may_manage, refusal_to_join
from rooms.selectors.invitations import digest_of
from rooms.services.revisions import lock_rooms

INVITATION_LASTS_MAX = dt.timedelta(days=30)
INVITATION_USES_MAX = 100
# So many links one person makes in this time.
INVITING_RATE = "30/hour"

_RANK = {RoomRole.MEMBER: 0, RoomRole.HOST: 1, RoomRole.OWNER: 2}


@transaction.atomic
def join_room(*, person: Person, room: Room, invitation: str | None = None) -> Membership:
    """Make the person a member; who is one already stays as they are and uses up no invitation.

    Refuses: NOT_FOUND, INVITATION_NEEDED, INVITATION_UNUSABLE (used up, expired, revoked, another room's),
    REMOVED, TOO_YOUNG, SUSPENDED, DEACTIVATED. Begins or joins a transaction; locks the room.
    """
    room, membership = _locked(room, person)
    ticket = _usable_invitation(room, invitation) if invitation else None
    refusal = refusal_to_join(person, room, membership, now(), invited=ticket is not None)
    if refusal:
        raise refusal
    if membership is not None and membership.is_current:
        return membership
    if ticket is not None:
        Invitation.objects.filter(pk=ticket.pk).update(uses_left=F("uses_left") - 1)
    return _come_in(room, person)


@transaction.atomic
def leave_room(*, person: Person, room: Room) -> None:
    """Give up one's place; what one said stays. Whoever is not there leaves without a word.

    Begins or joins a transaction; locks the room.
    """
    room, membership = _locked(room, person)
    if membership is not None and membership.is_current:
        _put(membership, left_at=now(), role=RoomRole.MEMBER)


@transaction.atomic
def remove_member(*, room: Room, person: Person, until: dt.datetime | None, by: Person | None) -> Membership:
    """Put somebody out of the room, until a moment or (None) for good; also somebody who is not in it yet.

    `by` is the host who does it, whose right is checked and who is audited; None is an order of moderation,
    which does both itself. Refuses: NOT_ALLOWED, NOT_ONESELF. Begins or joins a transaction; locks the
    room, and with `by` the audit log's head.
    """
    room, membership = _locked(room, person)
    _require_order(room, person, membership, by)
    membership = membership or Membership(room=room, person=person)
    _put(membership, left_at=now(), removed_until=until or FOREVER, role=RoomRole.MEMBER)
    _note(by, "member.remove", room, person, until=_iso(membership.removed_until))
    return membership


@transaction.atomic
def readmit_member(*, room: Room, person: Person, by: Person | None = None) -> None:
    """Let somebody who was put out join again; it does not bring them back by itself.

    Refuses, begins or joins, locks: as remove_member.
    """
    room, membership = _locked(room, person)
    _require_order(room, person, membership, by)
    if membership is not None and membership.removed_until is not None:
        _put(membership, removed_until=None)
        _note(by, "member.readmit", room, person)


@transaction.atomic
def put_back(*, room: Room, person: Person, role: RoomRole) -> None:
    """Undo a removal: whoever was put out is in the room again, as what they were. An order of moderation.

    Whoever has come in again by themselves stays as they are. Begins or joins a transaction; locks the room.
    """
    room, membership = _locked(room, person)
    if membership is not None and not membership.is_current:
        _put(membership, left_at=None, removed_until=None, role=role)


@transaction.atomic
def mute_member(
    *, room: Room, person: Person, until: dt.datetime | None, by: Person | None = None
) -> Membership:
    """Let somebody read but not write here, until a moment or (None) for good.

    Holds across leaving and joining again. Refuses, begins or joins, locks: as remove_member.
    """
    room, membership = _locked(room, person)
    _require_order(room, person, membership, by)
    membership = membership or Membership(room=room, person=person, left_at=now())
    _put(membership, muted_until=until or FOREVER)
    _note(by, "member.mute", room, person, until=_iso(membership.muted_until))
    return membership


@transaction.atomic
def unmute_member(*, room: Room, person: Person, by: Person | None = None) -> None:
    """Let somebody write again. Refuses, begins or joins, locks: as remove_member."""
    room, membership = _locked(room, person)
    _require_order(room, person, membership, by)
    if membership is not None and membership.muted_until is not None:
        _put(membership, muted_until=None)
        _note(by, "member.unmute", room, person)


@transaction.atomic
def change_role(*, room: Room, person: Person, role: RoomRole, by: Person) -> Membership:
    """Make a member of the room its host or owner, or a plain member again. Audited.

    Refuses: NOT_ALLOWED, NOT_ONESELF, NOT_A_MEMBER. Begins or joins a transaction; locks the room, then
    the audit log's head.
    """
    room, membership = _locked(room, person)
    if by.pk == person.pk:
        raise Refused(Code.NOT_ONESELF)
    if not (by.is_moderator or may_change_room(_membership(room, by))):
        raise Refused(Code.NOT_ALLOWED)
    if membership is None or not membership.is_current:
        raise Refused(Code.NOT_A_MEMBER)
    _put(membership, role=role)
    _note(by, "member.role", room, person, role=str(role))
    return membership


@transaction.atomic
def invite(*, room: Room, by: Person, uses: int, lasts: dt.timedelta) -> tuple[Invitation, str]:
    """Make a link into the room and give its secret, which is not kept. Audited.

    Refuses: NOT_ALLOWED, MALFORMED (uses or time out of bounds), TOO_FAST. Begins or joins a transaction;
    locks the audit log's head.
    """
    _require_host(room, by)
    if not (0 < uses <= INVITATION_USES_MAX and dt.timedelta() < lasts <= INVITATION_LASTS_MAX):
        raise Refused(Code.MALFORMED)
    require_within(INVITING_RATE, "invitations", by.public_id)
    secret = secrets.token_urlsafe(24)
    invitation = Invitation.objects.create(
        room=room, created_by=by, digest=digest_of(secret), uses_left=uses, expires_at=now() + lasts
    )
    audit.record(
        actor=by, action="invitation.create", subject=("room", room.pk), invitation=invitation.pk, uses=uses
    )
    return invitation, secret


@transaction.atomic
def revoke_invitation(*, invitation: Invitation, by: Person) -> None:
    """Make a link useless at once; a second time changes nothing. Audited.

    Refuses: NOT_ALLOWED. Begins or joins a transaction; locks the audit log's head.
    """
    _require_host(invitation.room, by)
    if Invitation.objects.filter(pk=invitation.pk, revoked_at=None).update(revoked_at=now()):
        subject = ("room", invitation.room_id)
        audit.record(actor=by, action="invitation.revoke", subject=subject, invitation=invitation.pk)


def _locked(room: Room, person: Person) -> tuple[Room, Membership | None]:
    """The room as it is now, locked, and the person's place in it as it is under that lock."""
    [locked] = lock_rooms(Room.objects.filter(pk=room.pk))
    return locked, _membership(locked, person)


def _membership(room: Room, person: Person) -> Membership | None:
    return Membership.objects.filter(room=room, person=person).first()


def _usable_invitation(room: Room, secret: str) -> Invitation:
    usable = Invitation.objects.select_for_update().filter(
        digest=digest_of(secret), room=room, revoked_at=None, expires_at__gt=now(), uses_left__gt=0
    )
    invitation = usable.first()
    if invitation is None:
        raise Refused(Code.INVITATION_UNUSABLE)
    return invitation


def _come_in(room: Room, person: Person) -> Membership:
    """Nothing that was said before is unread to whoever comes in."""
    membership, _created = Membership.objects.update_or_create(
        room=room,
        person=person,
        defaults={
            "left_at": None,
            "joined_at": now(),
            "role": RoomRole.MEMBER,
            "removed_until": None,
            "last_read_position": room.last_position,
            "last_read_revision": room.revision,
        },
    )
    return membership


def _put(membership: Membership, **facts: object) -> None:
    for name, value in facts.items():
        setattr(membership, name, value)
    membership.save(update_fields=None if membership.pk is None else list(facts))
    fanout.viewers_changed_on_commit([membership.person_id])


def _require_host(room: Room, by: Person) -> None:
    if not (by.is_moderator or may_manage(_membership(room, by))):
        raise Refused(Code.NOT_ALLOWED)


def _require_order(room: Room, person: Person, membership: Membership | None, by: Person | None) -> None:
    """A host acts on members, an owner on hosts as well, a moderator of the site on everybody."""
    if by is None:
        return
    if by.pk == person.pk:
        raise Refused(Code.NOT_ONESELF)
    if by.is_moderator:
        return
    own = _membership(room, by)
    rank = _RANK[RoomRole(membership.role)] if membership and membership.is_current else 0
    if own is None or not may_manage(own) or _RANK[RoomRole(own.role)] <= rank or person.is_moderator:
        raise Refused(Code.NOT_ALLOWED)


def _note(by: Person | None, action: str, room: Room, person: Person, **facts: object) -> None:
    """The audit entry of what a host does; orders of moderation are audited where they are decided."""
    if by is not None:
        audit.record(actor=by, action=action, subject=("room", room.pk), person=person.pk, **facts)


def _iso(moment: dt.datetime | None) -> str | None:
    return moment.isoformat() if moment else None
