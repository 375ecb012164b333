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
from moderation.band import Asked, counting, is_unsure
from moderation.classifiers.base import Classifier, ModelUnavailableError, checked
from moderation.classifiers.detoxify.card import read_card
from moderation.decisions import Judgement, decide
from moderation.models import Assessment, AssessmentState, ModelChoice, SecondChoice
from moderation.selectors.policies import standard_in_force
from moderation.selectors.serving import Wanted, wanted_model, wanted_second
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


@dataclass(slots=True)
class Rehearsal:
    """What another model would have made of judged messages.

    Attributes:
        read: of how many it was asked; all, unless it is to be the second.
        calls: how many went from which call to which, equal ones included.
    """

    judged: int = 0
    read: int = 0
    calls: Counter[tuple[str, str]] = field(default_factory=Counter)
    differences: list[Difference] = field(default_factory=list)

    def note(self, row: Assessment, before: Judgement, after: Judgement) -> None:
        """What one message's scores asked for, and would ask for."""
        names = before.call.name.lower(), after.call.name.lower()
        self.calls[names] += 1
        if before.call != after.call:
            ground = (after.grounds or before.grounds)[0]
            score = round(ground.score or 0.0, 3)
            public_id = str(row.message.public_id)
            self.differences.append(Difference(public_id, *names, ground.label, score))


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


@transaction.atomic
def use_second(*, folder: Path | None, sample: float, by: Person | None) -> SecondChoice:
    """Have this model read what the first is unsure of, and a share of the rest; None: no second from now on.

    It is loaded here first: what cannot judge is never chosen. Raises ModelUnavailableError, also where it
    is the first model itself or has none of the labels that thresholds are set for. Begins or joins a
    transaction; locks the audit head.
    """
    choice = SecondChoice(sample=sample, chosen_by=by)
    facts = {"name": "", "version": "", "folder": ""}
    if folder is not None:
        choice.folder, choice.name = str(folder.resolve()), read_card(folder).name
        choice.card_sha256 = card_sha256(folder)
        facts = {"name": choice.name, "version": fit_for_second(folder).version, "folder": choice.folder}
    before = wanted_second()
    choice.save()
    audit.record(
        actor=by,
        action="model.second",
        subject=("model", choice.pk),
        **facts,
        sample=sample,
        before=before.folder if before else "",
    )
    ring(jobs.ASSESS, queue=jobs.JUDGE)
    return choice


def fit_for_second(folder: Path) -> Classifier:
    """The folder's model, loaded, if it can be a second one. Raises ModelUnavailableError."""
    classifier = loaded(folder)
    if folder.resolve() == Path(wanted_model().folder).resolve():
        raise ModelUnavailableError(f"{classifier.name} reads every message already.")
    if not set(standard_in_force().site) & set(classifier.labels):
        raise ModelUnavailableError(
            f"{classifier.name} knows none of the labels that thresholds are set for: it has "
            f"{', '.join(classifier.labels)}."
        )
    return classifier


def loaded(folder: Path) -> Classifier:
    """The folder's model as a worker would load it. Raises ModelUnavailableError."""
    return load_wanted(Wanted(0, str(folder)))


def rehearse(classifier: Classifier, *, days: float) -> Rehearsal:
    """Judge the last days' messages again by this classifier, under the thresholds of now; keep nothing.

    Both models' scores meet the same thresholds, so that only the model makes a difference. Messages that
    were edited or deleted since are left out; of very many, the newest count.
    """
    found, standard = Rehearsal(), standard_in_force()
    for rows in _batches(_judged_since(now() - dt.timedelta(days=days))):
        for row, scores in zip(rows, _scored(classifier, rows), strict=True):
            thresholds = standard.for_room(row.message.room)
            found.note(row, decide(row.scores, thresholds), decide(scores, thresholds))
        found.judged += len(rows)
        found.read += len(rows)
    return found


def rehearse_second(classifier: Classifier, *, days: float) -> Rehearsal:
    """Have this classifier read what the first was unsure of in the last days; keep nothing.

    As `rehearse`; by the first model's scores as they were kept, and the band of now.
    """
    found, standard = Rehearsal(), standard_in_force()
    for rows in _batches(_judged_since(now() - dt.timedelta(days=days))):
        unsure = [row for row in rows if is_unsure(row.scores, standard.for_room(row.message.room))]
        for row, scores in zip(unsure, _scored(classifier, unsure), strict=True):
            thresholds = standard.for_room(row.message.room)
            both = {**row.scores, **counting(row.scores, scores, thresholds, Asked.BAND)}
            found.note(row, decide(row.scores, thresholds), decide(both, thresholds))
        found.judged += len(rows)
        found.read += len(unsure)
    return found


def _scored(classifier: Classifier, rows: Sequence[Assessment]) -> list[dict[str, float]]:
    scores = checked(classifier, [row.message.body for row in rows])
    return [dict(zip(classifier.labels, map(float, row), strict=True)) for row in scores]


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
