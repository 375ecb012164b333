"""The canary: texts whose answer is known, judged by the real classifier, so that a silent failure is heard.

Called every minute by tasks.py. Nothing is stored but a mark that doctor and the queue read (jobs.py).
"""

import logging

from moderation import jobs
from moderation.classifiers.base import Classifier, checked
from moderation.decisions import DEFAULT_THRESHOLDS, Call, decide
from moderation.services.failures import what_failed

log = logging.getLogger(__name__)

# Plain enough for every classifier worth the name; judged by the thresholds in the code, not the site's.
BAD = "you are a stupid worthless idiot and I hate you"
CLEAN = "the ferry leaves at nine tomorrow morning"


def canary(*, classifier: Classifier) -> bool:
    """Whether the classifier still tells a known bad text from a known clean one; marked, logged if not."""
    try:
        calls = _calls(classifier)
        is_well, detail = _is_well(*calls), f"{classifier.name} {classifier.version}"
        if not is_well:
            detail = f"{detail}: known bad → {calls[0].name.lower()}, known clean → {calls[1].name.lower()}"
    except Exception as error:  # noqa: BLE001 - no answer is a wrong answer
        is_well, detail = False, what_failed(error)[:200]
    jobs.note_canary(is_well=is_well, detail=detail)
    if not is_well:
        log.error("canary.wrong", extra={"detail": detail})
    return is_well


def _calls(classifier: Classifier) -> tuple[Call, Call]:
    bad, clean = (
        dict(zip(classifier.labels, map(float, row), strict=True))
        for row in checked(classifier, [BAD, CLEAN])
    )
    return decide(bad, DEFAULT_THRESHOLDS).call, decide(clean, DEFAULT_THRESHOLDS).call


def _is_well(bad: Call, clean: Call) -> bool:
    return bad >= Call.HIDE and clean is Call.NONE
