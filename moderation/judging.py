"""What rules and classifier together make of a text, without storing anything: for `manage.py judge`.

Pure: the caller brings rules, thresholds and classifier. What happens to real messages is services/' part.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from moderation.classifiers.base import Classifier, checked, languages_of
from moderation.classifiers.explain import explain
from moderation.decisions import (
    MINOR_TREATMENT,
    Call,
    Ground,
    Judgement,
    Thresholds,
    Treatment,
    decide,
    not_judged,
)
from moderation.languages.detect import Language, language_of
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
        unknown_language: what becomes of a text in a language that the classifier does not know.
    """

    rules: RuleSet
    thresholds: Thresholds
    version: int
    minors_may_read: bool
    unknown_language: Treatment = MINOR_TREATMENT


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
        language: ISO 639-1, where it could be told; the classifier may not know it (a finding says so).
        because: where asked for, the spans that drove the score, by label; empty where no word stands out.
    """

    text: str
    verdict: str
    rules: str
    classifier: str | None
    findings: tuple[Finding, ...]
    scores: dict[str, float]
    model: Model | None
    language: str | None
    policy_version: int
    because: dict[str, list[tuple[int, int]]] | None = None


def explained(judged: Judged, classifier: Classifier) -> Judged:
    """The same, with the spans of the text (in code points) that drove each of the classifier's findings."""
    labels = [finding.label for finding in judged.findings if finding.score is not None]
    spans = explain(classifier, judged.text, labels) if labels else {}
    because = {label: [(span.start, span.end) for span in found] for label, found in spans.items()}
    return msgspec.structs.replace(judged, because=because)


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
    language = _language(text, classifier)
    judgement = _judgement(scores, language, bench)
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
        language=language.code if language else None,
        model=Model(classifier.name, classifier.version) if classifier else None,
        policy_version=bench.version,
    )


def _language(text: str, classifier: Classifier | None) -> Language | None:
    known = languages_of(classifier) if classifier else ()
    return language_of(text, known) if known else None


def _judgement(scores: Mapping[str, float], language: Language | None, bench: Bench) -> Judgement:
    judgement = decide(scores, bench.thresholds)
    if language is None or language.is_known:
        return judgement
    return not_judged(judgement, language=language.code, treatment=bench.unknown_language)


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
    score = None if ground.score is None else round(ground.score, 4)
    return Finding("classifier", ground.label, ground.detail, score=score)


def _verdict(outcome: Outcome, judgement: Judgement, bench: Bench, *, is_unjudged: bool) -> str:
    """The strictest. What a human must look at is held where messages are screened before."""
    holds = bench.minors_may_read or judgement.holds
    asked = {Call.NONE: "allow", Call.REVIEW: "hold" if holds else "review"}
    called = asked.get(judgement.call, judgement.call.name.lower())
    return max(outcome.value, called, "hold" if is_unjudged else "allow", key=STRICTNESS.index)
