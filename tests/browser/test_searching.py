"""Somebody looks for what was said and goes to it."""

import pytest
from playwright.async_api import expect

from common.database import in_database
from tests.browser.conftest import OpenAs
from tests.browser.pages import expect_accessible
from tests.browser.talk import HARBOUR, message
from tests.cast import Cast
from tests.factories import MessageFactory

pytestmark = [pytest.mark.live, pytest.mark.browser]


async def test_a_message_is_found_from_the_bar_and_leads_to_its_place(
    committed_cast: Cast, open_as: OpenAs
) -> None:
    cast = committed_cast
    await in_database(
        MessageFactory.create, room=cast.lounge, author=cast.rex, body="The **first boat** leaves at seven"
    )
    mara = await open_as(cast.mara, HARBOUR)

    await mara.get_by_role("searchbox", name="Search messages").fill("boat from:rex")
    await mara.keyboard.press("Enter")
    await expect(mara.get_by_role("listitem").locator("mark")).to_have_text("boat")
    await expect_accessible(mara)
    await mara.get_by_role("link", name="Rex in Lounge").click()

    await expect(message(mara, "leaves at seven")).to_be_visible()


async def test_searching_works_on_a_phone_without_scripts(committed_cast: Cast, open_as: OpenAs) -> None:
    finn = await open_as(committed_cast.finn, HARBOUR, phone=True, scripts=False)

    await finn.get_by_role("link", name="Search messages").click()
    await finn.get_by_role("searchbox", name="Search messages").fill("before:soon")
    await finn.get_by_role("button", name="Search", exact=True).click()

    await expect(finn.get_by_text("“soon” is not a date")).to_be_visible()
