"""Rows from the sentences of cases.toml: negation, quotation, counter-speech, games, emoji, swearing in joy.

What they say turns on a whole sentence, and the collected rows have few like them. They are ours and made up:
they show a form, not how people write, so they count for less than collected rows (Config.extra).
"""

import hashlib
import random
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec
import numpy as np

from moderation.classifiers.rows import Rows

SOURCE = "made for this project"
_FILE = Path(__file__).with_name("cases.toml")
_PICTURE = re.compile(
    "[\U0001f1e6-\U0001f1ff]{2}|.[\ufe0f\U0001f3fb-\U0001f3ff]*(?:\u200d.\ufe0f?)*"  # a flag, or joined ones
)
_SLOT = re.compile(r"\{(\w+)\}")
_MEASURED_ON = 51  # of 256 digests: a fifth of the sentences
_WITH_EMOJI, _SHOUTED, _CAPITAL = 0.25, 0.04, 0.4


class Around(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What may stand before a sentence and after it."""

    before: list[str]
    after: list[str]


class Kind(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Sentences of one kind: their labels (one that is not named is unknown) and their share of the rows."""

    name: str
    share: int
    labels: dict[str, float]
    sentences: list[str]


class Cases(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file: words for the slots, emoji for words, and the kinds."""

    words: dict[str, list[str]]
    around: Around
    emoji: dict[str, str]
    kinds: list[Kind]


def read_cases(file: Path = _FILE) -> Cases:
    """The sentences. Raises msgspec.ValidationError with the field's name."""
    return msgspec.toml.decode(file.read_bytes(), type=Cases)


def made_rows(
    cases: Cases, labels: Sequence[str], count: int, *, measured: bool, weight: float, seed: int
) -> Rows:
    """About `count` different lines, each kind with its share; the same for one seed.

    `measured` takes the fifth of the sentences that training never sees, so what is measured on them is
    whether a form was understood and not a sentence remembered. A source names the kind.
    """
    chance = random.Random(f"{seed}/{measured}")  # noqa: S311 (chance, not secrecy)
    shares = sum(kind.share for kind in cases.kinds)
    lines: dict[str, Kind] = {}
    for kind in cases.kinds:
        sentences = [text for text in kind.sentences if _is_measured(text) == measured]
        for _ in range(count * kind.share // shares if sentences else 0):
            lines.setdefault(_written(chance.choice(sentences), cases, chance), kind)
    truth = [[kind.labels.get(label, np.nan) for label in labels] for kind in lines.values()]
    return Rows(
        tuple(f"{SOURCE}: {kind.name}" for kind in lines.values()),
        tuple(lines),
        np.full(len(lines), weight, np.float32),
        tuple(labels),
        np.array(truth, np.float32).reshape(len(lines), len(labels)),
    )


def _is_measured(sentence: str) -> bool:
    return hashlib.sha1(sentence.encode(), usedforsecurity=False).digest()[0] < _MEASURED_ON


def _written(sentence: str, cases: Cases, chance: random.Random) -> str:
    text = _SLOT.sub(lambda slot: chance.choice(cases.words[slot[1]]), sentence)
    if chance.random() < _WITH_EMOJI:
        text = _in_emoji(text, cases.emoji, chance)
    text = chance.choice(cases.around.before) + text + chance.choice(cases.around.after)
    if chance.random() < _SHOUTED:
        return text.upper()
    return text[:1].upper() + text[1:] if chance.random() < _CAPITAL else text


def _in_emoji(text: str, emoji: Mapping[str, str], chance: random.Random) -> str:
    """One of the words that an emoji can stand for, written so."""
    places = [word for word in emoji if re.search(rf"\b{re.escape(word)}\b", text)]
    if not places:
        return text
    word = chance.choice(sorted(places))
    return re.sub(rf"\b{re.escape(word)}\b", chance.choice(_PICTURE.findall(emoji[word])), text, count=1)
