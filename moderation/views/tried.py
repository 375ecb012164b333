"""What fired on a text that an administrator tried, in words and with the words in question marked.

Called by views/rules.py.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from moderation.labels import words_for
from moderation.selectors.trying import verdict_on
from moderation.views.pieces import Piece, pieces_of
from rooms.models import Room
from rooms.seams import Finding, Outcome

_SAID: dict[Outcome, tuple[str, Promise, Promise]] = {
    Outcome.ALLOW: ("success", _("It passes"), _("No rule stops it. The classifier judges it next.")),
    Outcome.NUDGE: ("warning", _("The author is asked again"), _("They may change it, once, or send it.")),
    Outcome.HOLD: ("warning", _("It is held"), _("A moderator looks before others see it.")),
    Outcome.BLOCK: ("danger", _("It is not sent"), _("The author is told why and can change it.")),
}


@dataclass(frozen=True, slots=True)
class Fired:
    """One rule that fired, as components/finding.html takes it."""

    name: str
    source: Promise
    detail: str
    percent: None = None
    sureness: str = ""


@dataclass(frozen=True, slots=True)
class Tried:
    """What moderation/rules/tried.html shows."""

    variant: str
    title: Promise
    text: Promise
    pieces: list[Piece]
    findings: list[Fired]


def try_rules(*, text: str, room: Room | None, minors_may_read: bool) -> Tried:
    """What the rules would do with `text`."""
    verdict = verdict_on(text, room=room, minors_may_read=minors_may_read)
    variant, title, consequence = _SAID[verdict.outcome]
    spans = [finding.span for finding in verdict.findings if finding.span]
    return Tried(
        variant=variant,
        title=title,
        text=consequence,
        pieces=pieces_of(text, spans),
        findings=[_fired(finding) for finding in verdict.findings],
    )


def _fired(finding: Finding) -> Fired:
    return Fired(name=words_for(finding.label), source=_("rule"), detail=finding.detail)
