"""Emoji: picked from all of them by keyboard or finger, or named while one writes."""

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import OpenAs
from tests.browser.pages import expect_accessible
from tests.browser.talk import HARBOUR, box, goes_live
from tests.cast import Cast

pytestmark = [pytest.mark.live, pytest.mark.browser]


def picker(page: Page) -> Locator:
    return page.get_by_role("dialog", name="Choose an emoji")


async def opens_picker(page: Page) -> Locator:
    """Opened from the composer, and filled."""
    await page.get_by_role("button", name="Emoji", exact=True).click()
    await expect(picker(page).get_by_role("gridcell", name="grinning face", exact=True)).to_be_visible()
    return picker(page)


async def test_an_emoji_is_found_by_keyboard_put_at_the_caret_and_remembered(
    committed_cast: Cast, open_as: OpenAs
) -> None:
    mara = await open_as(committed_cast.mara, HARBOUR)
    await goes_live(mara)
    await box(mara).fill("Hello  there")
    await box(mara).evaluate("(box) => box.setSelectionRange(6, 6)")

    emoji = await opens_picker(mara)
    await emoji.get_by_role("radio", name="Medium", exact=True).check(force=True)
    await emoji.get_by_role("searchbox").fill("waving h")
    await expect(emoji.get_by_role("gridcell")).to_have_count(1)
    await emoji.get_by_role("searchbox").press("ArrowDown")
    await expect_accessible(mara)
    await mara.keyboard.press("Enter")

    await expect(emoji).to_be_hidden()
    await expect(box(mara)).to_have_value("Hello 👋🏽 there")
    await expect(box(mara)).to_be_focused()
    await opens_picker(mara)
    recent = emoji.get_by_role("grid", name="Last used").get_by_role("gridcell")
    await expect(recent).to_have_text(["👋🏽"])


async def test_arrows_walk_over_all_groups_and_escape_leads_back(
    committed_cast: Cast, open_as: OpenAs
) -> None:
    mara = await open_as(committed_cast.mara, HARBOUR)
    await goes_live(mara)
    emoji = await opens_picker(mara)

    await emoji.get_by_role("searchbox").press("ArrowDown")
    await expect(emoji.get_by_role("gridcell", name="grinning face", exact=True)).to_be_focused()
    await mara.keyboard.press("ArrowRight")
    await mara.keyboard.press("ArrowDown")
    faces = emoji.get_by_role("grid", name="Faces and feelings").get_by_role("row")
    await expect(faces.nth(1).get_by_role("gridcell").nth(1)).to_be_focused()
    await mara.keyboard.press("Control+End")
    await expect(emoji.get_by_role("gridcell", name="flag: Wales")).to_be_focused()
    await mara.keyboard.press("Control+Home")
    await mara.keyboard.press("ArrowUp")
    await expect(emoji.get_by_role("searchbox")).to_be_focused()
    await emoji.get_by_role("searchbox").fill("xyzzy")
    await expect(emoji.get_by_role("status")).to_have_text("No emoji is called that. Try another word.")
    await mara.keyboard.press("Escape")
    await mara.keyboard.press("Escape")

    await expect(emoji).to_be_hidden()
    await expect(mara.get_by_role("button", name="Emoji", exact=True)).to_be_focused()


async def test_a_name_after_a_colon_becomes_the_emoji_and_a_time_does_not(
    committed_cast: Cast, open_as: OpenAs
) -> None:
    mara = await open_as(committed_cast.mara, HARBOUR)
    await goes_live(mara)

    await box(mara).press_sequentially("At 10:30 there is :tada")
    await expect(mara.get_by_role("option").first).to_contain_text(":tada:")
    await box(mara).press("Tab")

    await expect(box(mara)).to_have_value("At 10:30 there is 🎉 ")
