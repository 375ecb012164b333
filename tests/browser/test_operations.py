"""The operations page as an administrator meets it: readable by everybody, on a desktop and a phone."""

import datetime as dt
import math

import pytest
from playwright.async_api import expect

from common.clock import now
from common.database import in_database
from operations.models import Sample
from tests.browser.conftest import OpenAs
from tests.browser.pages import expect_accessible, picture
from tests.cast import Cast

pytestmark = [pytest.mark.live, pytest.mark.browser]


def an_evening() -> None:
    """An hour with a wave of talk, and some minutes in which judging was late."""
    at = now().replace(second=0, microsecond=0)
    for ago in range(60):
        wave, late = 1 + math.sin(ago / 9), 20 <= ago < 26
        Sample.objects.update_or_create(
            at=at - dt.timedelta(minutes=ago),
            defaults={
                "messages": round(60 * wave),
                "seen_p50_ms": None if ago == 40 else 60 + 8 * wave + (900 if late else 0),
                "seen_p95_ms": None if ago == 40 else 110 + 20 * wave + (4_000 if late else 0),
                "pending": 140 if late else round(wave),
                "oldest_pending_s": 38.5 if late else 0.2,
                "judged": round(60 * wave),
                "classifier_ms": 9 + 2 * wave,
                "open_cases": 4 + ago // 20,
                "errors": 1 if ago == 23 else 0,
                "sockets": {"web 1f3a": round(110 * wave), "web 9c02": round(96 * wave)},
            },
        )


@pytest.mark.parametrize(("phone", "dark"), [(False, False), (True, True)])
async def test_an_administrator_reads_the_charts(
    open_as: OpenAs, committed_cast: Cast, phone: bool, dark: bool
) -> None:
    await in_database(an_evening)

    page = await open_as(committed_cast.ada, "/site/operations/", phone=phone, dark=dark)

    await expect(page.get_by_role("heading", name="From sending to being seen")).to_be_visible()
    await expect_accessible(page)
    width = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert width <= 0
    await picture(page, f"operations-{'phone' if phone else 'desktop'}-{'dark' if dark else 'light'}")
    await page.get_by_text("As a table").first.click()
    await expect(page.get_by_role("table").first).to_be_visible()
