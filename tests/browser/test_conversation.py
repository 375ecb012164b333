"""What people do with each other's messages: emoji, pins, threads, links."""

import pytest
from playwright.async_api import Page, expect

from accounts.models import Person
from common.database import in_database
from rooms.models import Visibility
from rooms.services.messages import VisibilityChange, show_or_hide
from tests.browser.conftest import OpenAs
from tests.browser.pages import expect_accessible, picture
from tests.browser.talk import choose, goes_live, message, say
from tests.cast import Cast
from tests.factories import MessageFactory

pytestmark = [pytest.mark.live, pytest.mark.browser]

LOUNGE = "/rooms/lounge/"


async def in_the_lounge(open_as: OpenAs, person: Person, **how: bool) -> Page:
    """Somebody's live page of the lounge."""
    page = await open_as(person, LOUNGE, **how)
    await goes_live(page)
    return page


async def test_an_emoji_is_given_seen_and_taken_back(committed_cast: Cast, open_as: OpenAs) -> None:
    cast = committed_cast
    await in_database(MessageFactory.create, room=cast.lounge, author=cast.rex, body="The kettle is on")
    mara, rex = await in_the_lounge(open_as, cast.mara), await in_the_lounge(open_as, cast.rex)

    await message(mara, "The kettle").hover()
    await message(mara, "The kettle").get_by_role("button", name="React").click()
    await mara.locator("message-menu").get_by_role("button", name="👍").click()

    own = message(mara, "The kettle").get_by_role("button", name="👍 1, you")
    await expect(own).to_have_attribute("aria-pressed", "true")
    await message(rex, "The kettle").get_by_role("button", name="👍 1, Mara").click()
    await expect(message(mara, "The kettle").get_by_role("button", name="👍 2, you and Rex")).to_be_visible()
    await expect_accessible(mara)
    await picture(mara, "reactions")
    await message(mara, "The kettle").get_by_role("button", name="👍 2").click()
    await expect(message(rex, "The kettle").get_by_role("button", name="👍 1, you")).to_be_visible()
    await message(mara, "The kettle").get_by_role("button", name="React").click()
    await mara.locator("message-menu").get_by_role("button", name="Other emoji").click()
    await mara.get_by_role("searchbox", name="Find an emoji").fill("octopus")
    await mara.locator("emoji-picker").get_by_role("gridcell", name="octopus").click()
    await expect(message(rex, "The kettle").get_by_role("button", name="🐙 1, Mara")).to_be_visible()
    await mara.reload()
    await expect(message(mara, "The kettle").get_by_role("button", name="👍 1, Rex")).to_be_visible()


async def test_an_emoji_is_given_without_scripts(committed_cast: Cast, open_as: OpenAs) -> None:
    cast = committed_cast
    await in_database(MessageFactory.create, room=cast.lounge, author=cast.rex, body="The kettle is on")
    page = await open_as(cast.mara, LOUNGE, scripts=False)

    await page.get_by_role("link", name="React or reply").click()
    await page.get_by_role("button", name="👍").click()
    await page.get_by_role("button", name="👍 1, you").click()

    await expect(page.locator(".reaction")).to_have_count(0)


async def test_a_thread_is_opened_beside_the_room_and_lives(committed_cast: Cast, open_as: OpenAs) -> None:
    cast = committed_cast
    await in_database(MessageFactory.create, room=cast.lounge, author=cast.rex, body="Who brings the rope?")
    mara, rex = await in_the_lounge(open_as, cast.mara), await in_the_lounge(open_as, cast.rex, phone=True)

    await choose(mara, message(mara, "Who brings"), "Thread")
    panel = mara.get_by_role("complementary", name="Thread")
    await expect(panel.get_by_text("Who brings the rope?")).to_be_visible()
    await panel.get_by_role("textbox").fill("I do, and a lock")
    await panel.get_by_role("textbox").press("Enter")

    await expect(panel.get_by_text("I do, and a lock")).to_be_visible()
    await expect_accessible(mara)
    await picture(mara, "thread")
    await message(rex, "Who brings").get_by_role("link", name="1 reply").click()
    beside = rex.get_by_role("complementary", name="Thread")
    await expect(beside.get_by_text("I do, and a lock")).to_be_visible()
    await beside.get_by_role("textbox").fill("Thank you")
    await beside.get_by_role("button", name="Answer").click()
    await expect(panel.get_by_text("Thank you")).to_be_visible()
    await expect(message(mara, "Who brings").first).to_contain_text("2 replies")
    await picture(rex, "thread-phone")


