"""What rules and classifier together make of a text, without storing anything: for `manage.py judge`.

Pure: the caller brings rules, thresholds and classifier. What happens to real messages is services/' part.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from moderation.classifiers.base import Classifier, checked
from moderation.decisions import Call, Ground, Judgement, Thresholds, decide
from moderation.rules.compile import RuleSet
from moderation.rules.engine import evaluate
from rooms.seams import Draft, Finding, Outcome

# Every verdict, from mildest to strictest.
STRICTNESS = ("allow", "nudge", "review", "hold", "hide", "escalate", "block")
_ANYWHERE = 0


@dataclass(frozen=True, slots=True)
class Bench:
    """Under what a text is judged.

    Attributes:
        version: the policy's number; 0 for the bundled rules and thresholds.
        minors_may_read: rules for the company of minors hold, and it is screened before it is shown.
    """

    rules: RuleSet
    thresholds: Thresholds
    version: int
    minors_may_read: bool


class Model(msgspec.Struct, frozen=True):
    """Which classifier scored."""

    name: str
    version: str


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """One text and what was made of it.

    Attributes:
        verdict: one of STRICTNESS: the stricter of what the rules and the classifier ask for.
        rules: the rules' outcome.
        classifier: what the scores ask for: none, review, hide, escalate; None without a classifier.
        scores: in [0, 1], by label.
    """

    text: str
    verdict: str
    rules: str
    classifier: str | None
    findings: tuple[Finding, ...]
    scores: dict[str, float]
    model: Model | None
    policy_version: int


def judge_texts(texts: Sequence[str], bench: Bench, classifier: Classifier | None) -> Iterator[Judged]:
    """Judge each text by itself. A classifier that fails at some text leaves that one held, never clean."""
    scores = _scores(texts, classifier) if classifier else [None] * len(texts)
    for text, scored in zip(texts, scores, strict=True):
        yield _judged(text, scored, bench, classifier)


def _scores(texts: Sequence[str], classifier: Classifier) -> list[Mapping[str, float] | Exception]:
    try:
        rows = checked(classifier, texts)
    except Exception as error:  # noqa: BLE001 - whatever a model raises, the text was not judged
        if len(texts) == 1:
            return [error]
        return [scored for text in texts for scored in _scores([text], classifier)]
    return [dict(zip(classifier.labels, map(float, row), strict=True)) for row in rows]


def _judged(
    text: str, scored: Mapping[str, float] | Exception | None, bench: Bench, classifier: Classifier | None
) -> Judged:
    said = evaluate(_draft(text, bench), bench.rules)
    scores = scored if isinstance(scored, Mapping) else {}
    judgement = decide(scores, bench.thresholds)
    findings = (*said.findings, *map(_finding, judgement.grounds))
    if isinstance(scored, Exception):
        unjudged = Finding("classifier", "unjudged", f"{type(scored).__name__}: the text was not judged")
        findings = (*findings, unjudged)
    return Judged(
        text=text,
        verdict=_verdict(said.outcome, judgement, bench, is_unjudged=isinstance(scored, Exception)),
        rules=said.outcome.value,
        classifier=judgement.call.name.lower() if scores else None,
        findings=findings,
        scores={label: round(score, 4) for label, score in scores.items()},
        model=Model(classifier.name, classifier.version) if classifier else None,
        policy_version=bench.version,
    )


def _draft(text: str, bench: Bench) -> Draft:
    return Draft(
        room_id=_ANYWHERE,
        author_id=0,
        body=text,
        sent_at=dt.datetime.now(dt.UTC),
        author_age=None,
        author_is_new=False,
        author_is_exempt=False,
        screens_before=bench.minors_may_read,
        minors_may_read=bench.minors_may_read,
    )


def _finding(ground: Ground) -> Finding:
    detail = f"{ground.call.name.lower()} from {ground.threshold:g}"
    return Finding("classifier", ground.label, detail, score=round(ground.score, 4))


def _verdict(outcome: Outcome, judgement: Judgement, bench: Bench, *, is_unjudged: bool) -> str:
    """The strictest. What a human must look at is held where messages are screened before."""
    asked = {Call.NONE: "allow", Call.REVIEW: "hold" if bench.minors_may_read else "review"}
    called = asked.get(judgement.call, judgement.call.name.lower())
    return max(outcome.value, called, "hold" if is_unjudged else "allow", key=STRICTNESS.index)
