"""Whether messages are judged: the worker, the classifier, what waits, the canary, the rules."""

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from common.clock import now
from config.doctor.findings import Finding, check, look, well, wrong
from moderation import jobs
from moderation.classifiers.base import ModelUnavailableError
from moderation.classifiers.detoxify.card import read_card
from moderation.gate import ModerationGate
from moderation.models import Assessment, AssessmentState, Case, CaseState
from moderation.selectors.pipeline import (
    ALARM_AFTER_S,
    CANARY_SILENT_AFTER_S,
    HEART_SILENT_AFTER_S,
    oldest_pending_s,
)
from moderation.selectors.serving import Wanted, wanted_models

_WORKER = "Look at the worker's log; start it with `celery -A config worker --pool=solo -Q judge,default`."


@check("worker", do=_WORKER)
def worker() -> Iterator[Finding]:
    """It says that it works."""
    age_s = jobs.heart_age_s()
    if age_s is None:
        yield wrong("worker", "no heartbeat", f"{_WORKER} Is beat running as well?")
    elif age_s > HEART_SILENT_AFTER_S:
        yield wrong("worker", f"last heartbeat {age_s:.0f} s ago", _WORKER)
    else:
        yield well("worker", f"heartbeat {age_s:.0f} s ago")


@check("classifier", do="Put the model's files back, or correct WARDROOM_CLASSIFIER and WARDROOM_MODEL_PATH.")
def classifier() -> Iterator[Finding]:
    """Its files are those that its card describes. It is not loaded here: the worker holds it."""
    wanted, second = wanted_models()
    if failure := jobs.model_failure():
        advice = "Mend its folder, or choose another one with `manage.py model use`."
        yield wrong("classifier", f"the model that was chosen cannot be loaded: {failure}", advice)
    yield _files(wanted, "classifier")
    if second:
        yield from _second(second)


def _second(wanted: Wanted) -> Iterator[Finding]:
    if failure := jobs.model_failure(jobs.Place.SECOND):
        is_so = f"it cannot be loaded, and what the first is unsure of waits for humans: {failure}"
        advice = "Mend its folder, or choose another one, or `--none`, with `manage.py model second`."
        yield wrong("second model", is_so, advice)
    try:
        yield _files(wanted, "second model")
    except ModelUnavailableError as error:
        yield wrong("second model", str(error), "Mend its folder, or choose another one.")


def _files(wanted: Wanted, name: str) -> Finding:
    """What the card in a folder describes. Raises ModelUnavailableError."""
    folder = Path(wanted.folder)
    if settings.CLASSIFIER in {"onnx", "detoxify"} and (wanted.card_sha256 or folder.is_dir()):
        card = read_card(folder)
        return well(name, f"{card.name} {card.version}, files as published, labels {', '.join(card.labels)}")
    return well(name, f"{settings.CLASSIFIER} with {wanted.folder}")


@check("waiting for judgement", do="Mend the database first.")
def waiting() -> Iterator[Finding]:
    """Nothing waits for long."""
    pending = Assessment.objects.filter(state=AssessmentState.PENDING).count()
    oldest_s = oldest_pending_s()
    is_so = f"{pending} messages, the oldest for {oldest_s:.0f} s" if pending else "nothing"
    if oldest_s > ALARM_AFTER_S:
        yield wrong("waiting for judgement", is_so, _WORKER)
    else:
        yield well("waiting for judgement", is_so)


@check("canary", do=_WORKER)
def canary() -> Iterator[Finding]:
    """The classifier was asked lately what is known, and knew it."""
    last = jobs.last_canary()
    if last is None:
        yield wrong("canary", "never asked", f"{_WORKER} It is asked a minute after beat has started.")
    elif not last.is_well:
        advice = "The classifier answers wrongly: look at the worker's log and the model's files."
        yield wrong("canary", last.detail, advice)
    elif last.age_s > CANARY_SILENT_AFTER_S:
        yield wrong("canary", f"last asked {last.age_s:.0f} s ago", _WORKER)
    else:
        yield well("canary", f"{last.detail}, {last.age_s:.0f} s ago")


@check("rules", do="Every message is held meanwhile: change or remove the rule that is named.")
def rules() -> Iterator[Finding]:
    """They can be used."""
    gate = ModerationGate()
    gate.prepare()
    yield well("rules", f"version {gate.rules_version}")


@check("queue", do="Mend the database first.")
def queue() -> Iterator[Finding]:
    """Moderators keep up."""
    undecided = Case.objects.exclude(state=CaseState.DECIDED)
    overdue = undecided.filter(due_at__lt=now()).count()
    is_so = f"{undecided.count()} cases, {overdue} overdue"
    if overdue:
        yield look("queue", is_so, "Ask moderators to look: people wait for them.")
    else:
        yield well("queue", is_so)
