"""Policies, rules and thresholds as the judging core takes them. services/policies.py changes them."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Max

from accounts.models import AgeBand
from accounts.selectors import age_bands
from moderation.decisions import (
    DEFAULT_THRESHOLDS,
    DEFAULT_TREATMENT,
    MINOR_THRESHOLDS,
    MINOR_TREATMENT,
    Levels,
    Thresholds,
    Treatment,
    stricter,
    strictest,
)
from moderation.models import (
    Assessment,
    AssessmentState,
    Policy,
    PolicyVersion,
    Rule,
    Threshold,
    UnknownLanguage,
)
from moderation.rules.conditions import Audience, RuleKind, RuleSpec
from moderation.rules.defaults import default_specs
from rooms.models import Room
from rooms.permissions import minors_may_enter, room_audience
from rooms.seams import Outcome


@dataclass(frozen=True, slots=True)
class JudgingState:
    """What the gate asks before each batch: which rules hold, and since when something waits.

    Attributes:
        made_at: with the version's number it names a state of the rules: a restored backup counts again.
    """

    policy_version: int
    made_at: dt.datetime | None
    pending_since: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Languages:
    """What becomes of texts in languages that the classifier does not know, at one moment."""

    site: Treatment
    of_band: dict[int, Treatment]
    of_room: dict[int, Treatment]

    def for_room(self, room: Room, bands: list[AgeBand]) -> Treatment:
        """The strictest of the site's, the room's and each band's that may be there.

        A band of minors for which nothing is set holds; so does a room where an unknown age may be, unless
        something is set for its youngest.
        """
        audience = room_audience(room, bands)
        of_bands = [self.of_band.get(band.pk, _usual(band)) for band in audience]
        if not of_bands and minors_may_enter(room, bands):
            of_bands = [MINOR_TREATMENT]
        return strictest([self.site, *of_bands, self.of_room.get(room.pk, Treatment.PASS)])


@dataclass(frozen=True, slots=True)
class Standard:
    """All thresholds of one moment: from which score on something is done, by room."""

    version: int
    bands: list[AgeBand]
    site: Thresholds
    of_band: dict[int, Thresholds]
    of_room: dict[int, Thresholds]
    languages: Languages

    def for_room(self, room: Room) -> Thresholds:
        """What holds in a room: the strictest of the site's, the room's and each band's that may be there."""
        audience = room_audience(room, self.bands)
        minors = MINOR_THRESHOLDS if minors_may_enter(room, self.bands) else {}
        bands = [self.of_band.get(band.pk, {}) for band in audience]
        return stricter(self.site, minors, *bands, self.of_room.get(room.pk, {}))


def _usual(band: AgeBand) -> Treatment:
    return MINOR_TREATMENT if band.is_minor else Treatment.PASS


def policy_version() -> int:
    """The number of the newest state of all policies, rules and thresholds."""
    newest: int | None = PolicyVersion.objects.aggregate(newest=Max("number"))["newest"]
    return newest or 0


def state_of_judging() -> JudgingState:
    """In one query, for the gate."""
    waiting = Assessment.objects.filter(state=AssessmentState.PENDING).order_by("created_at")
    newest = PolicyVersion.objects.order_by("-number").annotate(since=waiting.values("created_at")[:1])
    found = newest.values_list("number", "created_at", "since").first()
    return JudgingState(*(found or (0, None, None)))


def policies_in_force() -> list[Policy]:
    """What members may read and a decision may name, in the order of their titles."""
    return list(Policy.objects.filter(is_active=True))


def all_specs() -> list[RuleSpec]:
    """The bundled rules and those that people made, as the engine takes them."""
    made = Rule.objects.filter(is_enabled=True).order_by("pk")
    return [*default_specs(), *(spec_of(rule) for rule in made)]


def spec_of(rule: Rule) -> RuleSpec:
    """A rule's row as the engine takes it."""
    return RuleSpec(
        kind=RuleKind(rule.kind),
        pattern=rule.pattern,
        outcome=Outcome(rule.outcome),
        severity=rule.severity,
        room_id=rule.room_id,
        exceptions=tuple(line.strip() for line in rule.exceptions.splitlines() if line.strip()),
        audience=Audience(rule.audience),
    )


def standard_in_force() -> Standard:
    """Everything that decides what a score leads to."""
    rows = list(Threshold.objects.all())
    return Standard(
        version=policy_version(),
        bands=age_bands(),
        site=_site(rows),
        of_band=_by_scope((row.age_band_id, row) for row in rows),
        of_room=_by_scope((row.room_id, row) for row in rows),
        languages=_languages(),
    )


def site_treatment() -> Treatment:
    """What becomes of texts in unknown languages on the whole site."""
    return _languages().site


def _languages() -> Languages:
    rows = list(UnknownLanguage.objects.all())
    of_site = [Treatment(row.treatment) for row in rows if row.room_id is None and row.age_band_id is None]
    return Languages(
        site=of_site[0] if of_site else DEFAULT_TREATMENT,
        of_band={row.age_band_id: Treatment(row.treatment) for row in rows if row.age_band_id is not None},
        of_room={row.room_id: Treatment(row.treatment) for row in rows if row.room_id is not None},
    )


def site_levels(label: str) -> Levels:
    """What holds for a label on the whole site: the administrators' figures where there are any."""
    return _site(Threshold.objects.filter(room=None, age_band=None)).get(label, Levels())


def _site(rows: Iterable[Threshold]) -> Thresholds:
    """The code's figures, each replaced by the site's where an administrator has set one."""
    site = dict(DEFAULT_THRESHOLDS)
    for row in rows:
        if row.room_id is None and row.age_band_id is None:
            site[row.label] = levels_over(site.get(row.label, Levels()), row)
    return site


def levels_of(row: Threshold) -> Levels:
    """A row's own figures, without what holds where it sets none."""
    return Levels(row.review, row.hide, row.escalate, row.band_from, row.band_to)


def levels_over(usual: Levels, row: Threshold) -> Levels:
    """The usual figures, each replaced by the row's where it sets one."""
    own = levels_of(row)
    return Levels(
        review=usual.review if own.review is None else own.review,
        hide=usual.hide if own.hide is None else own.hide,
        escalate=usual.escalate if own.escalate is None else own.escalate,
        band_from=usual.band_from if own.band_from is None else own.band_from,
        band_to=usual.band_to if own.band_to is None else own.band_to,
    )


def _by_scope(rows: Iterable[tuple[int | None, Threshold]]) -> dict[int, Thresholds]:
    found: defaultdict[int, dict[str, Levels]] = defaultdict(dict)
    for scope, row in rows:
        if scope is not None:
            found[scope][row.label] = levels_of(row)
    return dict(found)
