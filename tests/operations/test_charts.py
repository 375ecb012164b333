"""Charts: geometry that a page can stretch, and the same in a table."""

import datetime as dt

import pytest

from operations.charts import HEIGHT, WIDTH, Point, Span, chart, highest, path, rounded_up

NOON = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
SPAN = Span(NOON, NOON + 60 * MINUTE, MINUTE, 5 * MINUTE)


def at(minute: int, value: float | None) -> Point:
    return NOON + minute * MINUTE, value


def test_a_line_goes_from_left_to_right_and_up_with_the_value() -> None:
    assert path([at(0, 0), at(1, 5)], SPAN, top=10) == f"M0.0 {HEIGHT}h0L{WIDTH / 60} {HEIGHT / 2}"


def test_a_line_breaks_where_a_minute_is_missing() -> None:
    assert path([at(0, 1), at(2, 1), at(3, None), at(4, 1)], SPAN, top=1).count("M") == 3


def test_a_step_shows_the_highest_of_its_minutes() -> None:
    assert highest([at(0, 1), at(3, 9), at(4, None), at(5, None)], NOON, 5 * MINUTE) == [
        at(0, 9),
        at(5, None),
    ]


@pytest.mark.parametrize(("value", "top"), [(0, 1), (1, 1), (1.2, 2), (3, 5), (7, 10), (11, 20), (730, 1000)])
def test_an_axis_ends_at_a_figure_that_people_can_read(value: float, top: float) -> None:
    assert rounded_up(value) == top


def test_the_table_says_what_the_lines_show_newest_first() -> None:
    drawn = chart("Messages", "a minute", [("in", [at(0, 3), at(7, 4)]), ("out", [at(7, 2)])], SPAN)

    assert drawn.columns == ["in", "out"]
    assert drawn.rows == [[NOON + 5 * MINUTE, 4, 2], [NOON, 3, None]]
    assert [line.last for line in drawn.lines] == [4, 2]


def test_nothing_counted_is_no_chart() -> None:
    assert chart("Messages", "a minute", [("in", [])], SPAN).is_empty
