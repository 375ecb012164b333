"""Choosing which model judges, and what would have been decided otherwise with another one."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from django.db import transaction

from accounts.models import Person
from accounts.services import audit
from common.clock import now
from common.jobs import ring
from moderation import jobs
from moderation.classifiers.base import Classifier, checked
from moderation.classifiers.detoxify.card import read_card
from moderation.decisions import decide
from moderation.models import Assessment, AssessmentState, ModelChoice
from moderation.selectors.policies import standard_in_force
from moderation.selectors.serving import Wanted, wanted_model
from moderation.services.serving import card_sha256, load_wanted
from rooms.models import Visibility

_AT_ONCE = 256
# The newest of the days that are asked about: minutes of work at most.
MOST_JUDGED_AGAIN = 20_000


@dataclass(frozen=True, slots=True)
class Difference:
    """A message about which the other model would have decided otherwise; without its text."""

    message_public_id: str
    before: str
    after: str
    label: str
    score: float


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What another model would have made of judged messages.

    Attributes:
        calls: how many went from which call to which, equal ones included.
    """

    judged: int = 0
    calls: Counter[tuple[str, str]] = field(default_factory=Counter)
    differences: list[Difference] = field(default_factory=list)


@transaction.atomic
def use_model(*, folder: Path, by: Person | None) -> ModelChoice:
    """Have this model judge from now on; workers change over while they work. `by`: None at a terminal.

    It is loaded here first: what cannot judge is never chosen. Raises ModelUnavailableError. Begins or joins
    a transaction; locks the audit head.
    """
    card = read_card(folder)
    choice = ModelChoice(
        folder=str(folder.resolve()), name=card.name, card_sha256=card_sha256(folder), chosen_by=by
    )
    before, version = wanted_model(), loaded(folder).version
    choice.save()
    audit.record(
        actor=by,
        action="model.use",
        subject=("model", choice.pk),
        name=card.name,
        version=version,
        folder=choice.folder,
        before=before.folder,
    )
    ring(jobs.ASSESS, queue=jobs.JUDGE)
    return choice


def loaded(folder: Path) -> Classifier:
    """The folder's model as a worker would load it. Raises ModelUnavailableError."""
    return load_wanted(Wanted(0, str(folder)))


def rehearse(classifier: Classifier, *, days: float) -> Rehearsal:
    """Judge the last days' messages again by this classifier, under the thresholds of now; keep nothing.

    Both models' scores meet the same thresholds, so that only the model makes a difference. Messages that
    were edited or deleted since are left out; of very many, the newest count.
    """
    found, judged, standard = Rehearsal(), 0, standard_in_force()
    for rows in _batches(_judged_since(now() - dt.timedelta(days=days))):
        scores = checked(classifier, [row.message.body for row in rows])
        for row, scored in zip(rows, scores, strict=True):
            thresholds = standard.for_room(row.message.room)
            before = decide(row.scores, thresholds)
            after = decide(dict(zip(classifier.labels, map(float, scored), strict=True)), thresholds)
            names = before.call.name.lower(), after.call.name.lower()
            found.calls[names] += 1
            if before.call != after.call:
                ground = (after.grounds or before.grounds)[0]
                score = round(ground.score or 0.0, 3)
                public_id = str(row.message.public_id)
                found.differences.append(Difference(public_id, *names, ground.label, score))
        judged += len(rows)
    return Rehearsal(judged, found.calls, found.differences)


def _judged_since(since: dt.datetime) -> list[int]:
    rows = Assessment.objects.filter(state=AssessmentState.DONE, judged_at__gte=since)
    rows = rows.exclude(scores={}).exclude(message__visibility=Visibility.DELETED)
    return list(rows.order_by("-judged_at").values_list("pk", flat=True)[:MOST_JUDGED_AGAIN])


def _batches(keys: Sequence[int]) -> Iterator[list[Assessment]]:
    for start in range(0, len(keys), _AT_ONCE):
        rows = Assessment.objects.select_related("message__room").filter(
            pk__in=keys[start : start + _AT_ONCE]
        )
        if current := [row for row in rows if row.text_version == row.message.text_version]:
            yield current
