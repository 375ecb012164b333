"""Too many, the same again, too long; and regular expressions."""

import pytest

from moderation.rules.compile import check_rule
from moderation.rules.conditions import RuleError, RuleKind, RuleSpec
from rooms.seams import Outcome
from tests.moderation.rules.drafts import ELSEWHERE, outcome_of, said, verdict_on

FLOOD = RuleSpec(RuleKind.FLOOD, "3/10", Outcome.BLOCK)
REPEAT = RuleSpec(RuleKind.REPEAT, "2/60", Outcome.BLOCK)
LENGTH = RuleSpec(RuleKind.LENGTH, "20", Outcome.BLOCK)
PATTERN = RuleSpec(RuleKind.PATTERN, r"\bb[aä]d+\b", Outcome.HOLD)


def test_as_many_messages_as_allowed_pass_and_the_next_does_not() -> None:
    assert outcome_of("c", FLOOD, recent=said("a", "b")) is Outcome.ALLOW
    assert outcome_of("d", FLOOD, recent=said("a", "b", "c")) is Outcome.BLOCK


def test_messages_in_all_rooms_count_towards_a_flood_and_old_ones_do_not() -> None:
    elsewhere = said("a", "b", "c", room_id=ELSEWHERE)
    long_ago = said("a", "b", "c", seconds_ago=11)

    assert outcome_of("d", FLOOD, recent=elsewhere) is Outcome.BLOCK
    assert outcome_of("d", FLOOD, recent=long_ago) is Outcome.ALLOW


def test_a_finding_says_how_many_and_how_fast() -> None:
    (finding,) = verdict_on("d", FLOOD, recent=said("a", "b", "c")).findings

    assert finding.detail == "4 messages in 10 s"


def test_the_same_text_passes_twice_and_not_a_third_time() -> None:
    assert outcome_of("buy my things", REPEAT, recent=said("buy my things")) is Outcome.ALLOW
    assert outcome_of("buy my things", REPEAT, recent=said("buy my things", "buy my things")) is Outcome.BLOCK


@pytest.mark.parametrize("again", ["BUY my things!!", "bυy my thiηgs", "buy  my\nthings 🎉"])
def test_a_text_that_reads_the_same_is_the_same(again: str) -> None:
    assert outcome_of(again, REPEAT, recent=said("buy my things", "buy my things")) is Outcome.BLOCK


def test_a_text_that_shares_four_fifths_of_its_words_is_the_same() -> None:
    first = "come and buy my very nice things here for little money"
    second = "come and buy my very nice things here for little cash"

    assert outcome_of(first, REPEAT, recent=said(first, second)) is Outcome.BLOCK
    assert outcome_of("something else entirely", REPEAT, recent=said(first, second)) is Outcome.ALLOW


def test_moderators_and_edits_are_not_measured_by_pace() -> None:
    recent = said("a", "a", "a")

    assert outcome_of("a", FLOOD, REPEAT, recent=recent, author_is_exempt=True) is Outcome.ALLOW
    assert outcome_of("a", FLOOD, REPEAT, recent=recent, is_edit=True) is Outcome.ALLOW


def test_length_counts_characters() -> None:
    assert outcome_of("é" * 20, LENGTH) is Outcome.ALLOW
    assert outcome_of("é" * 21, LENGTH) is Outcome.BLOCK


def test_a_regular_expression_is_looked_for_as_written_and_in_plain_letters() -> None:
    (finding,) = verdict_on("so BADDD!", PATTERN).findings

    assert finding.label == "pattern"
    assert finding.span == (3, 8)
    assert outcome_of("so ｂａｄ", PATTERN) is Outcome.HOLD
    assert outcome_of("so badly", PATTERN) is Outcome.ALLOW


def test_a_hostile_expression_does_not_stop_the_clock() -> None:
    rule = RuleSpec(RuleKind.PATTERN, "(a+)+$", Outcome.HOLD)

    assert outcome_of("a" * 50_000 + "!", rule) is Outcome.ALLOW


@pytest.mark.parametrize(
    ("kind", "pattern", "why"),
    [
        (RuleKind.FLOOD, "many", "how many in how many seconds"),
        (RuleKind.FLOOD, "0/10", "are remembered"),
        (RuleKind.FLOOD, "11/10", "10 messages and 120 s are remembered"),
        (RuleKind.REPEAT, "2/600", "are remembered"),
        (RuleKind.LENGTH, "long", "a number of characters"),
        (RuleKind.LENGTH, "0", "a number of characters"),
        (RuleKind.LENGTH, "٣", "a number of characters"),
        (RuleKind.PATTERN, "", "1 to 260"),
        (RuleKind.PATTERN, "x" * 261, "1 to 260"),
        (RuleKind.PATTERN, "(", "not a regular expression of RE2"),
        (RuleKind.PATTERN, r"(a)\1", "not a regular expression of RE2"),
        (RuleKind.PATTERN, "(?=a)", "not a regular expression of RE2"),
        (RuleKind.PATTERN, "a*", "it would match all"),
    ],
)
def test_an_unusable_rule_is_refused_when_it_is_saved(kind: RuleKind, pattern: str, why: str) -> None:
    with pytest.raises(RuleError, match=why):
        check_rule(RuleSpec(kind, pattern, Outcome.BLOCK))
