"""What the operations page shows: the samples of the last hour or day as charts, and how things stand now."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from common.clock import now
from moderation import jobs
from moderation.selectors.pipeline import CANARY_SILENT_AFTER_S, HEART_SILENT_AFTER_S
from moderation.selectors.second import SecondReport, second_report
from moderation.selectors.serving import wanted_second
from operations.charts import Chart, Span, Value, chart
from operations.metrics import Queues, queues
from operations.models import Sample

HOUR, DAY = 1, 24
# A sample that is older means that nobody takes them: beat or the worker has stopped.
SAMPLES_SILENT_AFTER_S = 150

_SPANS = {
    HOUR: (dt.timedelta(minutes=1), dt.timedelta(minutes=5)),
    DAY: (dt.timedelta(minutes=5), dt.timedelta(hours=1)),
}


@dataclass(frozen=True, slots=True)
class Present:
    """How things stand now.

    Attributes:
        heart_age_s: since a worker said that it works; None where none has.
        sampled_s: since beat last had a sample taken; None where it never did.
        sockets: open sockets by process, as of the last sample.
        second: what the second model has read in the last days; None where there is none.
    """

    waiting: Queues
    heart_age_s: float | None
    canary_is_well: bool
    sampled_s: float | None
    sockets: dict[str, int]
    second: SecondReport | None

    @property
    def worker_works(self) -> bool:
        """Whether a worker said so lately."""
        return self.heart_age_s is not None and self.heart_age_s <= HEART_SILENT_AFTER_S

    @property
    def beat_works(self) -> bool:
        """Whether what beat rings was done lately."""
        return self.sampled_s is not None and self.sampled_s <= SAMPLES_SILENT_AFTER_S


def present() -> Present:
    """Asked of rows and marks each time."""
    last, canary = Sample.objects.order_by("-at").first(), jobs.last_canary()
    return Present(
        waiting=queues(),
        heart_age_s=jobs.heart_age_s(),
        canary_is_well=canary is not None and canary.is_well and canary.age_s <= CANARY_SILENT_AFTER_S,
        sampled_s=(now() - last.at).total_seconds() if last else None,
        sockets=last.sockets if last else {},
        second=second_report() if wanted_second() else None,
    )


def span_of(hours: int) -> Span:
    """The last hour or day, to the whole minute."""
    step, row = _SPANS[hours]
    until = now().replace(second=0, microsecond=0) + dt.timedelta(minutes=1)
    return Span(until - dt.timedelta(hours=hours), until, step, row)


def charts(span: Span) -> list[Chart]:
    """Every chart of the page, from one query."""
    samples = list(Sample.objects.filter(at__gte=span.since, at__lt=span.until).order_by("at"))

    def series(name: str, value: Callable[[Sample], Value]) -> tuple[str, list[tuple[dt.datetime, Value]]]:
        return name, [(sample.at, value(sample)) for sample in samples]

    drawn = [
        (_("Messages"), _("a minute"), [series(_("messages"), lambda s: s.messages)]),
        (
            _("From sending to being seen"),
            _("milliseconds"),
            [
                series(_("half within"), lambda s: s.seen_p50_ms),
                series(_("95 of 100 within"), lambda s: s.seen_p95_ms),
            ],
        ),
        (_("Waiting to be judged"), _("messages"), [series(_("waiting"), lambda s: s.pending)]),
        (
            _("How long the oldest waits"),
            _("seconds"),
            [series(_("oldest"), lambda s: round(s.oldest_pending_s, 1))],
        ),
        (_("Classifier"), _("milliseconds a text"), [series(_("time"), lambda s: s.classifier_ms)]),
        (_("Open sockets"), _("sockets"), [series(_("sockets"), lambda s: sum(s.sockets.values()))]),
        (_("Open cases"), _("cases"), [series(_("cases"), lambda s: s.open_cases)]),
        (_("Errors"), _("a minute"), [series(_("errors"), lambda s: s.errors)]),
    ]
    return [chart(title, unit, lines, span) for title, unit, lines in drawn]
