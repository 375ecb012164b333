"""What rules and classifiers call things, in words for people, and the policy that each belongs to.

Used by enforcement's callers for the policy, by pages and statements for the words.
"""

from django.conf.locale import LANG_INFO
from django.utils.functional import Promise
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

# Label of a finding: words that go into "It was held because of ...", and the policy's key.
_LABELS: dict[str, tuple[Promise, str]] = {
    # rules
    "word": (_("a word on the list"), "automated"),
    "pattern": (_("a pattern on the list"), "automated"),
    "link": (_("a link that is not allowed here"), "spam_or_scam"),
    "flood": (_("many messages in a short time"), "spam_or_scam"),
    "repeat": (_("the same message again and again"), "spam_or_scam"),
    "length": (_("its length"), "automated"),
    # Detoxify's labels
    "toxicity": (_("hurtful language"), "harassment"),
    "severe_toxicity": (_("very hurtful language"), "harassment"),
    "obscene": (_("obscene language"), "harassment"),
    "insult": (_("an insult"), "harassment"),
    "threat": (_("a threat"), "threat"),
    "identity_attack": (_("an attack on a group of people"), "hate"),
    "sexual_explicit": (_("sexual content"), "sexual_content"),
    "rules_failed": (_("a check that could not be finished"), "automated"),
    "unknown_language": (_("a language that the automatic check does not know"), "automated"),
    # the pipeline itself
    "unjudged": (_("not judged in time"), "automated"),
    # a restored backup
    "hidden_before": (_("what hid it before a backup was restored"), "automated"),
}
_SURE = (
    (0.95, _("almost certain")),
    (0.8, _("very likely")),
    (0.6, _("likely")),
    (0.4, _("possible")),
    (0.0, _("unlikely")),
)


def words_for(label: str) -> str:
    """The label in words; one that nobody described is shown as it is."""
    return str(_LABELS[label][0]) if label in _LABELS else label.replace("_", " ")


def policy_for(label: str) -> str:
    """The key of the policy that a finding of this label is held against."""
    return _LABELS[label][1] if label in _LABELS else "automated"


def words_for_language(code: str) -> str:
    """A language by its ISO 639-1 code, as the reader calls it; one without a name stays a code."""
    return str(get_language_info(code)["name_translated"]) if code in LANG_INFO else code


def words_for_score(score: float) -> str:
    """How sure a score in [0, 1] is, in words."""
    return str(next(words for least, words in _SURE if score >= least))
