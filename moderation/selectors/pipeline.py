"""How judging is doing: what waits and how long, and whether that calls for an alarm.

Counted from rows and marks each time; read by the queue's pages, the sweep and doctor.
"""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Min

from common.clock import now
from moderation import jobs
from moderation.models import Assessment, AssessmentState

# From here on people are told that checking takes longer than usual: several times what it takes when well.
DELAYED_AFTER_S = 5
# From here on it counts as late: rooms screened after hold back what the failure table says.
LATE_AFTER_S = 10
# From here on moderators are told; at 60 s the messages are theirs (services/sweeping.py).
ALARM_AFTER_S = 30
HEART_SILENT_AFTER_S = 60
CANARY_SILENT_AFTER_S = 180


class AlarmKind(StrEnum):
    """What is wrong with judging."""

    LATE = "late"  # messages wait for long
    SILENT = "silent"  # no worker says that it works
    CANARY_WRONG = "canary_wrong"  # the classifier answered a known text wrongly, or not at all
    MODEL_FAILED = "model_failed"  # the model that was chosen cannot be loaded
    SECOND_FAILED = "second_failed"  # the second model cannot be loaded
    CANARY_MISSING = "canary_missing"  # nobody has asked it for a while


@dataclass(frozen=True, slots=True)
class PipelineAlarm:
    """One thing that is wrong, since how many seconds where that is known, and what was seen."""

    kind: AlarmKind
    for_s: float | None = None
    detail: str = ""


def oldest_pending_s() -> float:
    """How long the oldest message that is not judged yet has waited; 0 where none waits."""
    oldest = pending_since()
    return (now() - oldest).total_seconds() if oldest else 0.0


def pending_since() -> dt.datetime | None:
    """When the oldest message that is not judged yet was sent. Answered from the partial index."""
    since: dt.datetime | None = Assessment.objects.filter(state=AssessmentState.PENDING).aggregate(
        since=Min("created_at")
    )["since"]
    return since


def delayed_rooms() -> set[int]:
    """The rooms in which somebody waits noticeably longer than usual."""
    since = now() - dt.timedelta(seconds=DELAYED_AFTER_S)
    late = Assessment.objects.filter(state=AssessmentState.PENDING, created_at__lt=since)
    return set(late.values_list("message__room_id", flat=True).distinct())


def alarms() -> list[PipelineAlarm]:
    """Everything that is wrong now, gravest first; empty while messages are judged in time."""
    found = []
    heart_age_s = jobs.heart_age_s()
    if heart_age_s is None or heart_age_s > HEART_SILENT_AFTER_S:
        found.append(PipelineAlarm(AlarmKind.SILENT, heart_age_s))
    waiting_s = oldest_pending_s()
    if waiting_s > ALARM_AFTER_S:
        found.append(PipelineAlarm(AlarmKind.LATE, waiting_s))
    if failure := jobs.model_failure():
        found.append(PipelineAlarm(AlarmKind.MODEL_FAILED, detail=failure))
    if failure := jobs.model_failure(jobs.Place.SECOND):
        found.append(PipelineAlarm(AlarmKind.SECOND_FAILED, detail=failure))
    return found + _canary_alarms()


def _canary_alarms() -> list[PipelineAlarm]:
    canary = jobs.last_canary()
    if canary is None or canary.age_s > CANARY_SILENT_AFTER_S:
        return [PipelineAlarm(AlarmKind.CANARY_MISSING, canary.age_s if canary else None)]
    if not canary.is_well:
        return [PipelineAlarm(AlarmKind.CANARY_WRONG, canary.age_s, canary.detail)]
    return []
