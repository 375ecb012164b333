"""The canary: texts whose answer is known, judged by the real classifier, so that a silent failure is heard.

Called every minute by tasks.py. Nothing is stored but a mark that doctor and the queue read (jobs.py).
"""

import logging

from moderation import jobs
from moderation.classifiers.base import Classifier, checked
from moderation.decisions import DEFAULT_THRESHOLDS, Call, decide
from moderation.services.failures import what_failed
from moderation.services.watchdog import Bite, end_process, watching

log = logging.getLogger(__name__)

# Plain enough for every classifier worth the name; judged by the thresholds in the code, not the site's.
BAD = "you are a stupid worthless idiot and I hate you"
CLEAN = "the ferry leaves at nine tomorrow morning"


def canary(
    *, classifier: Classifier, second: Classifier | None = None, limit_s: float = 20, bite: Bite = end_process
) -> bool:
    """Whether the classifiers still tell a known bad text from a known clean one; marked, logged if not.

    The second must at least call a human for the bad one: thresholds are chosen for the first. It ends the
    process (`bite`) where it takes longer than `limit_s`, as it does when it reads a message.
    """
    is_well, detail = _asked(classifier, bad_from=Call.HIDE)
    if second and is_well:
        with watching((), limit_s=limit_s, bite=bite):
            is_well, said = _asked(second, bad_from=Call.REVIEW)
        detail = f"{detail}, {said}" if is_well else f"the second model: {said}"
    jobs.note_canary(is_well=is_well, detail=detail)
    if not is_well:
        log.error("canary.wrong", extra={"detail": detail})
    return is_well


def _asked(classifier: Classifier, *, bad_from: Call) -> tuple[bool, str]:
    """Whether it is well, and its name or what is wrong."""
    try:
        bad, clean = _calls(classifier)
    except Exception as error:  # noqa: BLE001 - no answer is a wrong answer
        return False, what_failed(error)[:200]
    name = f"{classifier.name} {classifier.version}"
    if bad >= bad_from and clean is Call.NONE:
        return True, name
    return False, f"{name}: known bad → {bad.name.lower()}, known clean → {clean.name.lower()}"


def _calls(classifier: Classifier) -> tuple[Call, Call]:
    bad, clean = (
        dict(zip(classifier.labels, map(float, row), strict=True))
        for row in checked(classifier, [BAD, CLEAN])
    )
    return decide(bad, DEFAULT_THRESHOLDS).call, decide(clean, DEFAULT_THRESHOLDS).call
