"""The one way to enforce a decision, a rule's, a classifier's or a moderator's; and the one way to undo it.

Alone writes Decision, Sanction, Strike, StatementOfReasons and their audit entries, together.
Called by the other services of this app; what it changes lies in effects.py.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from accounts.models import Person
from accounts.services import audit
from accounts.services.audit import Deed
from common.clock import now
from common.errors import Code, Refused
from moderation.models import Action, Decision, Sanction, SanctionKind, StatementOfReasons, Strike
from moderation.services import effects, notices, told
from moderation.services.scene import Scene, lock_scene
from rooms.models import Message, Visibility

# Article 20(1) of Regulation (EU) 2022/2065: complaints for at least six months.
OBJECTION_TIME = dt.timedelta(days=183)
# How much of a mark a person's decision leaves, and for how long. Automated decisions leave none: a
# classifier is wrong too often to count against somebody.
STRIKE_WEIGHT = {Action.HIDE: 1, Action.WARN: 1, Action.MUTE: 2, Action.REMOVE: 3, Action.SUSPEND: 5}
STRIKE_LIFE = dt.timedelta(days=90)
_LOOSENS = frozenset({Action.DISMISS, Action.RELEASE, Action.RESTORE, Action.REVERSE})
_SHOWS = frozenset({Action.RELEASE, Action.RESTORE})
_WAS_HIDDEN_BY = frozenset({Action.HOLD, Action.HIDE, Action.ESCALATE})
_ABOUT_A_MESSAGE = frozenset({Action.RELEASE, Action.HOLD, Action.HIDE, Action.RESTORE})
_ABOUT_A_CASE = frozenset({Action.DISMISS, Action.ESCALATE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One action to enforce.

    Attributes:
        person_id: whom it is about: the message's author, or the reported person.
        decided_by: the moderator; None is the pipeline.
        reason: one sentence; the person concerned reads it.
        grounds: for an automated one: source, label, detail, score, model.
        until: when a sanction ends; None is for good.
        text_version: of the text that was judged; a message whose text has changed since is left alone.
    """

    action: Action
    person_id: int
    message_id: int | None = None
    room_id: int | None = None
    case_id: int | None = None
    decided_by: Person | None = None
    policy_key: str | None = None
    reason: str = ""
    grounds: Mapping[str, Any] = field(default_factory=dict)
    until: dt.datetime | None = None
    text_version: int | None = None


@transaction.atomic
def enforce(orders: Sequence[Order]) -> list[Decision]:
    """Carry out these orders and write down why: all of them, or (an exception) none.

    An order about a text that has changed since is dropped, as is an automated one that was carried out
    before. Begins or joins a transaction. Locks rooms by id, memberships and people, the audit head last.
    """
    if not orders:
        return []
    scene = _scene_of(orders)
    standing = _standing(orders, scene)
    decisions = [_decision(order, scene) for order in standing]
    effects.show_or_hide(_changes(standing, scene))
    Decision.objects.bulk_create(decisions)
    for order, decision in zip(standing, decisions, strict=True):
        _sanction(order, decision, scene)
    StatementOfReasons.objects.bulk_create(_statements(decisions, scene.at))
    _end_statements(decisions)
    notices.notify(decision.person_id for decision in decisions)
    told.messages_hidden(decisions)
    audit.record_many([_deed(decision) for decision in decisions])
    return decisions


@transaction.atomic
def reverse(*, decision: Decision, by: Person, reason: str, reopened: bool = False) -> Decision:
    """Undo a decision: put the message and the person back, unless another decision still stands.

    A message that was waiting before is shown, unless its case is `reopened`: then it waits again. A text
    that has changed since is left alone. The person concerned is told.

    Refuses: ALREADY_DECIDED (it was undone before). Begins or joins a transaction; locks as `enforce` does.
    """
    scene = lock_scene(
        message_ids=[decision.message_id] if decision.message_id else [],
        room_ids=_room_of(decision),
        person_ids=[decision.person_id],
        policy_keys=[],
    )
    decision = Decision.objects.select_for_update(no_key=True).get(pk=decision.pk)
    if decision.action == Action.REVERSE or Decision.objects.filter(reverses=decision).exists():
        raise Refused(Code.ALREADY_DECIDED)
    _put_message_back(decision, scene.message(decision.message_id), reopened=reopened)
    _lift(decision)
    reversal = _write_reversal(decision, scene, by=by, reason=reason)
    StatementOfReasons.objects.filter(decision=decision).update(ended_at=scene.at, read_at=None)
    if decision.action in _SHOWS:
        ended = StatementOfReasons.objects.filter(decision__message=decision.message_id)
        ended.filter(ended_at=decision.decided_at).update(ended_at=None, read_at=None)
    notices.notify([decision.person_id])
    audit.record_many([_deed(reversal)])
    return reversal


def _scene_of(orders: Sequence[Order]) -> Scene:
    return lock_scene(
        message_ids={order.message_id for order in orders if order.message_id},
        room_ids={order.room_id for order in orders if order.room_id},
        person_ids={order.person_id for order in orders},
        policy_keys={order.policy_key for order in orders if order.policy_key},
    )


def _standing(orders: Sequence[Order], scene: Scene) -> list[Order]:
    """The orders that still hold: the text is the one that was judged, and it was not decided before."""
    seen = set(scene.decided)
    standing = []
    for order in orders:
        once = (order.message_id, order.text_version, order.action.value)
        message = scene.message(order.message_id)
        is_stale = message and order.text_version not in {None, message.text_version}
        if is_stale or (order.decided_by is None and once in seen):
            continue
        seen.add(once)
        standing.append(order)
    return standing


