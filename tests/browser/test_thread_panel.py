"""The thread that is open beside the room: its box keeps what was refused, its lines forget what is gone."""

import re

import pytest
from playwright.async_api import Locator, Page, Route, expect

from common.database import in_database
from rooms.models import Message, Room, Visibility
from rooms.services.memberships import remove_member
from rooms.services.messages import VisibilityChange, show_or_hide
from tests.browser.conftest import OpenAs
from tests.browser.pages import expect_accessible
from tests.browser.talk import HARBOUR, box, choose, count_stored, goes_live, message
from tests.cast import Cast
from tests.factories import MessageFactory

pytestmark = [pytest.mark.live, pytest.mark.browser]

ROPE = "Who brings the rope?"


@pytest.fixture
async def asked(committed_cast: Cast) -> Message:
    """Mara's question in the harbour."""
    cast = committed_cast
    return await in_database(MessageFactory.create, room=cast.harbour, author=cast.mara, body=ROPE)


async def in_its_thread(page: Page) -> Locator:
    """The panel, with the question's thread."""
    await goes_live(page)
    await choose(page, message(page, ROPE), "Thread")
    panel = page.get_by_role("complementary", name="Thread")
    await expect(panel.get_by_text(ROPE)).to_be_visible()
    return panel


async def hides(page: Page, said: Message) -> None:
    """A moderator hides it; the room shows that."""
    await in_database(show_or_hide, changes=[VisibilityChange(said.pk, Visibility.HIDDEN)])
    await expect(page.locator(f"#m-{said.public_id}")).to_have_attribute("data-state", "tombstone")


async def test_a_nudged_answer_comes_back_to_the_box_of_its_thread(
    committed_cast: Cast, asked: Message, open_as: OpenAs
) -> None:
    rex = await open_as(committed_cast.rex, HARBOUR)
    panel = await in_its_thread(rex)
    await box(rex).fill("A draft for everybody")

    await panel.get_by_role("textbox").fill("The fucking rope is wet")
    await panel.get_by_role("textbox").press("Enter")

    await expect(panel.get_by_role("alert").locator("mark")).to_have_text("fucking")
    await expect(panel.get_by_role("textbox")).to_have_value("The fucking rope is wet")
    await expect(box(rex)).to_have_value("A draft for everybody")
    await expect_accessible(rex)
    await panel.get_by_role("button", name="Change it").click()
    await expect(panel.get_by_role("textbox")).to_be_focused()
    assert await rex.evaluate("getSelection().toString()") == "fucking"
    await rex.keyboard.insert_text("dreadful")
    await panel.get_by_role("textbox").press("Enter")
    await expect(message(panel.page, "The dreadful rope is wet").last).to_be_visible()
    assert await count_stored("The fucking rope is wet") == 0


async def test_a_nudged_answer_can_be_sent_as_it_is_and_only_as_it_is(
    committed_cast: Cast, asked: Message, open_as: OpenAs
) -> None:
    rex = await open_as(committed_cast.rex, HARBOUR, dark=True)
    panel = await in_its_thread(rex)
    answer = panel.get_by_role("textbox")

    await answer.fill("The fucking rope")
    await panel.get_by_role("button", name="Answer").click()
    await expect(panel.get_by_role("alert")).to_be_visible()
    await expect_accessible(rex)
    await answer.press("End")
    await answer.press_sequentially(" is wet")
    await expect(panel.get_by_role("alert")).to_be_hidden()
    await panel.get_by_role("button", name="Answer").click()
    await panel.get_by_role("button", name="Send as it is").click()

    await expect(panel.locator(".message", has_text="The fucking rope is wet")).to_be_visible()
    await expect(answer).to_have_value("")


async def test_an_answer_that_comes_too_soon_comes_back_before_what_was_written_since(
    committed_cast: Cast, asked: Message, open_as: OpenAs
) -> None:
    await in_database(Room.objects.filter(slug="harbour").update, slow_mode_s=900)
    rex = await open_as(committed_cast.rex, HARBOUR)
    panel = await in_its_thread(rex)
    answer = panel.get_by_role("textbox")

    await answer.fill("I do")
    await answer.press("Enter")
    await expect(panel.locator(".message", has_text="I do")).to_be_visible()
    await rex.context.set_offline(True)
    await answer.fill("and a lock")
    await answer.press("Enter")
    await answer.fill("and a bell")
    await rex.context.set_offline(False)

    await expect(answer).to_have_value("and a lock\nand a bell")
    await expect(panel.get_by_text("one message at a time")).to_be_visible()
    await expect(box(rex)).to_have_value("")


async def test_an_answer_that_is_refused_after_its_thread_was_closed_waits_there(
    committed_cast: Cast, asked: Message, open_as: OpenAs
) -> None:
    rex = await open_as(committed_cast.rex, HARBOUR)
    panel = await in_its_thread(rex)

    await rex.context.set_offline(True)
    await panel.get_by_role("textbox").fill("The fucking rope is wet")
    await panel.get_by_role("textbox").press("Enter")
    await panel.get_by_role("button", name="Close").click()
    await rex.context.set_offline(False)

    await expect(rex.get_by_text("Your answer is kept in its thread")).to_be_visible()
    await expect(box(rex)).to_have_value("")
    await choose(rex, message(rex, ROPE).first, "Thread")
    await expect(panel.get_by_role("textbox")).to_have_value("The fucking rope is wet")


async def test_an_open_thread_forgets_what_is_hidden_and_closes_with_the_room(
    committed_cast: Cast, asked: Message, open_as: OpenAs
) -> None:
    cast = committed_cast
    answer = await in_database(
        MessageFactory.create,
        room=cast.harbour,
        author=cast.nora,
        body="Under the bench",
        reply_to=asked,
        thread_root=asked,
    )
    rex = await open_as(cast.rex, HARBOUR)
    panel = await in_its_thread(rex)
    await expect(panel.get_by_text("Under the bench")).to_be_visible()

    await hides(rex, answer)
    await expect(panel.locator(f"#t-{answer.public_id}")).to_have_attribute("data-state", "tombstone")
    assert "Under the bench" not in await rex.content()
    await in_database(remove_member, room=cast.harbour, person=cast.rex, until=None, by=cast.nora)

    await expect(rex.get_by_text("You were removed from this room")).to_be_visible()
    await expect(panel).to_have_count(0)
    assert ROPE not in await rex.content()


async def test_what_is_hidden_while_the_thread_is_loaded_is_not_shown(
    committed_cast: Cast, asked: Message, open_as: OpenAs
) -> None:
    rex = await open_as(committed_cast.rex, HARBOUR)
    await goes_live(rex)
    loaded: list[str] = []

    async def overtaken(route: Route) -> None:
        """The first answer of the server is on its way while a moderator hides the message."""
        response = await route.fetch()
        if not loaded:
            await hides(rex, asked)
        loaded.append(await response.text())
        await route.fulfill(response=response)

    await rex.route(re.compile(r"/threads/.*part"), overtaken)
    await choose(rex, message(rex, ROPE), "Thread")

    panel = rex.get_by_role("complementary", name="Thread")
    await expect(panel.locator(f"#t-{asked.public_id}")).to_have_attribute("data-state", "tombstone")
    assert ROPE in loaded[0]
    assert ROPE not in await rex.content()
