"""Whether judging is late or has stopped, in words for the head of the queue.

Called by views/rows.py. What is measured is selectors/pipeline.py's.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from moderation.selectors.pipeline import AlarmKind, PipelineAlarm, alarms

_TITLES: dict[AlarmKind, Promise] = {
    AlarmKind.SILENT: gettext_lazy("Nothing judges messages right now"),
    AlarmKind.LATE: gettext_lazy("Judging is late"),
    AlarmKind.CANARY_WRONG: gettext_lazy("The classifier answers wrongly"),
    AlarmKind.MODEL_FAILED: gettext_lazy("The model that was chosen cannot be loaded"),
    AlarmKind.SECOND_FAILED: gettext_lazy("The second model cannot be loaded"),
    AlarmKind.CANARY_MISSING: gettext_lazy("The classifier has not been tested for a while"),
}
_GRAVE = frozenset({AlarmKind.SILENT, AlarmKind.CANARY_WRONG})


@dataclass(frozen=True, slots=True)
class Alarm:
    """One banner: how grave, what is so, what happens meanwhile."""

    variant: str
    title: Promise
    text: str


def alarm() -> Alarm | None:
    """The banner for the gravest thing that is wrong, or None while messages are judged in time."""
    found = alarms()
    if not found:
        return None
    gravest = found[0]
    variant = "danger" if gravest.kind in _GRAVE else "warning"
    return Alarm(variant, _TITLES[gravest.kind], f"{_since(gravest)} {_meanwhile(gravest)}".strip())


def _since(found: PipelineAlarm) -> str:
    if found.for_s is None:
        return ""
    minutes = int(found.for_s // 60)
    if minutes < 1:
        return _("For less than a minute.")
    return ngettext("For %(count)d minute.", "For %(count)d minutes.", minutes) % {"count": minutes}


def _meanwhile(found: PipelineAlarm) -> str:
    if found.kind == AlarmKind.MODEL_FAILED:
        return _(
            "The one before it goes on judging where there is one; an administrator should look at doctor."
        )
    if found.kind == AlarmKind.SECOND_FAILED:
        return _(
            "What the first model is unsure of waits unseen, and comes here to you after a minute; an "
            "administrator should look at doctor."
        )
    if found.kind == AlarmKind.CANARY_WRONG:
        return _("Do not rely on scores; an administrator should look at the worker.")
    return _("Messages wait unseen rather than pass unchecked, and the oldest come here to you.")
