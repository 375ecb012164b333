"""However a listed word is written, a reader reads it, and so do the rules. After design page "safety"."""

import base64
import codecs

import pytest

from rooms.seams import Outcome
from tests.moderation.rules.drafts import outcome_of, said, verdict_on, word

RULE = word("badword")

AS_LISTED = {
    "case": "BaDwOrD",
    "fullwidth": "ｂａｄｗｏｒｄ",
    "mathematical": "𝐛𝐚𝐝𝐰𝐨𝐫𝐝",
    "double-struck": "𝕓𝕒𝕕𝕨𝕠𝕣𝕕",
    "fraktur": "𝖇𝖆𝖉𝖜𝖔𝖗𝖉",
    "circled": "ⓑⓐⓓⓦⓞⓡⓓ",
    "parenthesised": "⒝⒜⒟⒲⒪⒭⒟",
    "squared": "🄱🄰🄳🅆🄾🅁🄳",
    "negative squared": "🅱🅰🅳🆆🅾🆁🅳",
    "regional indicators": "🇧🇦🇩🇼🇴🇷🇩",
    "superscript": "ᵇᵃᵈʷᵒʳᵈ",
    "small capitals": "ʙᴀᴅᴡᴏʀᴅ",
    "phonetic": "ɓɑɗʍɵɽɖ".replace("ʍ", "w"),
    "Cyrillic": "bаdwоrd",
    "Armenian": "badwօrd",
    "Cherokee": "bᎪdwᎾᏒd".replace("Ꮎ", "o").replace("Ꮢ", "r"),
    "Roman numerals": "baⅾwor\u217e",
    "accents": "bádwörd",
    "overlays": "b̶a̶dword",
    "zalgo": "b̴̢͖͂a̷̧̹͐d̶̳͠w̸̰̅ó̵̺r̶͙̀d̷̥̍",
    "keycaps": "".join(f"{c}\ufe0f\u20e3" for c in "badword"),
    "zero-width space": "bad\u200bword",
    "joiners": "b\u200da\u200cdword",
    "soft hyphen": "bad\u00adword",
    "word joiner": "bad\u2060word",
    "variation selectors": "\ufe0f".join("badword"),
    "bidi controls": "\u202ebad\u202cword",
    "tag characters": "".join(c + "\U000e0061" for c in "badword"),
    "Hangul filler": "bad\u3164word",
    "apostrophe": "bad'word",
}
DISGUISED = {
    "leet": "b4dw0rd",
    "signs": "b@dw()rd",
    "drawn": "bad\\/\\/ord",
    "drawn from letters": "badvvord",
    "repeats": "baaadwooord",
    "spaces": "b a d w o r d",
    "line breaks": "b\na\nd\nw\no\nr\nd",
    "braille blanks": "\u2800".join("badword"),
    "punctuation": "b.a-d_w*o/r,d",
    "in chunks": "ba dwo rd",
    "emoji between": "🔥".join("badword"),
    "bold": "b**ad**w_o_rd",
    "link text": "[bad](https://example.org)word",
    "spoiler": "||bad||word",
    "HTML": "bad<b></b>word",
    "decimal entity": "b&#97;dword",
    "hexadecimal entity": "b&#x61;dword",
    "entities of entities": "b&amp;#97;dword",
    "percent": "b%61dword",
    "unicode escape": "b\\u0061dword",
    "upside down": "pɹoʍpɐq",
}
FLAGGED = {
    "backwards": "drowdab",
    "rot13": codecs.encode("badword", "rot13"),
    "base64": base64.b64encode(b"you badword").decode(),
    "hexadecimal": b"badword".hex(),
    "tag characters alone": "hi " + "".join(chr(0xE0000 + ord(c)) for c in "badword"),
    "letters exchanged": "badwrod",
    "a letter dropped": "badwrd",
    "a letter added": "badwoord".replace("oo", "ox"),
    "another letter": "badwurd",
    "vowels dropped": "bdwrd",
    "a letter masked": "b*dword",
    "a letter as an emoji": "b🍎dword",
}


def _cases(table: dict[str, str]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("text", table.values(), ids=table.keys())


@_cases(AS_LISTED)
def test_what_reads_as_listed_does_what_the_rule_says(text: str) -> None:
    assert outcome_of(f"oh {text} ok", RULE) is Outcome.BLOCK


@_cases(DISGUISED)
def test_a_disguise_is_held_where_the_rule_would_block(text: str) -> None:
    assert outcome_of(f"oh {text} ok", RULE) is Outcome.HOLD


@_cases(FLAGGED)
def test_what_only_a_willing_reader_reads_is_held_where_screening_comes_before(text: str) -> None:
    assert outcome_of(f"oh {text} ok", RULE, screens_before=True) is Outcome.HOLD


@_cases(FLAGGED)
def test_what_only_a_willing_reader_reads_is_shown_with_a_finding_elsewhere(text: str) -> None:
    verdict = verdict_on(f"oh {text} ok", RULE, screens_before=False)

    assert verdict.outcome is Outcome.ALLOW
    assert verdict.findings


@_cases({**AS_LISTED, **DISGUISED})
def test_the_span_covers_the_disguise(text: str) -> None:
    message = f"oh {text} ok"
    (finding,) = verdict_on(message, RULE).findings

    assert finding.span is not None
    start, end = finding.span
    assert start >= 3
    assert message[:start].startswith("oh ")
    assert " ok" in message[end - 1 :] + " ok"
    assert finding.detail.startswith("“badword”")


def test_a_letter_that_may_be_read_in_two_ways_is_read_in_both() -> None:
    assert outcome_of("you are a μoron", word("moron")) is Outcome.HOLD
    assert outcome_of("you are a μseless one", word("useless")) is Outcome.BLOCK


def test_the_finding_says_what_the_disguise_was() -> None:
    (finding,) = verdict_on("b4d w0rd b 4 d w o r d", RULE).findings

    assert finding.detail == "“badword”, digits or signs for letters, spaced out"


@pytest.mark.parametrize("parts", [("bad", "word"), ("oh you bad", "word"), (*"badwor", "d")])
def test_a_word_split_over_messages_is_held(parts: tuple[str, ...]) -> None:
    *earlier, last = parts

    assert outcome_of(last, RULE, recent=said(*earlier)) is Outcome.HOLD


def test_words_in_another_room_are_not_joined() -> None:
    assert outcome_of("word", RULE, recent=said("bad", room_id=2)) is Outcome.ALLOW


def test_an_edit_is_read_by_itself() -> None:
    assert outcome_of("word", RULE, recent=said("bad"), is_edit=True) is Outcome.ALLOW


def test_two_honest_messages_are_not_joined() -> None:
    assert outcome_of("word for word", RULE, recent=said("that is bad")) is Outcome.ALLOW
