"""Somebody looks for what was said and goes to it."""

import pytest
from playwright.async_api import expect

from common.database import in_database
from tests.browser.conftest import OpenAs
from tests.browser.pages import expect_accessible, picture
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


@pytest.mark.parametrize(("phone", "dark"), [(False, False), (True, True)])
async def test_other_forms_are_marked_and_the_best_comes_first_when_it_is_asked_for(
    committed_cast: Cast, open_as: OpenAs, phone: bool, dark: bool
) -> None:
    cast = committed_cast
    for body in (
        "The ferry runs late, the ferry",
        "Whoever is running for the ferry",
        "Ferries, running or not",
    ):
        await in_database(MessageFactory.create, room=cast.lounge, author=cast.rex, body=body)
    mara = await open_as(cast.mara, "/search/?q=ferry+runs", phone=phone, dark=dark)
    hits = mara.get_by_role("list", name="Messages found").get_by_role("listitem")

    await expect(hits.first).to_contain_text("Ferries, running or not")
    await expect(hits.first.locator("mark")).to_have_text(["Ferries", "running"])
    await expect_accessible(mara)
    await mara.get_by_role("link", name="Best match first").click()
    await expect(hits.first).to_contain_text("The ferry runs late")
    await expect(mara.get_by_role("link", name="Best match first")).to_have_attribute("aria-current", "true")
    await expect_accessible(mara)
    await picture(mara, f"search-{'phone-dark' if phone else 'desktop'}")
