"""docs/attacks.md names a test for each attack; every one of them exists."""

import re

import pytest
from django.conf import settings

DOCUMENT = settings.BASE_DIR / "docs" / "attacks.md"
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", DOCUMENT.read_text(encoding="utf-8"))))
TESTED = {1, 2, 3, 5, 8, *range(9, 18), 21, 22, *range(27, 35), 36, 37, 42, 45} - {4, 35}


@pytest.mark.parametrize(("file", "test"), NAMED)
def test_a_test_named_in_the_list_of_attacks_exists(file: str, test: str) -> None:
    assert re.search(rf"def {test}\b", (settings.BASE_DIR / file).read_text(encoding="utf-8"))


def test_every_attack_that_this_version_answers_is_listed_with_a_test() -> None:
    rows = [line for line in DOCUMENT.read_text(encoding="utf-8").splitlines() if "::" in line]

    numbers = [int(row.split("|")[1]) for row in rows]
    assert set(numbers) >= TESTED
    assert numbers == sorted(set(numbers)), "one row an attack, in order"