def _decision(order: Order, scene: Scene) -> Decision:
    message = scene.message(order.message_id)
    room = scene.room(order.room_id, message)
    person = scene.people[order.person_id]
    return Decision(
        case_id=order.case_id,
        message=message,
        person=person,
        decided_by=order.decided_by,
        is_automated=order.decided_by is None,
        action=order.action,
        policy=scene.policies.get(order.policy_key or ""),
        policy_version=scene.policy_version,
        text_version=message.text_version if message else None,
        reason=order.reason,
        grounds=dict(order.grounds),
        before=effects.facts_before(order.action, person, room, message),
        until=order.until,
        decided_at=scene.at,
    )


def _changes(orders: Sequence[Order], scene: Scene) -> list[tuple[Message, Visibility]]:
    changes = []
    for order in orders:
        message = scene.message(order.message_id)
        target = effects.visibility_after(order.action, message)
        if message and target:
            changes.append((message, target))
    return changes


def _sanction(order: Order, decision: Decision, scene: Scene) -> None:
    kind = effects.SANCTION.get(order.action)
    room = scene.room(order.room_id, scene.message(order.message_id))
    if kind:
        in_room = room if kind in {SanctionKind.MUTE, SanctionKind.REMOVAL} else None
        effects.impose(kind, person=decision.person, room=in_room, until=order.until)
        Sanction.objects.create(
            decision=decision,
            person=decision.person,
            room=in_room,
            kind=kind,
            until=order.until,
            created_at=scene.at,
        )
    weight = STRIKE_WEIGHT.get(order.action, 0) if order.decided_by else 0
    if weight:
        Strike.objects.create(
            decision=decision,
            person=decision.person,
            weight=weight,
            created_at=scene.at,
            expires_at=scene.at + STRIKE_LIFE,
        )


def _statements(decisions: Sequence[Decision], at: dt.datetime) -> list[StatementOfReasons]:
    """One for each decision that limits somebody."""
    limiting = [decision for decision in decisions if decision.action not in _LOOSENS]
    return [
        StatementOfReasons(
            decision=decision, person=decision.person, created_at=at, object_until=at + OBJECTION_TIME
        )
        for decision in limiting
    ]


def _end_statements(decisions: Sequence[Decision]) -> None:
    """What was held or hidden is shown again: its author finds that with the statement that told of it."""
    for decision in decisions:
        if decision.action in _SHOWS and decision.message_id:
            told = StatementOfReasons.objects.filter(
                decision__message=decision.message_id, decision__action__in=_WAS_HIDDEN_BY, ended_at=None
            )
            told.update(ended_at=decision.decided_at, read_at=None)


def _deed(decision: Decision) -> Deed:
    facts = {
        "decision": decision.public_id,
        "case": decision.case_id,
        "message": decision.message_id,
        "policy": decision.policy_id,
        "policy_version": decision.policy_version,
        "reason": decision.reason,
        "automated": decision.is_automated,
        "before": decision.before,
        "until": decision.until,
    }
    if decision.reverses_id:
        facts["reverses"] = decision.reverses_id
    kind, key = _subject(decision)
    return Deed(decision.decided_by, f"{kind}.{decision.action}", (kind, key), facts)


def _subject(decision: Decision) -> tuple[str, int]:
    if decision.action == Action.REVERSE:
        return "decision", decision.reverses_id or 0
    if decision.action in _ABOUT_A_MESSAGE and decision.message_id:
        return "message", decision.message_id
    if decision.action in _ABOUT_A_CASE and decision.case_id:
        return "case", decision.case_id
    return "person", decision.person_id


def _room_of(decision: Decision) -> list[int]:
    sanction = Sanction.objects.filter(decision=decision).first()
    return [sanction.room_id] if sanction and sanction.room_id else []


def _put_message_back(decision: Decision, message: Message | None, *, reopened: bool) -> None:
    before = decision.before.get("visibility")
    if message is None or before is None or message.text_version != decision.text_version:
        return
    if message.visibility == Visibility.DELETED or _hidden_again_since(decision):
        return
    restricted = decision.action not in _LOOSENS
    if restricted and before in {Visibility.CHECKING, Visibility.HELD}:
        before = Visibility.HELD if reopened else Visibility.VISIBLE
    if message.visibility != before and not (restricted and message.visibility == Visibility.VISIBLE):
        effects.show_or_hide([(message, Visibility(before))])


def _hidden_again_since(decision: Decision) -> bool:
    later = Decision.objects.filter(
        message=decision.message_id, text_version=decision.text_version, pk__gt=decision.pk
    )
    return later.filter(action__in=effects.HIDES, reversed_by=None).exists()


def _lift(decision: Decision) -> None:
    sanction = Sanction.objects.select_related("person", "room").filter(decision=decision).first()
    if sanction:
        sanction.lifted_at = now()
        sanction.save(update_fields=["lifted_at"])
        effects.lift(decision, sanction)
    Strike.objects.filter(decision=decision, lifted_at=None).update(lifted_at=now())


def _write_reversal(decision: Decision, scene: Scene, *, by: Person, reason: str) -> Decision:
    return Decision.objects.create(
        case_id=decision.case_id,
        message_id=decision.message_id,
        person_id=decision.person_id,
        decided_by=by,
        is_automated=False,
        action=Action.REVERSE,
        policy_id=decision.policy_id,
        policy_version=scene.policy_version,
        text_version=decision.text_version,
        reason=reason,
        decided_at=scene.at,
        reverses=decision,
    )
