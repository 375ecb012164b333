"""A text that passes and is shown already, as nearly every one: its scores are kept, nothing else happens.

No room is locked and no row read into an object: many such texts are one statement. Whatever is different
(shown only when cleared, edited or judged meanwhile) is left to verdicts.py, which calls this.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from django.db import connection, transaction

from common.clock import now
from moderation.band import Asked, counting
from moderation.decisions import Thresholds
from moderation.languages.detect import Language
from moderation.models import SecondOpinion
from moderation.services.pending import Waiting
from rooms.models import Visibility

# The state is asked again once a row is ours: of two that judge the same text, one keeps its scores. Messages
# are looked at in a statement of their own, afterwards: it sees what was committed while this one waited.
_KEEP = """
UPDATE moderation_assessment AS kept
SET state = 'done', outcome = 'none', error = '', judged_at = %(at)s, scores = passed.scores,
    language = passed.language, not_judged = passed.not_judged,
    model_name = %(model_name)s, model_version = %(model_version)s, policy_version = %(policy_version)s
FROM jsonb_to_recordset(%(passed)s::jsonb) AS passed(id bigint, scores jsonb, language text, not_judged text)
WHERE kept.id = passed.id AND kept.state = 'pending'
RETURNING kept.id
"""
_CHANGED_MEANWHILE = """
SELECT FROM moderation_assessment AS kept JOIN rooms_message AS message ON message.id = kept.message_id
WHERE kept.id = ANY(%(kept)s)
    AND (message.visibility = 'checking' OR message.text_version <> kept.text_version)
"""


@dataclass(frozen=True, slots=True)
class Model:
    """Which classifier judged."""

    name: str
    version: str


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the second model made of a text, and why it was asked; no scores where it failed (`error`)."""

    model: Model
    asked: Asked
    scores: Mapping[str, float]
    error: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """A text, the first model's score in [0, 1] of each label, and its language where that could be told.

    Attributes:
        opinion: the second model's, where it was asked.
    """

    waiting: Waiting
    scores: Mapping[str, float]
    language: Language | None = None
    opinion: Opinion | None = None

    @property
    def waits_to_be_shown(self) -> bool:
        """Whether its message was waiting for this when it was taken."""
        return self.waiting.visibility == Visibility.CHECKING

    def seconds(self, thresholds: Thresholds) -> Mapping[str, float]:
        """Those of the second model's scores that count."""
        if self.opinion is None:
            return {}
        return counting(self.scores, self.opinion.scores, thresholds, self.opinion.asked)


class _Passed(msgspec.Struct):
    """A row of what _KEEP is given."""

    id: int
    scores: Mapping[str, float]
    language: str
    not_judged: str


def language_facts(language: Language | None) -> tuple[str, str]:
    """What an assessment says of a language: its code, and whether the scores mean nothing because of it."""
    if language is None:
        return "", ""
    return language.code, "" if language.is_known else "language"


def keep_passed(
    passed: Sequence[Judged], model: Model, policy_version: int, opinions: Mapping[int, SecondOpinion]
) -> Collection[int]:
    """Keep the scores of texts that ask for nothing, and whose messages do not wait; gives the ids it kept.

    `opinions`: the second model's by assessment, to be kept with them.

    None of them where a message is not as it was any more: the sweep took it from view, or its text is
    another. Begins a transaction; locks the assessments, whose ids these are.
    """
    if not passed:
        return ()
    with transaction.atomic():
        kept = _keep(passed, model, policy_version)
        if _has_any_changed(kept):
            transaction.set_rollback(True)
            return ()
        if opinions:
            SecondOpinion.objects.bulk_create(opinions[key] for key in kept if key in opinions)
    return kept


def _keep(passed: Sequence[Judged], model: Model, policy_version: int) -> set[int]:
    rows = [
        _Passed(item.waiting.assessment_id, item.scores, *language_facts(item.language)) for item in passed
    ]
    facts: dict[str, Any] = {
        "at": now(),
        "passed": msgspec.json.encode(rows).decode(),
        "model_name": model.name,
        "model_version": model.version,
        "policy_version": policy_version,
    }
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, facts)
        return {assessment_id for (assessment_id,) in cursor.fetchall()}


def _has_any_changed(kept: Collection[int]) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_CHANGED_MEANWHILE, {"kept": list(kept)})
        return cursor.fetchone() is not None
