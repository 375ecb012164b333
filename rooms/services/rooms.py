"""Opening a room, changing its settings, closing it. What its name and topic say passes the gate as well."""

import logging
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.models import Person
from accounts.permissions import is_minor, meets_age, refusal_to_act
from accounts.selectors import age_bands
from accounts.services import audit
from common.clock import now
from common.errors import Code, Refused
from common.limits import require_within
from rooms import fanout
from rooms.gates import gate
from rooms.models import Membership, Room, RoomRole
from rooms.permissions import may_change_room
from rooms.seams import Outcome
from rooms.services.revisions import lock_rooms

log = logging.getLogger(__name__)

# What an owner may change. `screening_mode` is a wish: permissions.screens_before() says what holds.
SETTINGS = (
    "name",
    "slug",
    "topic",
    "rules",
    "access",
    "minimum_age",
    "screening_mode",
    "slow_mode_s",
    "is_read_only",
)
# Addresses under /rooms/ that are pages.
RESERVED_SLUGS = frozenset({"new"})

# So many rooms one person opens in this time; moderators and administrators as many as they need.
OPENING_RATE = "10/day"

_SCREENED = ("name", "slug", "topic", "rules")


def create_room(
    *,
    by: Person,
    name: str,
    slug: str,
    topic: str,
    rules: str,
    access: str,
    minimum_age: int,
    screening_mode: str,
    slow_mode_s: int,
) -> Room:
    """Open a room; `by` becomes its owner. Audited.

    Refuses: NOT_ALLOWED (minors do not open rooms), TOO_YOUNG (for one's own minimum), NAME_TAKEN,
    NAME_RESERVED, BLOCKED_BY_RULE, SCREENING_UNAVAILABLE, MALFORMED, SUSPENDED, DEACTIVATED, TOO_FAST.
    Begins or joins a transaction; locks the audit log's head.
    """
    room = Room(
        name=name,
        slug=slug,
        topic=topic,
        rules=rules,
        access=access,
        minimum_age=minimum_age,
        screening_mode=screening_mode,
        slow_mode_s=slow_mode_s,
        created_by=by,
    )
    _require_may_open(by)
    _require_sound(room, by, _SCREENED)
    if not by.is_moderator:
        require_within(OPENING_RATE, "rooms", by.public_id)
    with transaction.atomic():
        _save(room)
        Membership.objects.create(room=room, person=by, role=RoomRole.OWNER)
        audit.record(actor=by, action="room.create", subject=("room", room.pk), slug=slug, access=access)
    return room


@transaction.atomic
def change_room(*, room: Room, by: Person, **settings: Any) -> Room:
    """Change settings (SETTINGS); a higher minimum age puts those too young out at once. Audited.

    Refuses: NOT_ALLOWED (owners and moderators only), and what create_room refuses of the settings.
    Begins or joins a transaction; locks the room, then the audit log's head.
    """
    [locked] = lock_rooms(Room.objects.filter(pk=room.pk))
    _require_owner(locked, by)
    if not settings.keys() <= set(SETTINGS):
        raise Refused(Code.NOT_ALLOWED)
    before = {field: getattr(locked, field) for field in settings}
    changed = {field: value for field, value in settings.items() if value != before[field]}
    for field, value in changed.items():
        setattr(locked, field, value)
    _require_sound(locked, by, [field for field in _SCREENED if field in changed])
    _save(locked, list(changed))
    if changed:
        fanout.room_changed_on_commit(locked.pk)
        facts = {field: [before[field], value] for field, value in changed.items()}
        audit.record(actor=by, action="room.change", subject=("room", locked.pk), **facts)
    return locked


@transaction.atomic
def close_room(*, room: Room, by: Person) -> None:
    """Close a room for good: nobody enters, its messages stay for moderators. Audited.

    Refuses: NOT_ALLOWED. Begins or joins a transaction; locks the room, then the audit log's head.
    """
    [locked] = lock_rooms(Room.objects.filter(pk=room.pk))
    _require_owner(locked, by)
    if locked.closed_at is None:
        locked.closed_at = now()
        locked.save(update_fields=["closed_at"])
        fanout.room_changed_on_commit(locked.pk)
        audit.record(actor=by, action="room.close", subject=("room", locked.pk))


def _require_may_open(by: Person) -> None:
    refusal = refusal_to_act(by)
    if refusal:
        raise refusal
    if is_minor(by, age_bands()):
        raise Refused(Code.NOT_ALLOWED)


def _require_owner(room: Room, by: Person) -> None:
    own = Membership.objects.filter(room=room, person=by).first()
    if not (by.is_moderator or may_change_room(own)):
        raise Refused(Code.NOT_ALLOWED)


def _require_sound(room: Room, by: Person, texts: list[str] | tuple[str, ...]) -> None:
    """The settings hold together, and the gate has nothing against the named texts."""
    if not meets_age(by, room.minimum_age):
        raise Refused(Code.TOO_YOUNG, minimum_age=room.minimum_age)
    if room.slug in RESERVED_SLUGS:
        raise Refused(Code.NAME_RESERVED)
    try:
        room.clean_fields(exclude=["created_by"])
    except ValidationError as error:
        raise Refused(Code.MALFORMED, fields=sorted(error.message_dict)) from error
    for field in texts:
        _screen_label(field, getattr(room, field))


def _screen_label(field: str, text: str) -> None:
    try:
        verdict = gate().screen_label(text)
    except Exception as error:
        log.exception("gate.screen_label_failed", extra={"field": field})
        raise Refused(Code.SCREENING_UNAVAILABLE) from error
    if verdict.outcome is not Outcome.ALLOW:
        raise Refused(Code.BLOCKED_BY_RULE, field=field)


def _save(room: Room, fields: list[str] | None = None) -> None:
    """Store it. A savepoint of its own, so that a slug that is taken leaves the transaction usable."""
    try:
        with transaction.atomic():
            room.save(update_fields=fields)
    except IntegrityError as error:
        raise Refused(Code.NAME_TAKEN, field="slug") from error
