"""The room's page in the hands of a person: what they do there, and where to look for what they see."""

from playwright.async_api import Locator, Page, expect

from accounts.models import Person
from common.clock import now
from common.database import in_database
from rooms.models import Membership, Message, Room
from tests.browser.conftest import OpenAs
from tests.cast import Cast
from tests.clients import DEADLINE_S
from tests.factories import MessageFactory

HARBOUR = "/rooms/harbour/"

# Chromium, the site and the judge share a small machine.
expect.set_options(timeout=DEADLINE_S * 1000)


async def goes_live(page: Page) -> None:
    """The page is joined to the room by its socket."""
    await expect(page.locator("chat-room[data-live]")).to_be_attached()


def box(page: Page) -> Locator:
    """Where one writes."""
    return page.get_by_role("textbox", name="Message to")


async def say(page: Page, text: str) -> Locator:
    """Write and send; the message in one's own log."""
    await box(page).fill(text)
    await box(page).press("Enter")
    return message(page, text)


def message(page: Page, text: str) -> Locator:
    """The message in the log that says this."""
    return page.locator(".message", has=page.locator("[data-part=body]", has_text=text))


async def is_cleared(own: Locator) -> None:
    """Its author sees that others can see it."""
    await expect(own).to_have_attribute("data-state", "visible")


async def choose(page: Page, target: Locator, act: str) -> None:
    """Open what can be done with a message, and choose."""
    await target.hover()
    await target.get_by_role("button", name="More").click()
    await page.locator("message-menu").get_by_role("button", name=act).click()


async def count_stored(body: str) -> int:
    """How many messages of this text there are."""
    return await in_database(Message.objects.filter(body=body).count)


async def both(open_as: OpenAs, cast: Cast) -> tuple[Page, Page]:
    """Mara and Finn in the harbour."""
    mara, finn = await open_as(cast.mara, HARBOUR), await open_as(cast.finn, HARBOUR)
    await goes_live(mara)
    await goes_live(finn)
    return mara, finn


def fill(room: Room, author: Person, count: int) -> None:
    """Messages that everybody has read."""
    for number in range(count):
        MessageFactory.create(room=room, author=author, body=f"message number {number}.", sent_at=now())
    Membership.objects.filter(room=room).update(last_read_position=room.last_position)
