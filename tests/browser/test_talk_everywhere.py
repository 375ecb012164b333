"""The room's pages for everybody: by keyboard alone, on a phone, in the dark, read by axe."""

import re

import pytest
from playwright.async_api import Page, expect

from common.database import in_database
from rooms.models import Membership
from tests.browser.conftest import OpenAs
from tests.browser.pages import expect_accessible, picture
from tests.browser.talk import HARBOUR, box, goes_live, is_cleared, message, say
from tests.cast import Cast
from tests.factories import MessageFactory

pytestmark = [pytest.mark.live, pytest.mark.browser]

PAGES = [
    "/",
    HARBOUR,
    "/rooms/lounge/",
    f"{HARBOUR}members/",
    f"{HARBOUR}about/",
    f"{HARBOUR}settings/",
    f"{HARBOUR}invite/",
    "/rooms/new/",
]


@pytest.fixture
def talked(committed_cast: Cast) -> Cast:
    """The harbour with a message of every kind, as Mara sees it."""
    room, mara, finn, rex = (
        committed_cast.harbour,
        committed_cast.mara,
        committed_cast.finn,
        committed_cast.rex,
    )
    first = MessageFactory.create(room=room, author=finn, body="Morning! Is the ferry running?")
    MessageFactory.create(room=room, author=rex, body="It is.", reply_to=first)
    MessageFactory.create(room=room, author=rex, hidden=True)
    for state in ("hidden", "held", "checking"):
        MessageFactory.create(room=room, author=mara, body=f"This one is {state}", **{state: True})
    Membership.objects.filter(room=room, person=mara).update(last_read_position=2)
    MessageFactory.create(room=room, author=finn, body="A new one")
    return committed_cast


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_has_no_violation(talked: Cast, open_as: OpenAs, path: str) -> None:
    await expect_accessible(await open_as(talked.mara, path))


@pytest.mark.parametrize("path", [HARBOUR, "/", f"{HARBOUR}settings/"])
async def test_a_page_has_no_violation_on_a_phone_in_the_dark(
    talked: Cast, open_as: OpenAs, path: str
) -> None:
    page = await open_as(talked.mara, path, phone=True, dark=True)

    await expect_accessible(page)
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing sticks out"


async def test_what_opens_over_the_room_has_no_violation(talked: Cast, open_as: OpenAs) -> None:
    page = await open_as(talked.mara, HARBOUR)
    await goes_live(page)

    for opener in ("Members", "About this room"):
        await page.get_by_role("button", name=opener).click()
        await expect_accessible(page)
    await page.get_by_role("button", name="How this room is kept safe").click()
    await expect_accessible(page)
    await page.keyboard.press("Escape")
    await page.get_by_role("log").focus()
    await page.keyboard.press("?")
    await expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    await expect_accessible(page)
    await page.keyboard.press("Escape")
    await message(page, "A new one").hover()
    await message(page, "A new one").get_by_role("button", name="More").click()
    await expect_accessible(page)


async def test_the_door_and_an_empty_place_have_no_violation(talked: Cast, open_as: OpenAs) -> None:
    sam = await open_as(talked.sam, "/rooms/harbour/join/")
    await expect_accessible(sam)
    finn = await open_as(talked.finn, "/rooms/lounge/join/")
    await expect_accessible(finn)


async def test_everything_is_reached_by_the_keyboard_alone(talked: Cast, open_as: OpenAs) -> None:
    page = await open_as(talked.finn, HARBOUR)
    await goes_live(page)
    await is_cleared(await say(page, "Mine to change"))

    await page.get_by_role("log").focus()
    await page.keyboard.press("End")
    await expect(message(page, "Mine to change")).to_be_focused()
    await page.keyboard.press("e")
    await expect(box(page)).to_be_focused()
    await expect(box(page)).to_have_value("Mine to change")
    await page.keyboard.press("Escape")
    await expect(box(page)).to_have_value("")

    await page.get_by_role("log").focus()
    await page.keyboard.press("Home")
    await expect(message(page, "Is the ferry running?")).to_be_focused()
    await page.keyboard.press("ArrowDown")
    await expect(message(page, "It is.")).to_be_focused()
    await page.keyboard.press("r")
    await expect(page.get_by_text("Replying to Rex")).to_be_visible()
    await page.keyboard.press("Escape")

    await page.get_by_role("log").focus()
    await page.keyboard.press("End")
    await page.keyboard.press("Enter")
    await expect(page.locator("message-menu").get_by_role("button", name="Reply")).to_be_focused()
    await page.keyboard.press("ArrowUp")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog", name="Delete this message?")).to_be_visible()
    await page.keyboard.press("Escape")


async def test_new_messages_are_announced_politely_and_without_their_text(
    talked: Cast, open_as: OpenAs
) -> None:
    mara, finn = await open_as(talked.mara, HARBOUR), await open_as(talked.finn, HARBOUR)
    await goes_live(mara)
    await goes_live(finn)

    await is_cleared(await say(mara, "Something said"))

    spoken = finn.locator("message-list [role=status]")
    await expect(spoken).to_have_text("New message from Mara")
    assert await finn.get_by_role("log").get_attribute("aria-live") == "off"


