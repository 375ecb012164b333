"""Domains that are not wanted, however their address is written."""

import pytest

from moderation.rules.compile import check_rule
from moderation.rules.conditions import RuleError, RuleKind, RuleSpec
from rooms.seams import Outcome
from tests.moderation.rules.drafts import outcome_of, verdict_on


def link(pattern: str, **changes: object) -> RuleSpec:
    return RuleSpec(RuleKind.LINK, pattern, Outcome.BLOCK, **changes)  # type: ignore[arg-type]


DENIED = link("evil.site\nbad.co.uk\npage.github.io")


@pytest.mark.parametrize(
    "text",
    [
        "https://evil.site/path?q",
        "HTTPS://EVIL.SITE",
        "evil.site",
        "www.login.evil.site:8080",
        "https://honest.org@evil.site/",
        "https://user:secret@evil.site",
        "[honest.org](https://evil.site)",
        "https://e%76il.site",
        "evil . site",
        "evil[.]site",
        "evil(dot)site",
        "evil dot site",
        "evil。site",
        "evil\u2024site",
        "ev\u200bil.site",
        "ｅｖｉｌ.site",
        "еvil.site",  # a Cyrillic letter
        "xn--vil-qdd.site",  # the same, in punycode
        "e**vi**l.site",
        "it is bad.co.uk.",
        "https://page.github.io/x",
    ],
)
def test_a_denied_domain_is_found(text: str) -> None:
    assert outcome_of(f"look: {text}", DENIED) is Outcome.BLOCK


@pytest.mark.parametrize(
    "text",
    [
        "evil.site.example.org",
        "notevil.site",
        "evil-example.org",
        "co.uk",
        "https://other.github.io",
        "the evil site of it. Site: none",
        "münchen.de and ресурс.рф",
    ],
)
def test_another_domain_is_not(text: str) -> None:
    assert outcome_of(text, DENIED) is Outcome.ALLOW


def test_a_finding_names_the_listed_domain_and_how_it_was_written() -> None:
    (finding,) = verdict_on("go to login.Evil.site now", DENIED).findings

    assert finding.label == "link"
    assert finding.detail == "evil.site (written login.evil.site)"
    assert finding.span == (6, 21)


def test_an_exception_may_stand_below_a_denied_domain() -> None:
    rule = link("evil.site", exceptions=("docs.evil.site",))

    assert outcome_of("docs.evil.site", rule) is Outcome.ALLOW
    assert outcome_of("evil.site", rule) is Outcome.BLOCK


def test_an_address_that_pretends_to_be_another_is_found_without_being_listed() -> None:
    rule = link("look-alike")

    assert outcome_of("https://раураl.com/login", rule) is Outcome.BLOCK
    assert outcome_of("https://xn--80ak6aa92e.com", rule) is Outcome.BLOCK
    assert outcome_of("https://paypal.com müller.de ресурс.рф 例え.jp", rule) is Outcome.ALLOW


def test_any_link_can_be_denied() -> None:
    assert outcome_of("see example.org", link("*")) is Outcome.BLOCK
    assert outcome_of("see me", link("*")) is Outcome.ALLOW


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("", "write a domain"),
        ("nonsense", "not a domain"),
        ("http://", "not a domain"),
        ("co.uk", "whole registries"),
        ("github.io", "whole registries"),
        ("evil.site\n-.-", "not a domain"),
    ],
)
def test_an_unusable_domain_is_refused_when_it_is_saved(pattern: str, why: str) -> None:
    with pytest.raises(RuleError, match=why):
        check_rule(link(pattern))
