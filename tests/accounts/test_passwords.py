"""A password must take a guesser long; the advice says why it would not."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from accounts.models import Person
from accounts.passwords import StrengthValidator
from tests.factories import PASSWORD

MARA = Person(name="Mara", email="mara.lind@example.org")


def test_unrelated_words_are_strong() -> None:
    validate_password(PASSWORD, MARA)


@pytest.mark.parametrize("weak", ["qwertyuiop12", "password2026!", "aaaaaaaaaaaaaaa", "1029384756"])
def test_what_is_guessed_quickly_is_refused(weak: str) -> None:
    with pytest.raises(ValidationError):
        validate_password(weak, MARA)


def test_ones_own_name_and_address_are_the_first_guesses() -> None:
    with pytest.raises(ValidationError, match="guessed quickly"):
        StrengthValidator().validate("mara.lindmara.lind", MARA)


def test_the_refusal_says_what_to_do() -> None:
    with pytest.raises(ValidationError) as refusal:
        StrengthValidator().validate("qwertyuiop", MARA)

    assert "Add another word or two" in " ".join(refusal.value.messages)


def test_a_very_long_password_is_judged_by_its_beginning() -> None:
    StrengthValidator().validate(PASSWORD + "x" * 100_000, MARA)


def test_the_form_is_told_in_one_sentence_what_helps() -> None:
    assert "words" in StrengthValidator().get_help_text()
