"""What proposed thresholds rest on and would have meant, in the active language: for page and command."""

from collections.abc import Mapping
from dataclasses import asdict

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from moderation.decisions import Call, Levels
from moderation.proposing import LEAST, Effect, Move, Proposal, Share, Step

_CALLS: dict[Call, Promise] = {
    Call.NONE: gettext_lazy("left alone"),
    Call.REVIEW: gettext_lazy("looked at by a moderator"),
    Call.HIDE: gettext_lazy("hidden"),
    Call.ESCALATE: gettext_lazy("escalated"),
}
_LEVELS: dict[str, Promise] = {
    "review": gettext_lazy("review from %(figure)s"),
    "hide": gettext_lazy("hide from %(figure)s"),
    "escalate": gettext_lazy("escalate from %(figure)s"),
    "band_from": gettext_lazy("read twice from %(figure)s"),
    "band_to": gettext_lazy("read twice up to %(figure)s"),
}
_STEPS: dict[str, Promise] = {
    "review": gettext_lazy("Review from %(after)s instead of %(before)s"),
    "hide": gettext_lazy("Hide from %(after)s instead of %(before)s"),
}
_EVIDENCE: dict[Move, Promise] = {
    Move.HIDE_MORE: gettext_lazy(
        "%(count)d of the %(of)d decided texts with scores from %(low)s to %(high)s were upheld %(interval)s."
    ),
    Move.HIDE_LESS: gettext_lazy(
        "%(count)d of the %(of)d texts that were hidden with scores from %(low)s to %(high)s had to be shown "
        "again %(interval)s; those to which nobody objected are counted as right."
    ),
    Move.REVIEW_MORE: gettext_lazy(
        "%(count)d of the %(of)d texts with scores from %(low)s to %(high)s were found to break a policy "
        "%(interval)s, though only reports led to them."
    ),
    Move.REVIEW_LESS: gettext_lazy(
        "%(count)d of the %(of)d decided texts with scores from %(low)s to %(high)s were harmless "
        "%(interval)s."
    ),
}


def step_in_words(step: Step) -> str:
    """A level that moves: "Hide from 0.8 instead of 0.88"."""
    return str(_STEPS[step.level]) % {"before": f"{step.before:g}", "after": f"{step.after:g}"}


def evidence_in_words(step: Step) -> str:
    """What bears a move out, with its interval."""
    low, high = sorted((step.before, step.after))
    return str(_EVIDENCE[step.move]) % {**_counts(step.share), "low": f"{low:g}", "high": f"{high:g}"}


def effect_in_words(effect: Effect) -> list[str]:
    """What it would have meant for decided texts, a sentence each; what concerns none is left out."""
    said = (
        (
            effect.avoided,
            _("Of %(of)d harmless texts that are hidden now, %(count)d would not be %(interval)s."),
        ),
        (
            effect.missed,
            _("Of %(of)d upheld texts that are found now, %(count)d would be missed %(interval)s."),
        ),
        (
            effect.gained,
            _("Of %(of)d upheld texts that are passed now, %(count)d would be found %(interval)s."),
        ),
        (
            effect.wronged,
            _("Of %(of)d harmless texts that are not hidden now, %(count)d would be %(interval)s."),
        ),
    )
    return [words % _counts(share) for share, words in said if share.of]


def changes_in_words(changed: Mapping[tuple[Call, Call], int]) -> list[str]:
    """Each kind of change with its count, the most frequent first: "12 hidden instead of shown"."""
    ordered = sorted(changed.items(), key=lambda item: -item[1])
    return [
        _("%(count)d %(now)s instead of %(before)s")
        % {"count": count, "now": _CALLS[now], "before": _CALLS[was]}
        for (was, now), count in ordered
    ]


def why_nothing(proposal: Proposal) -> str:
    """Why nothing is proposed for a label."""
    if proposal.enough:
        return _("The decisions bear no other figure out.")
    return _("Too few decided texts near the figures: fewer than %(least)d.") % {"least": LEAST}


def levels_in_words(levels: Levels | Mapping[str, float | None]) -> str:
    """Figures in a line: "review from 0.45 · hide from 0.88"; a dash where there is none."""
    given = asdict(levels) if isinstance(levels, Levels) else levels
    said = [
        str(_LEVELS[name]) % {"figure": f"{given[name]:g}"} for name in _LEVELS if given.get(name) is not None
    ]
    return " · ".join(said) or "-"


def _counts(share: Share) -> dict[str, object]:
    low, high = round(100 * share.low), round(100 * share.high)
    interval = _("(95 %% interval: %(low)d to %(high)d %%)") % {"low": low, "high": high}
    return {"count": share.count, "of": share.of, "interval": interval}
