"""Where a second model is in use: thresholds with its band, a case with what each said, what is missed."""

import pytest
from playwright.async_api import Page, expect

from common.database import in_database
from moderation.models import (
    Assessment,
    AssessmentState,
    Case,
    FindingRow,
    SecondChoice,
    SecondOpinion,
    Severity,
)
from moderation.services.cases import open_case
from tests.browser.conftest import OpenAs
from tests.browser.pages import expect_accessible, picture
from tests.cast import Cast
from tests.factories import MessageFactory

pytestmark = [pytest.mark.live, pytest.mark.browser]


def two_models_read(cast: Cast) -> Case:
    """A text of Rex of which the first was unsure, and a sample in which it missed something."""
    SecondChoice.objects.create(folder="/nowhere", name="larger", card_sha256="0" * 64, sample=0.1)
    for number in range(40):
        passed = MessageFactory.create(room=cast.harbour, author=cast.mara)
        SecondOpinion.objects.create(
            assessment=Assessment.objects.create(message=passed, text_version=1, state=AssessmentState.DONE),
            asked="sample",
            first_call="none",
            second_call="review" if number == 0 else "none",
        )
    said = MessageFactory.create(room=cast.harbour, author=cast.rex, body="go home, all of you")
    assessment = Assessment.objects.create(
        message=said,
        text_version=1,
        state=AssessmentState.DONE,
        model_name="wardroom-en",
        scores={"insult": 0.55, "toxicity": 0.41},
    )
    SecondOpinion.objects.create(
        assessment=assessment, asked="band", model_name="larger", scores={"insult": 0.97, "toxicity": 0.9}
    )
    FindingRow.objects.create(
        message=said, text_version=1, source="classifier", label="insult", score=0.97, model_name="larger"
    )
    return open_case(
        message=said, person=cast.rex, room=cast.harbour, severity=Severity.HIGH, why="found:insult"
    )


async def reads_well(page: Page, name: str) -> None:
    """Nothing that axe objects to, nothing wider than the screen."""
    await expect_accessible(page)
    width = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert width <= 0
    await picture(page, name)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
async def test_both_models_are_told_apart_everywhere(
    open_as: OpenAs, committed_cast: Cast, phone: bool, dark: bool
) -> None:
    cast = committed_cast
    case = await in_database(two_models_read, cast)
    form = f"{'phone' if phone else 'desktop'}-{'dark' if dark else 'light'}"

    page = await open_as(cast.ada, "/moderation/thresholds/", phone=phone, dark=dark)
    await expect(page.get_by_role("rowheader", name="An insult")).to_be_visible()
    await reads_well(page, f"thresholds-two-models-{form}")

    page = await open_as(cast.ada, "/site/operations/", phone=phone, dark=dark)
    await expect(page.get_by_text("1 of 40 sampled in 7 days")).to_be_visible()
    await reads_well(page, f"operations-two-models-{form}")

    page = await open_as(cast.nora, f"/moderation/cases/{case.public_id}/", phone=phone, dark=dark)
    await expect(page.get_by_text("the second because the first was unsure")).to_be_visible()
    await reads_well(page, f"case-two-models-{form}")
