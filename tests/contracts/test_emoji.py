"""What the emoji picker reads: whole, in the groups that the page has words for, told apart by code."""

import json
import re

from django.conf import settings

from rooms.management.commands.emoji_names import TONES, toned

FOLDER = settings.BASE_DIR / "static" / "vendor" / "emoji"
GROUPS = json.loads((FOLDER / "en.json").read_text("utf-8"))
ALL = [entry for group in GROUPS for entry in group["emoji"]]


def test_the_emoji_have_names_in_every_language_of_the_site() -> None:
    for code, _name in settings.LANGUAGES:
        named = json.loads((FOLDER / f"{code}.json").read_text("utf-8"))
        assert [entry[0] for group in named for entry in group["emoji"]] == [emoji for emoji, *_ in ALL]


def test_the_picker_has_words_for_every_group() -> None:
    page = (settings.BASE_DIR / "templates" / "components" / "emoji_picker.html").read_text()

    assert re.findall(r'key="([\w-]+)"', page) == ["recent", *(group["key"] for group in GROUPS)]


def test_no_emoji_and_no_code_stands_there_twice() -> None:
    assert len({emoji for emoji, *_ in ALL}) == len(ALL)
    assert len({code for _, _, code, *_ in ALL}) == len(ALL)


def test_an_emoji_with_a_person_comes_in_five_tones_and_one_without_in_none() -> None:
    in_tones = {emoji for emoji, *_, comes_in_tones in ALL if comes_in_tones}

    assert {"👋", "☝️", "🕵️‍♀️"} <= in_tones
    assert not {"🍇", "👨‍👩‍👧", "👀"} & in_tones
    assert all(len({toned(emoji, tone) for tone in TONES}) == 5 for emoji in in_tones)
    assert toned("☝️", "🏽") == "☝🏽"
