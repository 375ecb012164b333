"""Very long texts are folded, by the server and by the page alike."""

import re

import pytest
from django.conf import settings

from rooms.markdown import render
from rooms.templatetags.message_text import LONG_CHARACTERS, LONG_LINES, fold_of
from tests.cast import Cast
from tests.factories import MessageFactory
from tests.rooms.visiting import as_person, words_of


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        ("short", None),
        ("\n".join(["line"] * LONG_LINES), None),
        ("\n".join(["line"] * 17), 17),
        ("\n\n".join(["paragraph"] * 18), 18),
        ("\n".join(["- point"] * 20), 20),
        ("```\n" + "code\n" * 30 + "```", 30),
        ("x" * LONG_CHARACTERS, None),
        ("x " * LONG_CHARACTERS, 0),
    ],
)
def test_what_is_long_and_how_long(body: str, lines: int | None) -> None:
    fold = fold_of(render(body, {}))

    assert (fold.lines if fold else None) == lines


def test_the_page_folds_by_the_same_measure() -> None:
    script = (settings.BASE_DIR / "static" / "js" / "message.js").read_text()

    assert re.findall(r"^const LONG_(?:LINES|CHARACTERS) = (\d+);", script, flags=re.MULTILINE) == [
        str(LONG_LINES),
        str(LONG_CHARACTERS),
    ]


def test_a_folded_message_is_there_in_full(cast: Cast) -> None:
    body = "\n".join(f"line {number}" for number in range(40))
    MessageFactory.create(room=cast.harbour, author=cast.rex, body=body, body_html=render(body, {}))

    page = words_of(as_person(cast.finn).get("/rooms/harbour/"))

    assert "Show all (40 lines)" in page
    assert "line 39" in page
