"""What must not be stopped: words that hold a listed one, other scripts, code, and accidents."""

import pytest

from moderation.rules.defaults import default_rules
from moderation.rules.engine import evaluate
from rooms.seams import Outcome
from tests.moderation.rules.drafts import draft, outcome_of, said, word

HONEST = (
    # the Scunthorpe problem
    "Scunthorpe, Penistone, Lightwater and Clitheroe are towns in England",
    "the class assessed the bass, the grass and the massive assassin",
    "cockpit, peacock, shuttlecock, Hitchcock, cocktail, hancock",
    "she can analyse the analogue annals and the canal",
    "a title, a shitake mushroom, a cucumber and some document",
    "he has a dickens of a time with the therapist and the psychotherapist",
    "Essex, Sussex and Middlesex; sextant, sextet, unisex",
    # spaces and punctuation where they belong
    "it's hit the wall, that's hit too",
    "my pen is broken; is it yours?",
    "as soon as so many as possible",
    "push it to git, then run it as sudo",
    "I am a b c d e teacher",
    # numbers, code, addresses
    "order 455, room 1005, version 5.1.7, 0xa55e5",
    "mov eax, 0x5a; call foo_bar(); if (a[i] != b) { return a|b; }",
    "see https://docs.example.org/a/b?c=d%20e and user@example.org",
    "1f600 c0ffee deadbeef 5h17",
    # other scripts, with the joiners and marks they need
    "می‌خواهم کتاب‌های فارسی را بخوانم",
    "السَّلَامُ عَلَيْكُمْ، كيف حالك اليوم؟",
    "שָׁלוֹם עֲלֵיכֶם, מה שלומך היום?",
    "नमस्ते, आप कैसे हैं? अनुसंधान और अनुष्ठान",
    "বাংলা ভাষায় কথা বলি, தமிழ் மொழி, తెలుగు భాష",
    "Привет, как дела? Сегодня хорошая погода, слаб ретардант",
    "Καλημέρα σας, τι κάνετε σήμερα το πρωί;",
    "今天天气很好，我们去公园散步吧。",
    "ありがとうございます。スーパーへ行きます。",
    "안녕하세요, 오늘 날씨가 좋네요",
    "สวัสดีครับ วันนี้อากาศดีมาก",
    "Tiếng Việt: trắng, tránh, bích; français: hôtel, garçon; deutsch: Fußgängerübergänge",
    # emoji, families, flags, keycaps
    "👩‍👩‍👧‍👦 👨🏽‍💻 🏳️‍🌈 🇫🇷🇩🇪 1️⃣2️⃣ ❤️",
    "🎉🎉🎉 party!!! sooooo good, yesss",
    # ordinary emphasis
    "**really** _very_ ~~not~~ `code` [a link](https://example.org) ||spoiler||",
)


@pytest.mark.parametrize("text", HONEST)
def test_honest_text_passes_all_default_rules_in_the_company_of_minors(text: str) -> None:
    verdict = evaluate(draft(text, minors_may_read=True), default_rules())

    assert verdict.findings == ()
    assert verdict.outcome is Outcome.ALLOW


def test_an_ordinary_word_is_no_disguise_of_another() -> None:
    rules = (word("anal"), word("fag"), word("dick"), word("god"))

    for text in ("annals", "click", "double click", "good", "a lana"):
        assert outcome_of(text, *rules) is Outcome.ALLOW


def test_letters_of_a_text_in_another_script_are_what_they_are() -> None:
    assert outcome_of("мой друг очень слаб сегодня", word("slag")) is Outcome.ALLOW


def test_the_same_letters_among_latin_words_are_a_disguise() -> None:
    assert outcome_of("you are such a сосk and a соск", word("cock")) is Outcome.BLOCK


def test_near_misses_are_not_looked_for_in_another_language() -> None:
    rule = word("tranny")

    assert outcome_of("tôi thích mặc áo trắng mùa hè", rule) is Outcome.ALLOW


def test_two_honest_lines_after_each_other_pass() -> None:
    verdict = evaluate(draft("is it broken?", recent=said("look at my pen")), default_rules())

    assert verdict.outcome is Outcome.ALLOW
