"""Listed words: what a pattern covers, and what it must not."""

import pytest

from moderation.rules.compile import check_rule
from moderation.rules.conditions import Audience, RuleError, RuleKind, RuleSpec
from rooms.seams import Outcome
from tests.moderation.rules.drafts import ELSEWHERE, outcome_of, verdict_on, word


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("cat", "a cat sat", True),
        ("cat", "concatenate", False),
        ("cat", "cats", False),
        ("cat", "(cat)!", True),
        ("cat", "cat2", True),
        ("cat*", "cats and dogs", True),
        ("cat*", "a tomcat", False),
        ("*cat", "a tomcat", True),
        ("*cat", "tomcats", False),
        ("*cat*", "concatenate", True),
        ("bad cat", "a bad   cat", True),
        ("bad cat", "a bad dog and a cat", False),
        ("bad-cat", "bad cat", True),
        ("1488", "1488", True),
        ("1488", "in 21488 ways", False),
        ("сука", "Ну, СУКА!", True),
        ("坏话", "他说坏话吗", True),
        ("🍆💦", "look 🍆💦", True),
        ("🍆💦", "look 🍆 and 💦", False),
    ],
)
def test_a_pattern_covers_what_it_says(pattern: str, text: str, found: bool) -> None:
    assert (outcome_of(text, word(pattern)) is Outcome.BLOCK) is found


def test_one_rule_may_list_several_words_and_carry_comments() -> None:
    listed = word("# birds\nheron\n\nsmall owl")

    assert outcome_of("a heron", listed) is Outcome.BLOCK
    assert outcome_of("a small owl", listed) is Outcome.BLOCK
    assert outcome_of("birds", listed) is Outcome.ALLOW


def test_an_exception_excuses_only_what_it_covers() -> None:
    rule = word("*cat*", exceptions=("concatenate", "cat flap"))

    assert outcome_of("concatenate the cat flap", rule) is Outcome.ALLOW
    assert outcome_of("concatenate the cat", rule) is Outcome.BLOCK


def test_an_exception_of_one_rule_does_not_excuse_another() -> None:
    rules = (word("cat", exceptions=("cat flap",)), word("cat", outcome=Outcome.HOLD))

    assert outcome_of("the cat flap", *rules) is Outcome.HOLD


def test_a_finding_says_what_is_listed_and_where_it_stands() -> None:
    (finding,) = verdict_on("oh, a Cat!", word("cat")).findings

    assert (finding.source, finding.label, finding.detail) == ("rule", "word", "“cat”")
    assert finding.span == (6, 9)
    assert finding.severity == 4


def test_a_rule_of_one_room_holds_there_alone() -> None:
    rule = word("cat", room_id=ELSEWHERE)

    assert outcome_of("cat", rule) is Outcome.ALLOW
    assert outcome_of("cat", rule, room_id=ELSEWHERE) is Outcome.BLOCK


def test_a_rule_for_the_company_of_minors_leaves_adults_among_themselves_alone() -> None:
    rule = word("cat", audience=Audience.MINORS)

    assert outcome_of("cat", rule, minors_may_read=True) is Outcome.BLOCK
    assert outcome_of("cat", rule, minors_may_read=False) is Outcome.ALLOW


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("", "write a word"),
        ("# only a comment", "write a word"),
        ("c*t", "only at the start or the end"),
        ("*", "no letter"),
        ("a", "one letter"),
        ("*a*", "one letter"),
    ],
)
def test_an_unusable_word_is_refused_when_it_is_saved(pattern: str, why: str) -> None:
    with pytest.raises(RuleError, match=why):
        check_rule(RuleSpec(RuleKind.WORD, pattern, Outcome.BLOCK))


def test_a_refusal_names_the_line_that_is_wrong() -> None:
    with pytest.raises(RuleError) as refused:
        check_rule(word("heron\nh*ron"))

    assert refused.value.part == "h*ron"
