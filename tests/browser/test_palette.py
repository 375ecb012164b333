"""Anywhere in a few letters: the command palette and the keys."""

import pytest
from playwright.async_api import expect

from tests.browser.conftest import OpenAs
from tests.browser.pages import expect_accessible
from tests.browser.talk import HARBOUR, box, goes_live
from tests.cast import Cast

pytestmark = [pytest.mark.live, pytest.mark.browser]


async def test_a_few_letters_lead_to_a_room_a_command_and_a_search(
    committed_cast: Cast, open_as: OpenAs
) -> None:
    mara = await open_as(committed_cast.mara, HARBOUR)
    await goes_live(mara)
    field, options = mara.get_by_role("combobox"), mara.get_by_role("option")

    await box(mara).press("Control+k")
    await expect(options.first).to_have_text("Attic Rooms")
    await expect_accessible(mara)
    await field.fill("appear dark")
    await field.press("Enter")
    await expect(mara.locator("html")).to_have_attribute("data-theme", "dark")
    await expect(field).to_be_hidden()

    await mara.keyboard.press("Control+k")
    await field.fill("lou")
    await expect(options).to_have_count(2)
    await field.press("ArrowDown")
    await expect(field).to_have_attribute("aria-activedescendant", "palette-search")
    await field.press("ArrowUp")
    await field.press("Enter")
    await mara.wait_for_url("**/rooms/lounge/")


async def test_the_keys_are_listed_and_single_ones_can_be_switched_off(
    committed_cast: Cast, open_as: OpenAs
) -> None:
    mara = await open_as(committed_cast.mara, HARBOUR)
    await goes_live(mara)
    keys = mara.get_by_role("dialog", name="Keys")
    await mara.locator("#main").focus()

    await mara.keyboard.press("?")
    await expect(keys.get_by_text("Go to a room, a person, a page")).to_be_visible()
    await keys.get_by_role("button", name="Turn single keys off").click()
    await mara.keyboard.press("Escape")
    await mara.keyboard.press("?")

    await expect(keys).to_be_hidden()
