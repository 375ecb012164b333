"""What holds for any text: reading never fails, changes nothing twice, and stays inside the text."""

from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.rules.defaults import default_rules
from moderation.rules.engine import evaluate
from moderation.rules.normalise import canonical, plain
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