async def test_a_phone_shows_one_pane_with_the_way_back_to_the_rooms(talked: Cast, open_as: OpenAs) -> None:
    page = await open_as(talked.mara, HARBOUR, phone=True)
    await goes_live(page)

    await expect(page.get_by_role("navigation", name="Rooms")).to_be_hidden()
    await expect(box(page)).to_be_in_viewport()
    await page.get_by_role("button", name="Members").click()
    await expect(page.get_by_role("heading", name="Members")).to_be_visible()
    await page.get_by_role("button", name="Close").click()
    await page.get_by_role("link", name="All rooms").click()
    await expect(page.get_by_role("heading", name="Your rooms")).to_be_visible()


async def test_a_long_press_opens_what_can_be_done_with_a_message(talked: Cast, open_as: OpenAs) -> None:
    page = await open_as(talked.mara, HARBOUR, phone=True)
    await goes_live(page)

    await _press_long(page, "A new one")

    await expect(page.locator("message-menu").get_by_role("button", name="Report")).to_be_visible()


async def test_a_finger_finds_every_control(talked: Cast, open_as: OpenAs) -> None:
    page = await open_as(talked.mara, HARBOUR, phone=True)
    await goes_live(page)

    small = await page.evaluate(
        """() => [...document.querySelectorAll("header :is(a, button), .composer button")]
            .filter((one) => one.checkVisibility())
            .map((one) => [one.getBoundingClientRect(), one.title || one.textContent.trim()])
            .filter(([at]) => at.height < 44)
            .map(([at, name]) => `${name}: ${at.width} x ${at.height}`)"""
    )

    assert small == []


async def test_the_box_grows_to_eight_lines_and_counts_near_the_limit(talked: Cast, open_as: OpenAs) -> None:
    page = await open_as(talked.mara, HARBOUR)
    await goes_live(page)

    one = await box(page).evaluate("box => box.clientHeight")
    await box(page).fill("line\n" * 30)
    many = await box(page).evaluate("box => box.clientHeight")
    assert 5 * one < many < 9 * one
    await expect(page.locator("[data-part=counter]")).to_be_hidden()
    await box(page).fill("x" * 3990)
    await expect(page.locator("[data-part=counter]")).to_have_text("3,990 of 4,000")
    await box(page).fill("x" * 4001)
    await expect(page.get_by_role("button", name="Send")).to_be_disabled()


@pytest.mark.parametrize("scripts", [True, False])
async def test_a_very_long_message_is_folded_until_it_is_wanted(
    talked: Cast, open_as: OpenAs, scripts: bool
) -> None:
    long = "\n".join(f"Line {number} of a long story" for number in range(40))
    await in_database(
        lambda: MessageFactory.create(
            room=talked.harbour, author=talked.finn, body=long, body_html=long.replace("\n", "<br>\n")
        )
    )
    page = await open_as(talked.mara, HARBOUR, scripts=scripts)

    story = message(page, "Line 39 of a long story")
    folded = (await story.bounding_box() or {"height": 0})["height"]
    await story.locator("summary").press("Enter")

    await expect(story.get_by_text("Show less")).to_be_visible()
    assert (await story.bounding_box() or {"height": 0})["height"] > 2 * folded
    await story.locator("summary").click()
    await expect(story.get_by_text("Show all (40 lines)")).to_be_visible()


async def test_a_long_text_that_is_pasted_can_become_a_block_of_code(talked: Cast, open_as: OpenAs) -> None:
    page = await open_as(talked.mara, HARBOUR)
    await goes_live(page)
    log = "\n".join(f"{number} ok" for number in range(20))

    await box(page).fill("It says: ")
    await box(page).evaluate(
        """(box, text) => {
          const clipboardData = new DataTransfer();
          clipboardData.setData("text/plain", text);
          box.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true }));
          document.execCommand("insertText", false, text);
        }""",
        log,
    )
    await page.get_by_role("button", name="Make it code").click()

    await expect(box(page)).to_have_value(f"It says: \n```\n{log}\n```\n")
    await expect(page.get_by_role("button", name="Make it code")).to_be_hidden()
    await box(page).press("Enter")
    await is_cleared(message(page, "19 ok"))
    await expect(message(page, "19 ok").get_by_text("Show all (21 lines)")).to_be_visible()
    await expect(message(page, "19 ok").locator("pre")).to_contain_text("7 ok")


@pytest.mark.parametrize(("phone", "dark"), [(False, False), (True, True)])
async def test_pictures_of_the_room_for_the_documents(
    talked: Cast, open_as: OpenAs, phone: bool, dark: bool
) -> None:
    page = await open_as(talked.mara, HARBOUR, phone=phone, dark=dark)
    await goes_live(page)
    await expect(page).to_have_title(re.compile("Harbour"))

    await picture(page, f"room-{'phone' if phone else 'desktop'}-{'dark' if dark else 'light'}")


async def _press_long(page: Page, text: str) -> None:
    """A finger that stays."""
    target = message(page, text).locator("[data-part=body]")
    await target.dispatch_event("pointerdown", {"pointerType": "touch", "clientX": 90, "clientY": 300})
    await expect(message(page, text)).to_have_attribute("data-active", "")
    await target.dispatch_event("pointerup", {"pointerType": "touch"})
