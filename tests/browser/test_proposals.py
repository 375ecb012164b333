"""The proposals page as an administrator meets it: read, applied with a reason, undone; on every screen."""

import pytest
from playwright.async_api import expect

from common.database import in_database
from moderation.decisions import DEFAULT_THRESHOLDS
from moderation.models import Threshold
from tests.browser.conftest import OpenAs
from tests.browser.pages import expect_accessible, picture
from tests.cast import Cast
from tests.moderation.deciding import decided, judged

pytestmark = [pytest.mark.live, pytest.mark.browser]

PAGE = "/moderation/thresholds/proposals/"


@pytest.fixture
def upheld(committed_cast: Cast) -> Cast:
    """Nora has upheld all that the classifier was rather sure of, among adults."""
    for _ in range(36):
        message = judged(committed_cast.lounge, committed_cast.rex, insult=0.82)
        decided(message, committed_cast.nora)
    return committed_cast


async def test_a_proposal_is_read_applied_with_a_reason_and_undone(
    upheld: Cast, stack: object, open_as: OpenAs
) -> None:
    page = await open_as(upheld.ada, "/moderation/thresholds/")
    await page.get_by_role("link", name="What the decisions say").click()
    await expect(
        page.get_by_text(f"Hide from 0.82 instead of {DEFAULT_THRESHOLDS['insult'].hide:g}")
    ).to_be_visible()

    await page.get_by_role("button", name="Apply for an insult").click()
    reason = page.get_by_label("Reason")
    await expect(reason).to_be_focused()  # the browser asks for it
    await reason.fill("Moderators upheld every one of them.")
    await page.get_by_role("button", name="Apply for an insult").click()
    await expect(page.get_by_text("Applied for 1 label.")).to_be_visible()
    assert await in_database(_hides_from) == 0.82

    await page.get_by_role("button", name="Undo").click()
    await expect(page.get_by_text("What held before holds again")).to_be_visible()
    assert await in_database(_hides_from) is None


def _hides_from() -> float | None:
    row = Threshold.objects.first()
    return row.hide if row else None


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
async def test_the_page_is_accessible_and_fits_empty_and_filled(
    upheld: Cast, stack: object, open_as: OpenAs, *, phone: bool, dark: bool
) -> None:
    page = await open_as(upheld.ada, PAGE, phone=phone, dark=dark)
    await expect(page.get_by_role("button", name="Apply all")).to_be_visible()
    await expect_accessible(page)
    width = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert width <= 0
    await picture(page, f"proposals-{'phone' if phone else 'desktop'}-{'dark' if dark else 'light'}")

    await page.get_by_label("Reason").fill("They were all right.")
    await page.get_by_role("button", name="Apply all").click()
    await expect(page.get_by_text("Nothing to propose")).to_be_visible()
    await expect_accessible(page)
    width = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert width <= 0
    await picture(page, f"proposals-applied-{'phone' if phone else 'desktop'}-{'dark' if dark else 'light'}")
