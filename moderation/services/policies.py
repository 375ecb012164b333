"""Changing what is not wanted, what looks for it and from which score on: checked, audited, versioned.

Administrators change everything; a room's owner makes rules and thresholds of that room, which can only
make it stricter. The gate takes a new version in by itself before the next message.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction

from accounts.models import Person
from accounts.services import audit
from common.errors import Code, Refused
from moderation.band import band_of
from moderation.decisions import Treatment, strictest
from moderation.models import Policy, PolicyVersion, Rule, Threshold, ThresholdChange, UnknownLanguage
from moderation.permissions import refusal_to_administer
from moderation.rules.compile import check_rule
from moderation.rules.conditions import RuleError
from moderation.selectors.policies import policy_version, site_levels, site_treatment, spec_of
from moderation.selectors.thresholds import figures_of
from rooms.models import Membership, Room
from rooms.permissions import may_change_room


@dataclass(frozen=True, slots=True)
class Why:
    """Why a threshold is changed.

    Attributes:
        reason: in the words of whoever changes it.
        evidence: what a proposal rests on: counts and levels.
        undoes: the change that is taken back.
    """

    reason: str = ""
    evidence: Mapping[str, Any] = field(default_factory=dict)
    undoes: ThresholdChange | None = None

    @property
    def facts(self) -> dict[str, Any]:
        """For the audit log."""
        undoes = self.undoes.public_id if self.undoes else ""
        facts = {"reason": self.reason, "evidence": dict(self.evidence), "undoes": undoes}
        return {name: fact for name, fact in facts.items() if fact}


_Scoped = Rule | Threshold | UnknownLanguage
_LEVELS = ("review", "hide", "escalate")


@transaction.atomic
def save_rule(*, rule: Rule, by: Person) -> Rule:
    """Keep a new or changed rule; it holds from the next message on.

    Refuses: NOT_ALLOWED, MALFORMED_RULE (`detail` says which part and why). Begins or joins a transaction;
    locks the policy version, last the audit head.
    """
    _require_may_change(by, rule.room, _stored(rule))
    _require_well_formed(rule)
    try:
        check_rule(spec_of(rule))
    except RuleError as error:
        raise Refused(Code.MALFORMED_RULE, detail=str(error)) from error
    _save(rule, by, "rule")
    return rule


@transaction.atomic
def delete_rule(*, rule: Rule, by: Person) -> None:
    """Take a rule away. Refuses: NOT_ALLOWED. Begins or joins a transaction; locks as `save_rule`."""
    _require_may_change(by, rule.room, _stored(rule))
    _delete(rule, by, "rule")


@transaction.atomic
def save_threshold(*, threshold: Threshold, by: Person, why: Why | None = None) -> Threshold:
    """Keep a new or changed threshold; it holds for what is judged from now on, and the history has it.

    Refuses: NOT_ALLOWED, MALFORMED_RULE, ONLY_TIGHTER (a room's or an age band's that is looser than the
    site's). Begins or joins a transaction; locks as `save_rule`.
    """
    _require_may_change(by, threshold.room, _stored(threshold))
    _require_well_formed(threshold)
    if (threshold.room_id or threshold.age_band_id) and _is_looser(threshold):
        raise Refused(Code.ONLY_TIGHTER)
    why = why or Why()
    _keep_change(threshold, figures_of(threshold), by, why)
    _save(threshold, by, "threshold", **why.facts)
    return threshold


@transaction.atomic
def delete_threshold(*, threshold: Threshold, by: Person, why: Why | None = None) -> None:
    """Take a threshold away: the site's, or the code's, holds again.

    Refuses: NOT_ALLOWED. Begins or joins a transaction; locks as `save_rule`.
    """
    _require_may_change(by, threshold.room, _stored(threshold))
    why = why or Why()
    _keep_change(threshold, {}, by, why)
    _delete(threshold, by, "threshold", **why.facts)


@transaction.atomic
def undo_threshold_change(*, change: ThresholdChange, by: Person) -> None:
    """Put back what held before a change, as a change of its own.

    Refuses: as `save_threshold`, and FIGURES_CHANGED (undone before, or changed since by another).
    Begins or joins a transaction; locks the change, then as `save_rule`.
    """
    change = ThresholdChange.objects.select_for_update(of=("self",), no_key=True).get(pk=change.pk)
    place = {"label": change.label, "room": change.room, "age_band": change.age_band}
    row = Threshold.objects.filter(**place).first()
    _require_may_change(by, change.room, row)
    if ThresholdChange.objects.filter(undoes=change).exists() or figures_of(row) != change.after:
        raise Refused(Code.FIGURES_CHANGED)
    why = Why(undoes=change)
    if change.before:
        row = row or Threshold(**place)
        for name, figure in change.before.items():
            setattr(row, name, figure)
        save_threshold(threshold=row, by=by, why=why)
    elif row:
        delete_threshold(threshold=row, by=by, why=why)


@transaction.atomic
def save_unknown_language(*, row: UnknownLanguage, by: Person) -> UnknownLanguage:
    """Keep what becomes of texts in languages that the classifier does not know; it holds from now on.

    Refuses: NOT_ALLOWED, MALFORMED_RULE, ONLY_TIGHTER (a room's that is milder than the site's; a band's
    may be milder than what holds for minors by default, never than the site's). Begins or joins a
    transaction; locks as `save_rule`.
    """
    _require_may_change(by, row.room, _stored(row))
    _require_well_formed(row)
    site = site_treatment()
    if (row.room_id or row.age_band_id) and strictest([site, Treatment(row.treatment)]) != row.treatment:
        raise Refused(Code.ONLY_TIGHTER)
    _save(row, by, "unknown_language")
    return row


@transaction.atomic
def delete_unknown_language(*, row: UnknownLanguage, by: Person) -> None:
    """Take such a setting away: what is usual holds again.

    Refuses: NOT_ALLOWED. Begins or joins a transaction; locks as `save_rule`.
    """
    _require_may_change(by, row.room, _stored(row))
    _delete(row, by, "unknown_language")


@transaction.atomic
def save_policy(*, policy: Policy, by: Person) -> Policy:
    """Keep a new or changed policy. Decisions made before keep naming it.

    Refuses: NOT_ALLOWED, MALFORMED_RULE. Begins or joins a transaction; locks as `save_rule`.
    """
    _require_may_change(by, None, None)
    _require_well_formed(policy)
    _save(policy, by, "policy")
    return policy


def _keep_change(row: Threshold, after: Mapping[str, Any], by: Person, why: Why) -> None:
    """Before the change itself: the audit log's head, which that takes, is always the last lock."""
    ThresholdChange.objects.create(
        label=row.label,
        room=row.room,
        age_band=row.age_band,
        before=figures_of(_stored_threshold(row)),
        after=dict(after),
        reason=why.reason,
        evidence=dict(why.evidence),
        undoes=why.undoes,
        changed_by=by,
    )


def _stored_threshold(row: Threshold) -> Threshold | None:
    return Threshold.objects.filter(pk=row.pk).first()


def _require_may_change(by: Person, room: Room | None, stored: _Scoped | None) -> None:
    """Owners change what belongs to their room, before and after the change."""
    refusal = refusal_to_administer(by)
    if refusal is None:
        return
    is_of_room = room is not None and (stored is None or stored.room_id == room.pk)
    if not (is_of_room and may_change_room(Membership.objects.filter(room=room, person=by).first())):
        raise refusal


def _stored(row: _Scoped) -> _Scoped | None:
    return type(row).objects.filter(pk=row.pk).first()


def _require_well_formed(row: models.Model) -> None:
    try:
        row.full_clean()
    except ValidationError as error:
        raise Refused(Code.MALFORMED_RULE, detail="; ".join(error.messages)) from error


def _is_looser(threshold: Threshold) -> bool:
    site = site_levels(threshold.label)
    pairs = [(getattr(threshold, level), getattr(site, level)) for level in _LEVELS]
    pairs += zip((threshold.band_from, threshold.band_to), band_of(site), strict=True)
    return any(ours is not None and theirs is not None and ours > theirs for ours, theirs in pairs)


def _save(row: _Scoped | Policy, by: Person, kind: str, **more: Any) -> None:
    verb = "change" if row.pk else "add"
    row.save()
    _new_version(by, f"{kind} {verb}: {row}")
    audit.record(actor=by, action=f"{kind}.{verb}", subject=(kind, row.pk), **_facts(row), **more)


def _delete(row: _Scoped, by: Person, kind: str, **more: Any) -> None:
    facts, key = _facts(row), row.pk
    row.delete()
    _new_version(by, f"{kind} remove: {key}")
    audit.record(actor=by, action=f"{kind}.remove", subject=(kind, key), **facts, **more)


def _new_version(by: Person, note: str) -> None:
    """Two changes at once take their numbers one after the other: the first version's row is the lock."""
    PolicyVersion.objects.select_for_update().order_by("number").first()
    PolicyVersion.objects.create(number=policy_version() + 1, changed_by=by, note=note[:200])


def _facts(row: models.Model) -> dict[str, Any]:
    """The row as it is now: an administrator's words, nobody's message."""
    return {field.attname: field.value_from_object(row) for field in row._meta.concrete_fields}  # noqa: SLF001
