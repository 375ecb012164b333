"""The sentences that were written for training: rows as they should be, none of them measured on as well."""

import numpy as np

from moderation.classifiers.train.cases import SOURCE, made_rows, read_cases

LABELS = ("toxicity", "threat", "identity_attack")
CASES = read_cases()
LEARNED = made_rows(CASES, LABELS, 2_000, measured=False, weight=0.5, seed=7)
MEASURED = made_rows(CASES, LABELS, 500, measured=True, weight=0.5, seed=7)


def test_the_same_seed_makes_the_same_lines() -> None:
    assert made_rows(CASES, LABELS, 2_000, measured=False, weight=0.5, seed=7).texts == LEARNED.texts


def test_no_slot_is_left_open() -> None:
    assert not [text for text in LEARNED.texts if "{" in text or "}" in text]


def test_a_label_that_a_kind_does_not_name_is_unknown() -> None:
    insults = [row for row, source in enumerate(LEARNED.sources) if source == f"{SOURCE}: insults"]
    trades = [row for row, source in enumerate(LEARNED.sources) if "trades and teams" in source]

    assert LEARNED.truth[insults].tolist() == [[1, 0, 0]] * len(insults)
    assert np.isnan(LEARNED.truth[trades, 0]).all()


def test_what_is_measured_on_was_not_learned_from() -> None:
    assert set(MEASURED.texts).isdisjoint(LEARNED.texts)
    assert set(MEASURED.sources) == set(LEARNED.sources)


def test_quoting_an_attack_is_harmless_and_the_attack_is_not() -> None:
    toxic = {text for text, truth in zip(LEARNED.texts, LEARNED.truth[:, 0], strict=True) if truth == 1}
    harmless = {text for text, truth in zip(LEARNED.texts, LEARNED.truth[:, 0], strict=True) if truth == 0}

    assert any("wrong" in text and " are " in text for text in harmless)
    assert toxic.isdisjoint(harmless)
