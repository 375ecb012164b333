"""What a decision does to a message or a person, and how that is put back: plain facts in rooms and accounts.

Called by enforcement.py alone, inside its transaction, with the rooms locked. Writes no row of moderation.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

from accounts.models import Person
from accounts.services import leaving
from common.clock import FOREVER, now
from moderation.models import Action, Decision, Sanction, SanctionKind
from rooms.models import Membership, Message, Room, RoomRole, Visibility
from rooms.services import memberships, messages

# A sanction for a message hides it as well: nobody is limited for a text that stays up.
_VISIBILITY = {
    Action.RELEASE: Visibility.VISIBLE,
    Action.RESTORE: Visibility.VISIBLE,
    Action.HOLD: Visibility.HELD,
    Action.HIDE: Visibility.HIDDEN,
    Action.WARN: Visibility.HIDDEN,
    Action.MUTE: Visibility.HIDDEN,
    Action.REMOVE: Visibility.HIDDEN,
    Action.SUSPEND: Visibility.HIDDEN,
    Action.ESCALATE: Visibility.HIDDEN,
}
SANCTION = {
    Action.WARN: SanctionKind.WARNING,
    Action.MUTE: SanctionKind.MUTE,
    Action.REMOVE: SanctionKind.REMOVAL,
    Action.SUSPEND: SanctionKind.SUSPENSION,
}
HIDES = frozenset(action for action, target in _VISIBILITY.items() if target == Visibility.HIDDEN)
# The membership's field that holds the limit.
_LIMIT = {SanctionKind.MUTE: "muted_until", SanctionKind.REMOVAL: "removed_until"}


def visibility_after(action: Action, message: Message | None) -> Visibility | None:
    """What the action makes of the message; None where it changes nothing. A deleted one stays deleted."""
    target = _VISIBILITY.get(action)
    if message is None or target is None or message.visibility in {target, Visibility.DELETED}:
        return None
    return target


def show_or_hide(changes: Iterable[tuple[Message, Visibility]]) -> None:
    """Change what others see of these messages, whose rooms are locked and whose rows were read since."""
    wanted = [
        messages.VisibilityChange(message.pk, visibility, message.text_version)
        for message, visibility in changes
    ]
    if wanted:
        messages.show_or_hide(changes=wanted)


def facts_before(
    action: Action, person: Person, room: Room | None, message: Message | None
) -> dict[str, Any]:
    """What must be known to put it back: kept in Decision.before."""
    facts: dict[str, Any] = {}
    if message and visibility_after(action, message):
        facts["visibility"] = message.visibility
    elif message and action == Action.HOLD:
        facts["visibility"] = Visibility.CHECKING.value  # stored as held: it would have been checked
    kind = SANCTION.get(action)
    if kind and kind != SanctionKind.WARNING:
        facts["limit"] = _iso(_limit_of(kind, person, room))
    if kind == SanctionKind.REMOVAL:
        facts["role"] = _role_of(person, room)
    return facts


def impose(kind: SanctionKind, *, person: Person, room: Room | None, until: dt.datetime | None) -> None:
    """Put the limit on the person: where they have a longer one already, that one stays.

    Locks the person's or the membership's row.
    """
    until = max(until or FOREVER, _limit_of(kind, person, room) or now())
    _LIMITED[kind](person, room, until)


def lift(decision: Decision, sanction: Sanction) -> None:
    """Take the limit away, or shorten it to what other decisions, or the time before, still ask for."""
    kind, until = SanctionKind(sanction.kind), _still_asked_for(decision, sanction)
    _LIMITED[kind](sanction.person, sanction.room, until)
    role = decision.before.get("role")
    if role and sanction.room and until is None:
        memberships.put_back(room=sanction.room, person=sanction.person, role=RoomRole(role))


def _warned(person: Person, room: Room | None, until: dt.datetime | None) -> None:
    """A warning limits nothing."""


def _suspended(person: Person, room: Room | None, until: dt.datetime | None) -> None:  # noqa: ARG001
    if until:
        leaving.suspend(person=person, until=until)
    else:
        leaving.lift_suspension(person=person)


def _muted(person: Person, room: Room | None, until: dt.datetime | None) -> None:
    if room and until:
        memberships.mute_member(room=room, person=person, until=until)
    elif room:
        memberships.unmute_member(room=room, person=person)


def _removed(person: Person, room: Room | None, until: dt.datetime | None) -> None:
    if room and until:
        memberships.remove_member(room=room, person=person, until=until, by=None)
    elif room:
        memberships.readmit_member(room=room, person=person)


# How each limit is set until a moment, or (None) taken away.
_LIMITED: dict[SanctionKind, Callable[[Person, Room | None, dt.datetime | None], None]] = {
    SanctionKind.WARNING: _warned,
    SanctionKind.MUTE: _muted,
    SanctionKind.REMOVAL: _removed,
    SanctionKind.SUSPENSION: _suspended,
}


def _still_asked_for(decision: Decision, sanction: Sanction) -> dt.datetime | None:
    """The latest end among the other sanctions in force and a limit that stood before and was not lifted."""
    same = Sanction.objects.filter(person=sanction.person, room=sanction.room, kind=sanction.kind)
    others = same.exclude(pk=sanction.pk)
    ends = [until or FOREVER for until in others.filter(lifted_at=None).values_list("until", flat=True)]
    before = dt.datetime.fromisoformat(decision.before["limit"]) if decision.before.get("limit") else None
    if before and not others.filter(lifted_at__isnull=False, until=before).exists():
        ends.append(before)
    latest = max(ends, default=now())
    return latest if latest > now() else None


def _limit_of(kind: SanctionKind, person: Person, room: Room | None) -> dt.datetime | None:
    if kind == SanctionKind.SUSPENSION:
        return person.suspended_until
    membership = Membership.objects.filter(room=room, person=person).first()
    limit: dt.datetime | None = getattr(membership, _LIMIT[kind]) if membership and kind in _LIMIT else None
    return limit


def _role_of(person: Person, room: Room | None) -> str | None:
    """What they were in the room; None where they were not in it."""
    membership = Membership.objects.filter(room=room, person=person, left_at=None).first()
    return membership.role if membership else None


def _iso(moment: dt.datetime | None) -> str | None:
    return moment.isoformat() if moment else None
