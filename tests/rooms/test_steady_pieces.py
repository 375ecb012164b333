"""What is rendered once and shown many times is the same as what is rendered each time."""

from django.template import engines
from django.utils.translation import override

_STEADY = '{% load steady %}{% steady "components/icon.html" name="pin" %}'
_EACH_TIME = '{% include "components/icon.html" with name="pin" only %}'
_TOOLS = '{% load steady %}{% steady "components/message_tools.html" %}'


def _rendered(source: str) -> str:
    return engines["django"].from_string(source).render()


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

    shown = engines["django"].from_string(source).render({"initials": "<b"})

    assert "&lt;b" in shown
    assert "<b" not in shown
