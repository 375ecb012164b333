"""What is typed into the search field, read."""

import datetime as dt

import pytest

from rooms.searching import Kind, Part, Problem, Search, parts_around, read


@pytest.mark.parametrize(
    ("text", "search"),
    [
        ("ferry boat", Search(words=("ferry", "boat"))),
        ("ferry ferry", Search(words=("ferry",))),
        ('"first boat" at', Search(phrases=("first boat",), words=("at",))),
        ("“first boat”", Search(phrases=("first boat",))),
        ('"first boat', Search(phrases=("first boat",))),
        ('"boat"', Search(phrases=("boat",))),
        ("boat -sail", Search(words=("boat",), without_words=("sail",))),
        ('boat -"no sail"', Search(words=("boat",), without_phrases=("no sail",))),
        ("from:Mara", Search(authors=("Mara",))),
        ("FROM:@Mara boat", Search(authors=("Mara",), words=("boat",))),
        ('in:"Homework help"', Search(rooms=("Homework help",))),
        ("in:#harbour in:lounge", Search(rooms=("harbour", "lounge"))),
        ("after:2026-11-01 x", Search(after=dt.date(2026, 11, 1), words=("x",))),
        (
            "before:2026-11-21 has:link",
            Search(before=dt.date(2026, 11, 21), has_link=True),
        ),
        ("https://example.org/a?b=c", Search(words=("https://example.org/a?b=c",))),
        ("at 10:30", Search(words=("at", "10:30"))),
        ("well-kept note:", Search(words=("well-kept", "note"))),
        (":) boat - !!", Search(words=("boat",))),
    ],
)
def test_words_phrases_and_operators_are_told_apart(text: str, search: Search) -> None:
    assert read(text) == search


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", Problem(Kind.EMPTY)),
        ("  :) !", Problem(Kind.EMPTY)),
        ("a", Problem(Kind.TOO_SHORT, "a")),
        ("-boat", Problem(Kind.ONLY_WITHOUT)),
        ("colour:red", Problem(Kind.UNKNOWN_OPERATOR, "colour:red")),
        ("boat -from:Mara", Problem(Kind.UNKNOWN_OPERATOR, "-from:Mara")),
        ("boat from:", Problem(Kind.NOTHING_NAMED, "from:")),
        ("has:cheese", Problem(Kind.UNKNOWN_HAS, "has:cheese")),
        ("before:yesterday", Problem(Kind.BAD_DATE, "yesterday")),
        ("after:2026-02-30", Problem(Kind.BAD_DATE, "2026-02-30")),
        ("after:9999-12-31", Problem(Kind.BAD_DATE, "9999-12-31")),
        ("a" * 201, Problem(Kind.TOO_LONG)),
        (" ".join(f"word{n}" for n in range(13)), Problem(Kind.TOO_LONG)),
    ],
)
def test_what_is_not_understood_is_said_and_nothing_is_looked_for(text: str, problem: Problem) -> None:
    assert read(text) == Search(problems=(problem,))


def test_one_sign_is_enough_in_a_script_that_says_much_with_one() -> None:
    assert read("船") == Search(words=("船",))


def test_the_match_is_marked_with_the_rest_of_its_word() -> None:
    parts = parts_around("Boats sail. A boatyard does not; a lifeboat may.", read("boat"))

    assert [part.text for part in parts if part.is_match] == ["Boats", "boatyard"]


def test_a_phrase_is_marked_across_what_stands_between_its_words() -> None:
    parts = parts_around("The first, boat leaves", read('"first boat"'))

    assert Part("first, boat", is_match=True) in parts


def test_a_long_text_is_shown_around_the_match() -> None:
    parts = parts_around(f"{'before ' * 200}needle{' behind' * 200}", read("needle"))

    assert parts[0] == parts[-1] == Part("…")
    assert Part("needle", is_match=True) in parts
    assert sum(len(part.text) for part in parts) < 250
