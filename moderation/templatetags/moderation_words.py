"""How rows of judgement read in a template: what an automated decision rests on, whether a limit is over.

Not here: what is done and its effect (templates/moderation/member/), which translators see whole.
"""

import datetime as dt
import json
from dataclasses import astuple
from typing import Any

from django import template
from django.forms import BoundField
from django.template.defaultfilters import floatformat
from django.utils.translation import gettext as _

from common.clock import FOREVER, now
from moderation import grounds as grounds_of
from moderation import proposal_words
from moderation.decisions import UNKNOWN_LANGUAGE, Levels
from moderation.labels import words_for, words_for_language, words_for_score
from moderation.models import Decision
from moderation.proposing import Effect, Proposal, Step
from moderation.selectors.previews import Preview
from moderation.selectors.proposals import Proposals
from rooms.models import Visibility

register = template.Library()


@register.filter
def label_in_words(label: str) -> str:
    """What a rule or the classifier calls something, as people say it: "an insult"."""
    return words_for(label)


@register.filter
def sureness(score: float) -> str:
    """How sure a score is, in words: "very likely"."""
    return words_for_score(score)


@register.filter
def percent(score: float) -> int:
    """A score in [0, 1] as a whole number of hundredths."""
    return round(100 * score)


@register.filter
def percent_precisely(share: float) -> str:
    """A small share in [0, 1] as hundredths with one more figure, as the reader writes numbers: "0.4 %"."""
    return _("%(figure)s %%") % {"figure": floatformat(100 * share, 1)}


@register.filter
def grounds_in_words(grounds: dict[str, Any]) -> str:
    """One sentence on what an automated decision rests on: the rule, or the label with its score."""
    label, score = grounds.get("label", ""), grounds.get("score")
    if score is not None:
        return _(
            "A program that estimates what a text does to people took it for %(label)s (%(percent)d %%)."
        ) % {
            "label": words_for(label),
            "percent": percent(score),
        }
    if label == UNKNOWN_LANGUAGE:
        return _("It seems to be written in %(language)s, which the automatic check does not know.") % {
            "language": words_for_language(grounds.get("language", ""))
        }
    if label:
        return _("A rule of this place matched it: %(rule)s.") % {"rule": words_for(label)}
    return ""


@register.filter
def reason_in_words(decision: Decision) -> str:
    """What a decision says, in the reader's language."""
    return grounds_of.reason_in_words(decision)


@register.filter
def is_over(until: dt.datetime | None) -> bool:
    """Whether a limit has ended by itself."""
    return until is not None and until <= now()


@register.filter
def is_for_good(until: dt.datetime | None) -> bool:
    """Whether a limit ends only when somebody lifts it."""
    return until is None or until >= FOREVER


@register.filter
def visibility_in_words(visibility: str) -> str:
    """What others see of a message: "hidden"."""
    return str(Visibility(visibility).label)


@register.simple_tag
def sureness_steps() -> str:
    """For a slider's script: from which score on (in hundredths) which words hold, as JSON."""
    words = [words_for_score(hundredths / 100) for hundredths in range(101)]
    return json.dumps([[at, word] for at, word in enumerate(words) if at == 0 or word != words[at - 1]])


@register.filter
def while_empty(field: BoundField) -> str:
    """What holds while a figure's field is empty: the usual one, in words, or nothing."""
    usual = field.field.widget.attrs.get("placeholder")
    if usual in {None, ""}:
        return _("however sure it is") if field.name == "band_to" else _("never by this score alone")
    return _("as usual: from %(figure)s, %(sureness)s") % {
        "figure": usual,
        "sureness": words_for_score(float(usual)),
    }


@register.filter
def in_hundredths(field: BoundField) -> float:
    """Where a slider stands: at the field's figure, else at the one that holds otherwise."""
    value = field.value()
    if value in {None, ""}:
        value = field.field.widget.attrs.get("placeholder") or 1
    return 100 * float(value)


@register.filter
def changes_in_words(found: Preview | Effect) -> list[str]:
    """Each kind of change with its count, the most frequent first: "12 hidden instead of shown"."""
    return proposal_words.changes_in_words(found.changed)


@register.filter
def step_in_words(step: Step) -> str:
    """A level that moves: "Hide from 0.88 → 0.80"."""
    return proposal_words.step_in_words(step)


@register.filter
def evidence_in_words(step: Step) -> str:
    """What bears a move out, with its interval."""
    return proposal_words.evidence_in_words(step)


@register.filter
def effect_in_words(effect: Effect) -> list[str]:
    """What other thresholds would have meant for decided texts, a sentence each."""
    return proposal_words.effect_in_words(effect)


@register.filter
def why_nothing(proposal: Proposal) -> str:
    """Why nothing is proposed for a label."""
    return proposal_words.why_nothing(proposal)


@register.filter
def levels_in_words(levels: Levels | dict[str, float | None]) -> str:
    """Figures in a line: "review 0.45 · hide 0.88"."""
    return proposal_words.levels_in_words(levels)


@register.filter
def figures_to_send(found: Proposals) -> str:
    """The proposed figures as the form sends them back: they are applied as they were read, or not at all."""
    return json.dumps({one.label: astuple(one.proposal.proposed) for one in found.changes})
