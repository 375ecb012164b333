"""Why a case was opened and what an automated decision says: codes are kept, the words are the reader's.

A moderator and the person concerned may read in different languages, and neither in that of whoever reported.
"""

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from moderation.decisions import UNKNOWN_LANGUAGE
from moderation.labels import words_for
from moderation.models import Action, Decision, ReportReason

# What a case can rest on besides a report, a finding and a hold.
BLOCKED = "blocked"
UNJUDGED = "unjudged"
# What hides a message again that a backup had brought back.
HIDDEN_BEFORE = "hidden_before"

_JOINT = " · "
_BY_RULE = gettext_lazy("Held for a moderator to look at, because of %(found)s.")
_BY_PIPELINE = gettext_lazy(
    "Held for a moderator to look at, because the automatic check could not be finished."
)
_BY_LEDGER = gettext_lazy("Hidden again: it had been hidden, and a restored backup brought it back.")
_BY_LANGUAGE = gettext_lazy(
    "Held for a moderator to look at, because the automatic check does not know its language."
)
_BY_CLASSIFIER: dict[str, Promise] = {
    Action.HOLD: gettext_lazy("Held for a moderator to look at: the check found signs of %(found)s."),
    Action.HIDE: gettext_lazy("Hidden: the check found strong signs of %(found)s."),
    Action.ESCALATE: gettext_lazy("Hidden until a moderator has looked: the check found signs of %(found)s."),
}


def reported(reason: str) -> str:
    """Somebody reported it, for this reason."""
    return f"reported:{reason}"


def found(label: str) -> str:
    """The classifier found this label."""
    return f"found:{label}"


def held(label: str) -> str:
    """A rule held it, for this label."""
    return f"held:{label}"


def joined(why: str, more: str) -> str:
    """Both, each once."""
    return why if more in why.split(_JOINT) else f"{why}{_JOINT}{more}"


def why_in_words(why: str) -> str:
    """What a case rests on, in the active language: "Reported: Spam or a scam · found: a threat"."""
    return _JOINT.join(_in_words(code) for code in why.split(_JOINT))


def _in_words(code: str) -> str:
    kind, _colon, detail = code.partition(":")
    match kind:
        case "reported" if detail in ReportReason.values:
            return _("reported: %(reason)s") % {"reason": ReportReason(detail).label}
        case "found":
            return _("found: %(found)s") % {"found": words_for(detail)}
        case "held":
            return _("held: %(found)s") % {"found": words_for(detail)}
        case "blocked":
            return _("blocked by several people within a day")
        case _:
            return words_for(code)


def automated_reason(action: str, *, source: str, label: str) -> str:
    """What an automated decision says, for the record: in the site's own language."""
    with translation.override(settings.LANGUAGE_CODE):
        return _sentence(action, source, label)


def reason_in_words(decision: Decision) -> str:
    """What a decision says to whoever reads: an automated one in their language, a moderator's as written."""
    label = decision.grounds.get("label", "")
    if not (decision.is_automated and label):
        return decision.reason
    return _sentence(decision.action, decision.grounds.get("source", ""), label)


def _sentence(action: str, source: str, label: str) -> str:
    if label == UNKNOWN_LANGUAGE:
        return str(_BY_LANGUAGE)
    if source == "classifier":
        return str(_BY_CLASSIFIER[action]) % {"found": words_for(label)}
    if label == UNJUDGED:
        return str(_BY_PIPELINE)
    if label == HIDDEN_BEFORE:
        return str(_BY_LEDGER)
    return str(_BY_RULE) % {"found": words_for(label)}
