"""What the browser journeys ask of any page: is it accessible, and its picture for the documents."""

import os

from axe_playwright_python.async_playwright import Axe
from django.conf import settings
from playwright.async_api import Page

PICTURES = settings.BASE_DIR / "docs" / "pictures"


async def expect_accessible(page: Page) -> None:
    """No violation by axe's rules (WCAG 2 A and AA, best practices)."""
    results = await Axe().run(page)
    assert results.violations_count == 0, results.generate_report()


async def picture(page: Page, name: str) -> None:
    """Keep a picture for the documents, where WARDROOM_PICTURES is set: so they cannot rot."""
    if os.environ.get("WARDROOM_PICTURES"):
        PICTURES.mkdir(parents=True, exist_ok=True)
        await page.screenshot(path=PICTURES / f"{name}.png")
