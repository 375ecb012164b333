"""Judges a draft by a RuleSet: pure, bounded, and never clean by accident.

Strictest outcome wins. What a word rule may do depends on how sure the find is: CERTAIN does what the rule
says; DISGUISED at most holds, for a block has no human after it; FLAGGED holds only where messages are
screened before they are shown, and elsewhere lets through with a finding. Called by moderation/gate.py.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from moderation.rules.compile import RuleSet
from moderation.rules.conditions import Audience, Evidence, Flood, Repeat, RuleSpec
from moderation.rules.decode import rendered
from moderation.rules.links import hosts_in
from moderation.rules.normalise import source_of
from moderation.rules.search import find_words
from moderation.rules.words import Certainty
from rooms.seams import Draft, Finding, Outcome, Verdict

_STRICTNESS = {outcome: rank for rank, outcome in enumerate(Outcome)}
_MOST_FINDINGS = 20  # more say no more, and a page must show them
_DETAIL_LENGTH = 200


@dataclass(frozen=True, slots=True)
class _Found:
    outcome: Outcome
    finding: Finding


def evaluate(draft: Draft, rules: RuleSet) -> Verdict:
    """Judge a draft. A part that fails holds the message and says so; nothing is ever raised."""
    found: list[_Found] = []
    for check in (_too_long, _pace, _patterns, _links, _words):
        try:
            found += check(draft, rules)
        except Exception as error:  # noqa: BLE001 - whatever it is, it must not read as clean
            found.append(_failed(check, error))
        if any(f.outcome is Outcome.BLOCK for f in found):
            break
    outcome = max((f.outcome for f in found), key=_STRICTNESS.__getitem__, default=Outcome.ALLOW)
    if outcome is Outcome.NUDGE and draft.nudged:
        outcome = Outcome.HOLD
    found.sort(key=lambda f: (_STRICTNESS[f.outcome], f.finding.severity), reverse=True)
    return Verdict(outcome, tuple(f.finding for f in found[:_MOST_FINDINGS]), rules.version)


def _failed(check: Callable[..., object], error: Exception) -> _Found:
    name = check.__name__.strip("_")
    return _Found(
        Outcome.HOLD, Finding("rule", "rules_failed", f"{name}: {type(error).__name__}", severity=3)
    )


def _mark(spec: RuleSpec, evidence: Evidence, outcome: Outcome) -> _Found:
    finding = Finding(
        source="rule",
        label=spec.kind.value,
        detail=evidence.detail[:_DETAIL_LENGTH],
        span=evidence.span,
        severity=spec.severity,
    )
    return _Found(outcome, finding)


def _holds(spec: RuleSpec, draft: Draft) -> bool:
    return spec.audience is Audience.EVERYONE or draft.minors_may_read


def _too_long(draft: Draft, rules: RuleSet) -> Iterator[_Found]:
    for scope in rules.scopes(draft.room_id):
        for number, condition in scope.lengths:
            spec = rules.specs[number]
            if _holds(spec, draft) and (evidence := condition.check(draft)):
                yield _mark(spec, evidence, spec.outcome)


def _pace(draft: Draft, rules: RuleSet) -> Iterator[_Found]:
    if draft.author_is_exempt or draft.is_edit:
        return
    for scope in rules.scopes(draft.room_id):
        paces: tuple[tuple[int, Flood | Repeat], ...] = (*scope.floods, *scope.repeats)
        for number, condition in paces:
            spec = rules.specs[number]
            if _holds(spec, draft) and (evidence := condition.check(draft)):
                yield _mark(spec, evidence, spec.outcome)


def _patterns(draft: Draft, rules: RuleSet) -> Iterator[_Found]:
    source = source_of(draft.body)
    for scope in rules.scopes(draft.room_id):
        for number, condition in scope.patterns:
            spec = rules.specs[number]
            if _holds(spec, draft) and (evidence := condition.find(source)):
                yield _mark(spec, evidence, spec.outcome)


def _links(draft: Draft, rules: RuleSet) -> Iterator[_Found]:
    conditions = [c for scope in rules.scopes(draft.room_id) for c in scope.links]
    if not conditions:
        return
    source = source_of(draft.body)
    shown = rendered(source)
    hosts = {
        host.name: host for text in {id(s): s for s in (source, shown)}.values() for host in hosts_in(text)
    }
    for host in hosts.values():
        for number, condition in conditions:
            spec = rules.specs[number]
            if _holds(spec, draft) and (evidence := condition.check(host)):
                yield _mark(spec, evidence, spec.outcome)


def _words(draft: Draft, rules: RuleSet) -> Iterator[_Found]:
    for hit in find_words(draft, rules.scopes(draft.room_id)):
        spec = rules.specs[hit.term.rule]
        if _holds(spec, draft):
            detail = ", ".join((f"“{hit.term.listed}”", *hit.how))
            yield _mark(spec, Evidence(detail, hit.span), _at_most(spec.outcome, hit.certainty, draft))


def _at_most(outcome: Outcome, certainty: Certainty, draft: Draft) -> Outcome:
    """What a find may lead to, given how sure it is."""
    if certainty is Certainty.FLAGGED and not draft.screens_before:
        return Outcome.ALLOW
    if certainty < Certainty.CERTAIN and outcome is Outcome.BLOCK:
        return Outcome.HOLD
    return outcome
