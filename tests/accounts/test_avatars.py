"""Initials and grounds of avatars."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.avatars import HUES, hue_of, initials_of


@pytest.mark.parametrize(
    ("name", "initials"),
    [("Mina", "M"), ("mina okafor", "MO"), ("ana_maria.lopes", "AL"), ("李 明", "李明"), ("_", "_")],
)
def test_initials_are_those_of_the_first_and_the_last_word(name: str, initials: str) -> None:
    assert initials_of(name) == initials


@given(st.text())
def test_a_person_has_the_same_one_of_the_eight_grounds_everywhere(public_id: str) -> None:
    assert hue_of(public_id) == hue_of(public_id)
    assert 0 <= hue_of(public_id) < HUES
