"""Every reason to refuse has a sentence for people."""

import pytest
from django.conf import settings

from common.errors import Code


@pytest.mark.parametrize("code", list(Code))
def test_every_code_has_a_sentence(code: Code) -> None:
    sentence = settings.BASE_DIR / "templates" / "refusals" / f"{code.value}.txt"

    assert sentence.read_text().strip(), f"write templates/refusals/{code.value}.txt"
