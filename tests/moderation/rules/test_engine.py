"""What the findings lead to together; and that nothing reads as clean by accident."""

import pytest

from moderation.rules import engine
from moderation.rules.conditions import RuleKind, RuleSpec
from moderation.rules.defaults import default_rules, default_specs
from moderation.rules.engine import evaluate
from rooms.seams import Outcome
from tests.moderation.rules.drafts import draft, outcome_of, rules, verdict_on, word


def test_the_strictest_rule_wins_and_the_others_are_kept() -> None:
    verdict = verdict_on(
        "a cat, a dog, a cow",
        word("cat", Outcome.NUDGE),
        word("dog", Outcome.HOLD),
        word("cow", Outcome.ALLOW),
    )

    assert verdict.outcome is Outcome.HOLD
    assert [finding.detail for finding in verdict.findings] == ["“dog”", "“cat”", "“cow”"]


def test_no_rule_means_no_finding() -> None:
    assert verdict_on("anything").outcome is Outcome.ALLOW


def test_the_verdict_names_the_version_of_the_rules() -> None:
    assert verdict_on("a").rules_version == 7


def test_an_author_is_nudged_once_and_held_when_they_insist() -> None:
    rule = word("cat", Outcome.NUDGE)

    assert outcome_of("cat", rule) is Outcome.NUDGE
    assert outcome_of("cat", rule, nudged=True) is Outcome.HOLD


def test_a_rule_that_only_watches_lets_through_with_a_finding() -> None:
    verdict = verdict_on("cat", word("cat", Outcome.ALLOW))

    assert verdict.outcome is Outcome.ALLOW
    assert len(verdict.findings) == 1


def test_findings_are_bounded() -> None:
    assert len(verdict_on("cat " * 500, word("cat")).findings) == 20


@pytest.mark.parametrize("part", ["find_words", "hosts_in"])
def test_a_part_that_fails_holds_the_message_and_says_so(part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr(engine, part, fail)
    link = RuleSpec(RuleKind.LINK, "evil.example", Outcome.BLOCK)

    verdict = evaluate(draft("hello"), rules(word("cat"), link))

    assert verdict.outcome is Outcome.HOLD
    assert verdict.findings[0].label == "rules_failed"
    assert "boom" not in verdict.findings[0].detail  # it may quote the message


def test_a_part_that_fails_does_not_keep_the_others_from_blocking(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "hosts_in", lambda _: 1 / 0)
    link = RuleSpec(RuleKind.LINK, "evil.example", Outcome.BLOCK)

    assert evaluate(draft("cat"), rules(link, word("cat"))).outcome is Outcome.BLOCK


def test_the_default_rules_compile_and_block_only_what_needs_no_human() -> None:
    blocking = {spec.kind for spec in default_specs() if spec.outcome is Outcome.BLOCK}

    assert blocking == {RuleKind.LENGTH, RuleKind.FLOOD, RuleKind.REPEAT, RuleKind.LINK}
    assert evaluate(draft("hello everybody"), default_rules()).outcome is Outcome.ALLOW


def test_swearing_passes_among_adults_and_is_nudged_where_minors_may_be() -> None:
    assert evaluate(draft("oh shit", minors_may_read=False), default_rules()).outcome is Outcome.ALLOW
    assert evaluate(draft("oh shit", minors_may_read=True), default_rules()).outcome is Outcome.NUDGE


def test_urging_somebody_to_self_harm_is_held_everywhere() -> None:
    for text in ("kill yourself", "K1LL your self", "kys"):
        assert evaluate(draft(text, minors_may_read=False), default_rules()).outcome is Outcome.HOLD
