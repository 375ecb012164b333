"""What is rendered once and shown many times is the same as what is rendered each time."""

import datetime as dt

from django.template import engines
from django.utils.safestring import SafeString
from django.utils.timezone import override as in_zone
from django.utils.translation import override

_STEADY = '{% load steady %}{% steady "components/icon.html" name="pin" %}'
_EACH_TIME = '{% include "components/icon.html" with name="pin" only %}'
_TIME = '{% load steady %}{% steady_line "components/moment.html" at=at %}'
_NAMED = '{% load steady %}{% steady_line "components/avatar.html" initials=initials hue=1 %}'
_TOOLS = '{% load steady %}{% steady "components/message_tools.html" %}'


def _rendered(source: str, **facts: object) -> str:
    return engines["django"].from_string(source).render(facts)


def test_a_steady_piece_is_what_include_gives() -> None:
    assert _rendered(_STEADY) == _rendered(_EACH_TIME)
    assert _rendered(_STEADY) == _rendered(_EACH_TIME)  # and remembered


def test_it_is_remembered_for_each_language_by_itself() -> None:
    with override("en"):
        english = _rendered(_TOOLS)
    with override("de"):
        _rendered(_TOOLS)
    with override("en"):
        assert _rendered(_TOOLS) == english


def test_what_people_chose_is_escaped() -> None:
    source = '{% load steady %}{% steady "components/avatar.html" initials=initials hue=1 %}'

    shown = _rendered(source, initials="<b")

    assert "&lt;b" in shown
    assert "<b" not in shown


def test_a_steady_line_tells_the_time_in_each_readers_zone() -> None:
    at = dt.datetime(2026, 11, 20, 23, 30, tzinfo=dt.UTC)
    with in_zone("Europe/Berlin"):
        berlin = _rendered(_TIME, at=at)
    with in_zone("America/New_York"):
        new_york = _rendered(_TIME, at=at)

    assert "2026-11-21T00:30:00+01:00" in berlin
    assert "2026-11-20T18:30:00-05:00" in new_york
    with in_zone("Europe/Berlin"):
        assert _rendered(_TIME, at=at) == berlin


def test_a_steady_line_tells_apart_what_is_escaped_and_what_is_not() -> None:
    trusted = _rendered(_NAMED, initials=SafeString("<i>"))
    chosen = _rendered(_NAMED, initials="<i>")

    assert "<i>" in trusted
    assert "&lt;i&gt;" in chosen
