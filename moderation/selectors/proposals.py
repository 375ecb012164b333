"""Thresholds for the whole site, proposed from what humans decided. Changes nothing, reads no text.

Called by the proposals page, `manage.py model proposal`, and services/proposals.py before one is applied.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import islice

from common.clock import now
from moderation.decisions import DEFAULT_THRESHOLDS, Levels, Thresholds
from moderation.models import Assessment, AssessmentState
from moderation.proposing import Effect, Proposal, Sample, effect_of, propose
from moderation.selectors.judged import JudgedText, Way, hides_by_classifier, judged_texts
from moderation.selectors.policies import Standard, standard_in_force
from rooms.models import Message, Room

# Seconds of work at most; of a busier site the newest count.
MOST_DECIDED, MOST_SCORED = 10_000, 20_000
_Key = tuple[int, int]
_Model = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Proposed:
    """A label's proposal; with what it would have meant, where something is proposed."""

    proposal: Proposal
    effect: Effect | None

    @property
    def label(self) -> str:
        """The label that it is about."""
        return self.proposal.label


@dataclass(frozen=True, slots=True)
class Proposals:
    """What the decisions since some day come to.

    Attributes:
        model: name and version of the model whose scores count: the one that judged last.
        decided: how many decided texts it had scored.
        reported: of these, how many it had found nothing in: they are known by reports alone.
        others: decided texts that another model had scored, or none; they are left out.
        scored: how many texts it has scored, decided or not.
    """

    since: dt.datetime
    model: _Model
    decided: int
    reported: int
    others: int
    scored: int
    labels: tuple[Proposed, ...]

    @property
    def changes(self) -> tuple[Proposed, ...]:
        """Those with something to apply."""
        return tuple(one for one in self.labels if one.effect)

    def of(self, label: str) -> Proposed | None:
        """The one for a label that has something to apply."""
        return next((one for one in self.changes if one.label == label), None)


def proposals_since(since: dt.datetime) -> Proposals:
    """For each label what to set for the whole site, and what that would have meant.

    Bands and rooms keep figures of their own, and minors the stricter ones of the code: a site's figure that
    is eased reaches none of them.
    """
    model, until = _judging_model(), now()
    everything = list(islice(judged_texts(since, until), MOST_DECIDED))
    decided = {
        (one.message_id, one.text_version): one for one in everything if one.scores and one.model == model
    }
    samples = _samples(decided, since, until, model)
    standard = standard_in_force()
    rooms = list(Room.objects.filter(pk__in={sample.room_id for sample in samples if sample.outcome}))
    before = _by_room(standard, rooms)
    return Proposals(
        since=since,
        model=model,
        decided=len(decided),
        reported=sum(one.way is Way.REPORTED for one in decided.values()),
        others=len(everything) - len(decided),
        scored=len(samples),
        labels=tuple(_proposed(label, samples, standard, rooms, before) for label in DEFAULT_THRESHOLDS),
    )


def _judging_model() -> _Model:
    newest = Assessment.objects.filter(state=AssessmentState.DONE).exclude(model_name="").order_by("-pk")
    return newest.values_list("model_name", "model_version").first() or ("", "")


def _samples(
    decided: Mapping[_Key, JudgedText], since: dt.datetime, until: dt.datetime, model: _Model
) -> list[Sample]:
    """Decided texts, those that the classifier hid, and the newest of the rest."""
    hides = _hidden(since, until, model)
    scored = {**_scored(since, model), **hides, **{key: one.scores for key, one in decided.items()}}
    rooms = dict(Message.objects.filter(pk__in={key[0] for key in scored}).values_list("pk", "room_id"))
    return [
        Sample(
            scores=scores,
            room_id=rooms[key[0]],
            truth=decided[key].truth if key in decided else {},
            outcome=decided[key].outcome if key in decided else None,
            was_hidden=key in hides,
        )
        for key, scores in scored.items()
    ]


def _hidden(since: dt.datetime, until: dt.datetime, model: _Model) -> dict[_Key, Mapping[str, float]]:
    rows = hides_by_classifier(since, until, MOST_DECIDED)
    return {key: row.scores for key, row in rows.items() if (row.model_name, row.model_version) == model}


def _scored(since: dt.datetime, model: _Model) -> dict[_Key, Mapping[str, float]]:
    rows = Assessment.objects.filter(
        state=AssessmentState.DONE, judged_at__gte=since, model_name=model[0], model_version=model[1]
    )
    newest = rows.filter(not_judged="").order_by("-pk").values_list("message_id", "text_version", "scores")
    return {(message, version): scores for message, version, scores in newest[:MOST_SCORED]}


def _proposed(
    label: str,
    samples: list[Sample],
    standard: Standard,
    rooms: list[Room],
    before: Mapping[int, Thresholds],
) -> Proposed:
    proposal = propose(label, standard.site.get(label, Levels()), samples)
    if not proposal.steps:
        return Proposed(proposal, None)
    site = {**standard.site, label: proposal.proposed}
    after = _by_room(replace(standard, site=site), rooms)
    return Proposed(proposal, effect_of(samples, before, after))


def _by_room(standard: Standard, rooms: list[Room]) -> dict[int, Thresholds]:
    return {room.pk: standard.for_room(room) for room in rooms}
