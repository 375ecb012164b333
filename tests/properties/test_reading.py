"""What holds for any text: reading never fails, changes nothing twice, and stays inside the text."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.rules import decode, links, near, search
from moderation.rules.characters import LOOK, MIRRORED, PLAIN, STRICT, TURNED, WRITTEN
from moderation.rules.defaults import default_rules
from moderation.rules.engine import evaluate
from moderation.rules.normalise import LOOK_AT_LETTERS, canonical, may_hold, plain
from rooms.seams import Outcome
from tests.moderation.rules.drafts import draft, rules, word

ANY = st.text(st.characters(), max_size=200)  # lone surrogates among them
TRICKY = st.text(
    st.sampled_from(
        "abdorw ABDORW 40@$!|(<\\/*_~`[]()&#;%:.,-'\n\u200b\u200d\u0301\u0335\ufe0f\u202e\U000e0061"
        "аооᴀ🅱🇦ɐʍςμ\u1f80ßﬁ㍿\u0345\ud800\udfff"
    ),
    max_size=120,
)


@given(ANY | TRICKY)
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert canonical(canonical(text)) == canonical(text)
    assert plain(plain(text)) == plain(text)


@given(ANY | TRICKY)
def test_case_changes_nothing_that_is_read_in_plain_letters(text: str) -> None:
    ascii_text = "".join(c for c in text if c.isascii())

    assert canonical(ascii_text.upper()) == canonical(ascii_text.lower())


@settings(max_examples=300)
@given(ANY | TRICKY)
def test_no_text_makes_the_rules_fail_and_every_span_lies_inside(text: str) -> None:
    verdict = evaluate(draft(text), default_rules())

    assert "rules_failed" not in {finding.label for finding in verdict.findings}
    for finding in verdict.findings:
        if finding.span is not None:
            start, end = finding.span
            assert 0 <= start < end <= len(text)


RULES = rules(word("badword"))
HARMLESS = st.text(st.sampled_from("cefghijlmnpqstuvxyz ,.?\n"), max_size=60)


@given(HARMLESS, HARMLESS)
def test_a_listed_word_is_found_wherever_it_stands(before: str, after: str) -> None:
    assert evaluate(draft(f"{before} badword {after}"), RULES).outcome is Outcome.BLOCK


@given(
    st.sampled_from(["\u200b", "\u00ad", "\ufe0f", "\u2060", "\u0335", "\u0301", "\u3164", "\u202e"]),
    st.data(),
)
def test_what_nobody_sees_hides_nothing(unseen: str, data: st.DataObject) -> None:
    counts = data.draw(st.lists(st.integers(0, 3), min_size=7, max_size=7))
    text = "".join(c + unseen * count for c, count in zip("badword", counts, strict=True))

    assert evaluate(draft(text), RULES).outcome is Outcome.BLOCK


@given(st.lists(st.sampled_from([" ", ".", "-", "_", "\n", "·", "  "]), min_size=6, max_size=6))
def test_separators_between_single_letters_hide_nothing(separators: list[str]) -> None:
    text = "b" + "".join(s + c for s, c in zip(separators, "adword", strict=True))

    assert evaluate(draft(text), RULES).outcome is Outcome.HOLD


SEARCHES: dict[str, tuple[Any, frozenset[str], tuple[str, ...]]] = {
    "rendered": (decode._MAY_RENDER, decode._RENDERED_SIGNS, ()),
    "drawn": (decode._DRAWN, decode._DRAWN_SIGNS, decode._DRAWN_LETTERS),
    "signs for letters": (search._HAS_SIGNS, search._SIGNS, ()),
    "masked": (near._MAY_BE_MASKED, near._MASKS, ()),
    "a host": (links._MAY_HOLD_HOST, links._DOT, links._SPELLED_DOTS),
}


@pytest.mark.parametrize("name", SEARCHES)
@given(text=st.text(st.characters(max_codepoint=127), max_size=40) | TRICKY)
def test_the_quick_look_never_leaves_out_what_the_search_would_find(name: str, text: str) -> None:
    pattern, signs, letters = SEARCHES[name]
    if pattern.search(text):
        assert may_hold(text, signs) or any(pair in text.lower() for pair in letters)


@given(ANY | TRICKY | st.text(st.characters(max_codepoint=127)))
def test_a_text_is_read_as_its_characters_are(text: str) -> None:
    for table in (LOOK, LOOK_AT_LETTERS, PLAIN, WRITTEN, STRICT, TURNED, MIRRORED):
        assert table.of(text) == "".join(table[ord(character)] for character in text)


@settings(max_examples=20)
@given(
    st.sampled_from(
        ["a", "ass ", "as", "b a d ", "&amp;", "*", "[](", "%61", "\u0301", "д", "μς", "𝐛", "<a", "1!", "rn"]
    )
)
def test_a_very_long_text_is_read_in_bounded_time(piece: str) -> None:
    """A hundred thousand characters: a quadratic part would run into the suite's timeout."""
    text = (piece * 100_000)[:100_000]
    unlimited = rules(word("badword"), word("ass"), word("*hole*"))

    assert evaluate(draft(text), unlimited).rules_version == 7
