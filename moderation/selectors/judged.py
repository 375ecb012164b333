"""What humans decided about texts, and what the classifier had made of them. No text is read here.

An objection's outcome wins over the decision that it is about; of several decisions the last word counts.
Called by services/feedback.py and selectors/proposals.py.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from django.db.models import Q, QuerySet

from moderation.models import Action, AppealState, Assessment, AssessmentState, Decision, FindingRow, Report
from moderation.truth import LABELS, Outcome, truth_of

_AT_ONCE = 1_000
_FINE = frozenset({Action.DISMISS, Action.RELEASE, Action.RESTORE})
_AGAINST = frozenset({Action.HIDE, Action.WARN, Action.MUTE, Action.REMOVE, Action.SUSPEND})
_ANSWERED = (AppealState.UPHELD, AppealState.OVERTURNED)
_Key = tuple[int, int]  # of a message, and of its text version


class Way(StrEnum):
    """How a text came before a human."""

    FOUND = "found"  # the classifier had asked for it
    REPORTED = "reported"  # a member had; the classifier had found nothing
    OBJECTED = "objected"  # its author had objected to a decision
    HELD = "held"  # otherwise: by a rule, or not judged in time


@dataclass(frozen=True, slots=True)
class JudgedText:
    """A text version that a human has decided on.

    Attributes:
        truth: the labels that are known by that, 1 or 0.
        policy: the key of the policy it was held against; empty where it breaks none.
        reported: keys of the policies that members had reported it under.
        looks: how many people have looked: two where an objection to a human's decision was answered.
        scores: label → [0, 1], empty where the classifier did not judge it.
    """

    message_id: int
    text_version: int
    outcome: Outcome
    policy: str
    reported: frozenset[str]
    truth: Mapping[str, int]
    way: Way
    at: dt.datetime
    looks: int
    scores: Mapping[str, float] = field(default_factory=dict)
    model: tuple[str, str] = ("", "")
    language: str = ""


@dataclass(frozen=True, slots=True)
class _Word:
    """What one decision, with what became of it, says about a text."""

    outcome: Outcome
    at: dt.datetime
    policy: str = ""
    looks: int = 1
    is_answer: bool = False


def judged_texts(since: dt.datetime, until: dt.datetime) -> Iterator[JudgedText]:
    """Every text about which the last word was said in [since, until), the newest message first."""
    asked = Q(decided_at__gte=since, decided_at__lt=until)
    answered = Q(appeal__resolved_at__gte=since, appeal__resolved_at__lt=until)
    messages = _humans().filter(asked | answered).values_list("message_id", flat=True)
    ids = sorted(set(messages), reverse=True)
    for start in range(0, len(ids), _AT_ONCE):
        chunk = ids[start : start + _AT_ONCE]
        words = {key: word for key, word in _last_words(chunk).items() if since <= word.at < until}
        yield from _with_facts(words, chunk)


def hides_by_classifier(since: dt.datetime, until: dt.datetime, most: int) -> dict[_Key, Assessment]:
    """What the classifier had hidden by itself, at most so many, the newest: message and text version."""
    hides = Decision.objects.filter(
        is_automated=True, action=Action.HIDE, grounds__source="classifier", message__isnull=False
    )
    keys = hides.filter(decided_at__gte=since, decided_at__lt=until).order_by("-pk")
    wanted = set(keys.values_list("message_id", "text_version")[:most])
    rows = _assessments({message or 0 for message, _version in wanted})
    return {key: row for key, row in rows.items() if key in wanted}


def _humans() -> QuerySet[Decision]:
    """Decisions in which a human has said something about a text: their own, or an answer to an objection."""
    theirs = Q(is_automated=False, action__in=[*_FINE, *_AGAINST])
    rows = Decision.objects.filter(theirs | Q(appeal__state__in=_ANSWERED))
    return rows.filter(message__isnull=False, text_version__isnull=False)


def _last_words(messages: Collection[int]) -> dict[_Key, _Word]:
    decisions = _humans().filter(message__in=messages).select_related("policy", "appeal", "reversed_by")
    last: dict[_Key, _Word] = {}
    for decision in decisions:
        key, word = (decision.message_id or 0, decision.text_version or 0), _word_of(decision)
        if word and (key not in last or last[key].at < word.at):
            last[key] = word
    return last


def _word_of(decision: Decision) -> _Word | None:
    """None where it was taken back: then it says nothing."""
    appeal = getattr(decision, "appeal", None)
    policy = decision.policy.key if decision.policy else ""
    looks = 1 if decision.is_automated else 2
    if appeal and appeal.state == AppealState.OVERTURNED:
        return _Word(Outcome.HARMLESS, appeal.resolved_at, "", looks, is_answer=True)
    if getattr(decision, "reversed_by", None):
        return None
    if appeal and appeal.state == AppealState.UPHELD:
        return _Word(Outcome.UPHELD, appeal.resolved_at, policy, looks, is_answer=True)
    if decision.is_automated:
        return None
    if decision.action in _FINE:
        return _Word(Outcome.HARMLESS, decision.decided_at)
    return _Word(Outcome.UPHELD, decision.decided_at, policy)


def _with_facts(words: Mapping[_Key, _Word], messages: Collection[int]) -> Iterator[JudgedText]:
    found, reported, assessed = _found(messages), _reported(messages), _assessments(messages)
    for key, word in words.items():
        labels = found.get(key, set())
        reasons = frozenset(reason for reason, at in reported.get(key[0], ()) if at <= word.at)
        row = assessed.get(key)
        yield JudgedText(
            message_id=key[0],
            text_version=key[1],
            outcome=word.outcome,
            policy=word.policy,
            reported=reasons,
            truth=truth_of(word.outcome, policy=word.policy, found=labels, reported=reasons),
            way=_way(word, labels, reasons),
            at=word.at,
            looks=word.looks,
            scores=row.scores if row and not row.not_judged else {},
            model=(row.model_name, row.model_version) if row else ("", ""),
            language=row.language if row else "",
        )


def _way(word: _Word, found: Collection[str], reported: Collection[str]) -> Way:
    if word.is_answer:
        return Way.OBJECTED
    if found:
        return Way.FOUND
    return Way.REPORTED if reported else Way.HELD


def _found(messages: Collection[int]) -> dict[_Key, set[str]]:
    """The labels that the classifier had found in each text."""
    rows = FindingRow.objects.filter(message__in=messages, source="classifier", label__in=LABELS)
    labels: defaultdict[_Key, set[str]] = defaultdict(set)
    for message, version, label in rows.values_list("message_id", "text_version", "label"):
        labels[message, version].add(label)
    return labels


def _reported(messages: Collection[int]) -> dict[int, list[tuple[str, dt.datetime]]]:
    """Why each message was reported, and when."""
    reasons: defaultdict[int, list[tuple[str, dt.datetime]]] = defaultdict(list)
    rows = Report.objects.filter(case__message__in=messages)
    for message, reason, at in rows.values_list("case__message_id", "reason", "created_at"):
        reasons[message or 0].append((reason, at))
    return reasons


def _assessments(messages: Collection[int]) -> dict[_Key, Assessment]:
    rows = Assessment.objects.filter(message__in=messages, state=AssessmentState.DONE)
    return {(row.message_id, row.text_version): row for row in rows}
