"""A report as one SVG picture: AUC by label, reliability, and what is found under each disguise."""

from collections.abc import Iterator, Sequence
from typing import Any
from xml.sax.saxutils import escape

_WIDTH, _ROW, _LEFT, _BAR = 920, 22, 260, 450
_LOWEST_AUC = 0.5
_INK, _SOFT, _MARK = "#1f2933", "#d5dbe1", "#1d5fa8"
_SQUARE = 220


def picture(report: dict[str, Any], title: str) -> str:
    """The SVG's text. `report` as measure.evaluate returns it; parts that it lacks are left out."""
    parts: list[str] = []
    top = 56
    for heading, drawn, height in _panels(report):
        parts.append(f'<text x="24" y="{top}" font-weight="600">{escape(heading)}</text>')
        parts.append(f'<g transform="translate(0 {top + 14})">{"".join(drawn)}</g>')
        top += height + 54
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {top}" width="{_WIDTH}" '
        f'height="{top}" '
        f'font-family="system-ui, sans-serif" font-size="13" fill="{_INK}" role="img">'
        f"<title>{escape(title)}</title>"
        f'<rect width="100%" height="100%" fill="#fff"/>'
        f'<text x="24" y="28" font-size="17">{escape(title)}</text>'
        f"{''.join(parts)}</svg>\n"
    )


def _panels(report: dict[str, Any]) -> Iterator[tuple[str, list[str], int]]:
    labels = [(name, figures) for name, figures in report["labels"].items() if "auc" in figures]
    yield (
        "AUC by label, with its 95 % interval",
        [
            line
            for row, (name, figures) in enumerate(labels)
            for line in _interval(row, f"{name} ({figures['positives']:,} positive)", figures["auc"])
        ],
        len(labels) * _ROW,
    )
    yield "Reliability: mean score, and the share that is positive", _reliability(report), _SQUARE + 20
    if groups := report.get("groups"):
        yield (
            "Harmless lines that name a group, against abuse that does not (BPSN AUC)",
            [
                line
                for row, (name, figures) in enumerate(groups.items())
                for line in _interval(row, f"{name} ({figures['rows']:,} lines)", figures["bpsn"])
            ],
            len(groups) * _ROW,
        )
    if found := report.get("disguises"):
        yield (
            "Found at 1 % false positives when the decisive word is disguised",
            [line for row, (name, figures) in enumerate(found.items()) for line in _bar(row, name, figures)],
            len(found) * _ROW,
        )


def _interval(row: int, name: str, figures: Sequence[float]) -> Iterator[str]:
    value, low, high = figures
    y = row * _ROW + 12
    yield _named(y, name)
    yield _line(_LEFT, y, _LEFT + _BAR, y, _SOFT, 1)
    yield _line(_across(low), y, _across(high), y, _MARK, 4)
    yield f'<circle cx="{_across(value):.1f}" cy="{y}" r="5" fill="{_MARK}"/>'
    yield f'<text x="{_LEFT + _BAR + 14}" y="{y + 4}">{value:.3f} ({low:.3f} to {high:.3f})</text>'


def _across(auc: float) -> float:
    return _LEFT + _BAR * max(0.0, auc - _LOWEST_AUC) / (1 - _LOWEST_AUC)


def _reliability(report: dict[str, Any]) -> list[str]:
    name, points = next(iter(report["reliability"].items()))
    drawn = [
        f'<rect x="{_LEFT}" y="0" width="{_SQUARE}" height="{_SQUARE}" fill="none" stroke="{_SOFT}"/>',
        _line(_LEFT, _SQUARE, _LEFT + _SQUARE, 0, _SOFT, 1),
        _named(_SQUARE / 2, name),
    ]
    places = [(_LEFT + _SQUARE * score, _SQUARE * (1 - share)) for score, share, _ in points]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    drawn.append(f'<polyline points="{path}" fill="none" stroke="{_MARK}" stroke-width="2"/>')
    drawn += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{_MARK}"/>' for x, y in places]
    return drawn


def _bar(row: int, name: str, figures: dict[str, float]) -> Iterator[str]:
    y = row * _ROW + 12
    yield _named(y, name)
    yield _line(_LEFT, y, _LEFT + _BAR, y, _SOFT, 10)
    yield _line(_LEFT, y, _LEFT + _BAR * figures["found"], y, _MARK, 10)
    taken = f", harmless {figures['harmless_taken']:.0%}"
    yield f'<text x="{_LEFT + _BAR + 14}" y="{y + 4}">{figures["found"]:.0%}{taken}</text>'


def _named(y: float, name: str) -> str:
    return f'<text x="{_LEFT - 14}" y="{y + 4:.0f}" text-anchor="end">{escape(name)}</text>'


def _line(x1: float, y1: float, x2: float, y2: float, colour: str, width: int) -> str:
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" '
        f'stroke="{colour}" stroke-width="{width}"/>'
    )
