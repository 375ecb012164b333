"""What says who is meant goes out of a text; what is said stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.pseudonyms import candidates, without_persons


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("mara, you fool", "someone, you fool"),
        ("Mara's boat sank", "someone's boat sank"),
        ("@Finn. what a day", "@someone. what a day"),
        ("write to mara.b+x@mail.example.com now", "write to someone@example.org now"),
        ("mara at gmail dot com", "someone@example.org"),
        ("see https://mara.github.io/me?id=3#top and stop", "see https://example.org and stop"),
        ("[photo](https://pics.example.com/u/mara.png)", "[photo](https://example.org)"),
        ("it is on mara-sails.com", "it is on example.org"),
        ("call +49 (170) 123-45 67 tonight", "call +00 (000) 000-00 00 tonight"),
        ("from 192.168.17.4", "from 000.000.00.0"),
        ("my key is AKIA1234567890ABCDEFGH", "my key is key"),
        ("<@831234567890123456> look", "<@someone> look"),
    ],
)
def test_what_points_to_somebody_is_replaced(text: str, left: str) -> None:
    assert without_persons(text, {"mara", "finn"}) == left


@pytest.mark.parametrize(
    "text",
    [
        "you fool. It hurts, stop it.",
        "wait...what? e.g. that",
        "20 boats at 7:30 on pier 4",
        "version 3.11 is out",
        "I hate you and everybody like you",
    ],
)
def test_what_points_to_nobody_stays_as_it_is(text: str) -> None:
    assert without_persons(text, {"mara", "finn", "rex"}) == text


def test_a_name_that_is_one_of_the_commonest_words_is_replaced_only_where_it_is_called() -> None:
    names = candidates("what is this, hope") & {"this", "hope"}

    assert without_persons("@this is what I hope", names) == "@someone is what I someone"


@given(st.text(max_size=80))
def test_twice_changes_no_more_than_once(text: str) -> None:
    once = without_persons(text, {"mara"})

    assert without_persons(once, {"mara"}) == once
