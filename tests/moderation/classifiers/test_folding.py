"""The reading behind models trained here: what a person would read, and emoji by their names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.classifiers.detoxify.folding import fold


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Good MORNING", "good morning"),
        ("ᴅᴜᴍʙ", "dumb"),
        ("d\u200bu\u200bm\u200bb", "dumb"),
        ("ⓓⓤⓜⓑ 🅳🆄🅼🅱 🇩🇺🇲🇧", "dumb dumb dumb"),
        ("dυмb", "dumb"),
        ("naïve café", "naive cafe"),
        ("you &amp; me", "you & me"),
        ("привет", "привет"),
        ("hello 🔪🔪", "hello 🔪 hocho"),
        ("👍🏿", "👍 thumbs up dark skin"),
        ("🇨🇭", "🇨 🇭"),
    ],
)
def test_what_is_read(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_every_text_can_be_read(text: str) -> None:
    assert fold(text) == fold(text).strip().lower()
