"""Which language a line is in; and of ordinary chat, nothing said that is not so."""

import pytest

from moderation.languages.detect import language_of


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Das ist heute ein wirklich schöner Tag für einen Ausflug ans Meer", "de"),
        ("hola amigos, vamos a quedar mañana por la tarde en la plaza", "es"),
        ("je ne comprends pas pourquoi tu ne réponds plus à mes messages", "fr"),
        ("nie wiem dlaczego ten program ciągle się zawiesza", "pl"),
        ("senin ne istediğini hiç anlamıyorum, benimle konuşma", "tr"),
        ("Привет, как дела сегодня?", "ru"),
        ("מה שלומך היום", "he"),
        ("今日はとても暑いですね", "ja"),
        ("你今天好吗", "zh"),
        ("오늘 날씨가 좋네요", "ko"),
        ("καλημέρα σε όλους", "el"),
    ],
)
def test_a_line_in_another_language_is_told(text: str, code: str) -> None:
    found = language_of(text, ("en",))

    assert found is not None
    assert (found.code, found.is_known) == (code, False)


@pytest.mark.parametrize(
    "text",
    [
        "lol",
        "hahahahaha xD",
        "ok",
        "brb gtg",
        "gg wp",
        "😂😂😂 🎉",
        "Søren Kierkegaard",
        "@mara @finn",
        "mara: nice one",
        "sudo dpkg-reconfigure xserver-xorg",
        "`for (int i = 0; i < n; i++) { total += a[i]; }`",
        "https://example.org/ein/langer/weg/durch/die/stadt",
        "déjà vu at the café",
        "quiero decir I mean what do you want to say about that",
        "c'est la vie",
        "π ≈ 3.14",
        "nooooooo waaaaay",
        "",
        "   ",
    ],
)
def test_of_short_playful_technical_and_mixed_lines_nothing_is_said(text: str) -> None:
    found = language_of(text, ("en",))

    assert found is None or found.is_known


def test_plain_english_is_english() -> None:
    found = language_of("when does the ferry leave tomorrow morning?", ("en",))

    assert found is not None
    assert (found.code, found.is_known) == ("en", True)


def test_a_language_that_the_model_knows_is_not_foreign_to_it() -> None:
    found = language_of("je ne comprends pas pourquoi tu ne réponds plus à mes messages", ("en", "fr"))

    assert found is not None
    assert found.is_known


def test_a_model_without_english_does_not_know_english() -> None:
    found = language_of("when does the ferry leave tomorrow morning?", ("de",))

    assert found is not None
    assert (found.code, found.is_known) == ("en", False)


def test_close_relatives_count_together() -> None:
    """Danish or Norwegian: nobody can say, and it is not English either way."""
    found = language_of("jeg kan ikke komme i dag fordi jeg skal arbejde hele dagen", ("en",))

    assert found is not None
    assert not found.is_known


@pytest.mark.parametrize("text", ["\ud800", "\x00\x01", "a" * 100_000, "å " * 5_000, "\u202e\u200b"])
def test_whatever_is_written_it_answers(text: str) -> None:
    found = language_of(text, ("en",))

    assert found is None or found.code