async def test_what_is_begun_in_a_thread_is_kept_until_it_is_sent(
    committed_cast: Cast, open_as: OpenAs
) -> None:
    cast = committed_cast
    for body in ("Who brings the rope?", "Who sails?"):
        await in_database(MessageFactory.create, room=cast.lounge, author=cast.rex, body=body)
    mara = await in_the_lounge(open_as, cast.mara)
    panel = mara.get_by_role("complementary", name="Thread")
    answer = panel.get_by_role("textbox")

    await choose(mara, message(mara, "Who brings"), "Thread")
    await answer.fill("I do, and")
    await choose(mara, message(mara, "Who sails"), "Thread")
    await expect(panel.get_by_text("Who sails?")).to_be_visible()
    await expect(answer).to_have_value("")
    await mara.reload()
    await goes_live(mara)
    await choose(mara, message(mara, "Who brings"), "Thread")

    await expect(answer).to_have_value("I do, and")
    await answer.press("Enter")
    await expect(panel.get_by_text("I do, and")).to_be_visible()
    assert "I do, and" not in await mara.evaluate("JSON.stringify(localStorage)")


async def test_a_link_to_a_message_shows_what_it_says_until_that_is_hidden(
    committed_cast: Cast, open_as: OpenAs
) -> None:
    cast = committed_cast
    said = await in_database(
        MessageFactory.create, room=cast.lounge, author=cast.rex, body="The ferry leaves at seven"
    )
    mara = await in_the_lounge(open_as, cast.mara)
    link = await mara.evaluate("location.origin") + f"/rooms/lounge/messages/{said.public_id}/"

    await say(mara, f"As he said: {link}")

    under = message(mara, "As he said").locator("[data-part=link]")
    await expect(under).to_contain_text("Rex")
    await expect(under).to_contain_text("The ferry leaves at seven")
    await expect_accessible(mara)
    await picture(mara, "linked-message")
    await in_database(show_or_hide, changes=[VisibilityChange(said.pk, Visibility.HIDDEN)])
    await expect(under).to_have_count(0)
    await expect(mara.get_by_text("leaves at seven")).to_have_count(0)


async def test_a_thread_is_read_and_answered_without_scripts(committed_cast: Cast, open_as: OpenAs) -> None:
    cast = committed_cast
    await in_database(MessageFactory.create, room=cast.lounge, author=cast.rex, body="Who brings the rope?")
    page = await open_as(cast.mara, LOUNGE, scripts=False)

    await page.get_by_role("link", name="React or reply").click()
    await page.get_by_role("link", name="Answer in a thread").click()
    await page.get_by_role("textbox").fill("I do")
    await page.get_by_role("button", name="Answer").click()

    await expect(page.locator(".thread .message")).to_have_count(2)
    await picture(page, "thread-page")


async def test_an_owner_pins_and_everybody_finds_it_beside_the_room(
    committed_cast: Cast, open_as: OpenAs
) -> None:
    cast = committed_cast
    for body in ("The key hangs by the door", "Good evening"):
        await in_database(MessageFactory.create, room=cast.lounge, author=cast.rex, body=body)
    mara, rex = await in_the_lounge(open_as, cast.mara), await in_the_lounge(open_as, cast.rex, dark=True)
    await rex.get_by_role("button", name="Pinned messages").click()
    beside = rex.get_by_role("complementary", name="Pinned messages")
    await expect(beside.get_by_text("Nothing is pinned")).to_be_visible()

    await choose(mara, message(mara, "The key"), "Pin")

    await expect(beside.get_by_text("The key hangs by the door")).to_be_visible()
    await expect(rex.get_by_text("A message was pinned.")).to_be_visible()
    await expect_accessible(rex)
    await picture(rex, "pins")
    await beside.get_by_role("link", name="Show in the conversation").click()
    await expect(message(rex, "The key").first).to_have_attribute("data-found", "")
    await choose(mara, message(mara, "The key"), "Unpin")
    await expect(beside.get_by_text("Nothing is pinned")).to_be_visible()
