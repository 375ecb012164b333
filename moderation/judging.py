"""What rules and classifier together make of a text, without storing anything: for `manage.py judge`.

Pure: the caller brings rules, thresholds and classifier. What happens to real messages is services/' part.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from moderation.band import Asked, counting, is_unsure
from moderation.classifiers.base import Classifier, checked, languages_of
from moderation.classifiers.explain import Span, explain
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


class SecondSaid(msgspec.Struct, frozen=True, kw_only=True):
    """What the second model made of a text that the first was unsure of.

    Attributes:
        scores: in [0, 1], by label; none where it failed.
        decides: the labels of which its score counts; of all others the first's does.
    """

    name: str
    version: str
    scores: dict[str, float]
    decides: list[str]


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """One text and what was made of it.

    Attributes:
        verdict: one of STRICTNESS: the stricter of what the rules and the classifier ask for.
        rules: the rules' outcome.
        classifier: what the scores ask for: none, review, hide, escalate; None without a classifier.
        scores: the first model's, in [0, 1], by label.
        second: what the second model said, where there is one and the first was unsure.
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
    second: SecondSaid | None = None
    language: str | None
    policy_version: int
    because: dict[str, list[tuple[int, int]]] | None = None


def explained(judged: Judged, classifier: Classifier, second: Classifier | None = None) -> Judged:
    """The same, with the spans of the text (in code points) that drove what either classifier found."""
    labels = [finding.label for finding in judged.findings if finding.score is not None]
    decides = judged.second.decides if judged.second else []
    spans = _explained(classifier, judged.text, [label for label in labels if label not in decides])
    if second:
        spans |= _explained(second, judged.text, [label for label in labels if label in decides])
    because = {label: [(span.start, span.end) for span in found] for label, found in spans.items()}
    return msgspec.structs.replace(judged, because=because)


def _explained(classifier: Classifier, text: str, labels: Sequence[str]) -> dict[str, list[Span]]:
    return explain(classifier, text, labels) if labels else {}


def judge_texts(
    texts: Sequence[str], bench: Bench, classifier: Classifier | None, second: Classifier | None = None
) -> Iterator[Judged]:
    """Judge each text by itself. A model that fails at some text leaves that one held, never clean.

    `second` reads what the classifier is unsure of; no sample of the rest.
    """
    first: Sequence[_Scored | None] = _scores(texts, classifier) if classifier else [None] * len(texts)
    again: dict[int, _Scored] = {}
    if second:
        unsure = [at for at, scored in enumerate(first) if _is_unsure(scored, bench)]
        again = dict(zip(unsure, _scores([texts[at] for at in unsure], second), strict=True))
    for at, (text, scored) in enumerate(zip(texts, first, strict=True)):
        opinion = _Opinion(second, again[at]) if second and at in again else None
        yield _judged(text, scored, bench, classifier, opinion)


def _is_unsure(scored: "_Scored | None", bench: Bench) -> bool:
    return isinstance(scored, Mapping) and is_unsure(scored, bench.thresholds)


_Scored = Mapping[str, float] | Exception


@dataclass(frozen=True, slots=True)
class _Opinion:
    """The second model, and what it made of one text."""

    classifier: Classifier
    scored: _Scored

    def counting(self, first: Mapping[str, float], bench: Bench) -> dict[str, float]:
        """Its scores that count."""
        if isinstance(self.scored, Exception):
            return {}
        return counting(first, self.scored, bench.thresholds, Asked.BAND)

    def said(self, first: Mapping[str, float], bench: Bench) -> SecondSaid:
        """For the record."""
        scores = {} if isinstance(self.scored, Exception) else self.scored
        return SecondSaid(
            name=self.classifier.name,
            version=self.classifier.version,
            scores={label: round(score, 4) for label, score in scores.items()},
            decides=list(self.counting(first, bench)),
        )


def _scores(texts: Sequence[str], classifier: Classifier) -> list[_Scored]:
    if not texts:
        return []
    try:
        rows = checked(classifier, texts)
    except Exception as error:  # noqa: BLE001 - whatever a model raises, the text was not judged
        if len(texts) == 1:
            return [error]
        return [scored for text in texts for scored in _scores([text], classifier)]
    return [dict(zip(classifier.labels, map(float, row), strict=True)) for row in rows]


def _judged(
    text: str,
    scored: _Scored | None,
    bench: Bench,
    classifier: Classifier | None,
    opinion: _Opinion | None,
) -> Judged:
    said = evaluate(_draft(text, bench), bench.rules)
    scores = scored if isinstance(scored, Mapping) else {}
    language = _language(text, classifier)
    both = {**scores, **opinion.counting(scores, bench)} if opinion else scores
    judgement = _judgement(both, language, bench)
    findings = (*said.findings, *map(_finding, judgement.grounds))
    failed = scored if opinion is None else opinion.scored
    if isinstance(failed, Exception):
        unjudged = Finding("classifier", "unjudged", f"{type(failed).__name__}: the text was not judged")
        findings = (*findings, unjudged)
    return Judged(
        text=text,
        verdict=_verdict(said.outcome, judgement, bench, is_unjudged=isinstance(failed, Exception)),
        rules=said.outcome.value,
        classifier=judgement.call.name.lower() if scores else None,
        findings=findings,
        scores={label: round(score, 4) for label, score in scores.items()},
        language=language.code if language else None,
        model=Model(classifier.name, classifier.version) if classifier else None,
        second=opinion.said(scores, bench) if opinion else None,
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
