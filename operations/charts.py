"""Lines over time as SVG, drawn by the server: geometry and the table behind it. Pure; templates draw.

Coordinates are of a box of WIDTH by HEIGHT that the page stretches; words stand beside it, in HTML, so that
they keep their size on a phone.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 600.0, 100.0

Value = float | None
Point = tuple[dt.datetime, Value]


@dataclass(frozen=True, slots=True)
class Span:
    """The time that is shown, and how finely: a point for each `step`, a row of the table for each `row`."""

    since: dt.datetime
    until: dt.datetime
    step: dt.timedelta
    row: dt.timedelta


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a chart: its name, its path, its newest value."""

    name: str
    path: str
    last: Value


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart: lines in one box, from 0 to `top`, and the rows of its table."""

    title: str
    unit: str
    top: float
    lines: list[Line]
    columns: list[str]
    rows: list[list[object]]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not any(line.path for line in self.lines)


def chart(title: str, unit: str, series: Sequence[tuple[str, Sequence[Point]]], span: Span) -> Chart:
    """Draw series over a span: the highest value of each step, so that a moment of trouble is not lost."""
    stepped = [(name, highest(points, span.since, span.step)) for name, points in series]
    top = rounded_up(
        max((value for _, points in stepped for _, value in points if value is not None), default=0)
    )
    lines = [
        Line(name, path(points, span, top), points[-1][1] if points else None) for name, points in stepped
    ]
    rows = [highest(points, span.since, span.row) for _, points in series]
    return Chart(title, unit, top, lines, [name for name, _ in series], _table(rows))


def highest(points: Sequence[Point], since: dt.datetime, step: dt.timedelta) -> list[Point]:
    """The highest value of each step that has points, at the step's beginning."""
    found: dict[dt.datetime, Value] = {}
    for at, value in points:
        start = since + (at - since) // step * step
        known = found.get(start)
        found[start] = value if known is None else max(known, value if value is not None else known)
    return sorted(found.items(), key=lambda item: item[0])


def path(points: Sequence[Point], span: Span, top: float) -> str:
    """An SVG path; it breaks where a value, or a whole step, is missing."""
    drawn, before = [], None
    for at, value in points:
        if value is None:
            before = None
            continue
        x = (at - span.since) / (span.until - span.since) * WIDTH
        y = HEIGHT - min(value / top, 1.0) * HEIGHT
        is_next = before is not None and at - before <= span.step
        # A point that stands alone is a dot: a line of no length, with round ends.
        drawn.append(f"L{x:.1f} {y:.1f}" if is_next else f"M{x:.1f} {y:.1f}h0")
        before = at
    return "".join(drawn)


def rounded_up(value: float) -> float:
    """The next of 1, 2, 5 and their tens: an axis that people can read."""
    decade = 1.0
    while decade * 10 < value:
        decade *= 10
    return next(decade * step for step in (1, 2, 5, 10) if decade * step >= value)


def _last(points: Sequence[Point]) -> Value:
    return points[-1][1] if points else None


def _table(columns: Sequence[Sequence[Point]]) -> list[list[object]]:
    times = sorted({at for points in columns for at, _ in points}, reverse=True)
    known = [dict(points) for points in columns]
    return [[at, *(values.get(at) for values in known)] for at in times]
