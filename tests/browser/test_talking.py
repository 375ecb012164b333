"""People talk in a room: two browsers, the real site, the real judge."""

import re

import pytest
from playwright.async_api import expect

from common.database import in_database
from rooms.models import Message
from tests.browser.conftest import OpenAs
from tests.browser.talk import (
    HARBOUR,
    both,
    box,
    choose,
    fill,
    goes_live,
    is_cleared,
    message,
    say,
)
from tests.cast import Cast

pytestmark = [pytest.mark.live, pytest.mark.browser]


async def test_what_one_says_the_other_reads_once_it_is_cleared(
    committed_cast: Cast, open_as: OpenAs
) -> None:
    mara, finn = await both(open_as, committed_cast)

    await say(mara, "The ferry runs again, **first boat at 7:40**")

    await is_cleared(message(mara, "first boat at 7:40"))
    await expect(message(finn, "first boat at 7:40")).to_have_count(1)
    await expect(message(finn, "first boat").locator("strong")).to_have_text("first boat at 7:40")
    await expect(box(mara)).to_have_value("")


async def test_a_message_is_changed_in_place_and_the_other_reads_the_new_text(
    committed_cast: Cast, open_as: OpenAs
) -> None:
    mara, finn = await both(open_as, committed_cast)
    await is_cleared(await say(mara, "See you at the peer"))
    await expect(message(finn, "See you at the peer")).to_be_visible()

    await box(mara).press("ArrowUp")
    await expect(box(mara)).to_have_value("See you at the peer")
    await box(mara).fill("See you at the pier")
    await box(mara).press("Enter")

    await expect(message(finn, "See you at the pier")).to_contain_text("edited")
    await expect(message(finn, "peer")).to_have_count(0)
    await expect(box(mara)).to_have_value("")


async def test_a_message_is_deleted_after_asking_and_leaves_no_words(
    committed_cast: Cast, open_as: OpenAs
) -> None:
    mara, finn = await both(open_as, committed_cast)
    own = await say(mara, "I should not have said this")
    await is_cleared(own)
    await expect(message(finn, "I should not")).to_be_visible()

    await choose(mara, own, "Delete")
    await mara.get_by_role("button", name="Keep it").click()
    await expect(own).to_be_visible()
    await choose(mara, own, "Delete")
    await mara.get_by_role("button", name="Delete it").click()

    for page in (mara, finn):
        await expect(page.get_by_text("Deleted by its author")).to_be_visible()
        assert "should not have said" not in await page.content()


async def test_a_reply_quotes_and_a_name_is_offered_while_writing(
    committed_cast: Cast, open_as: OpenAs
) -> None:
    mara, finn = await both(open_as, committed_cast)
    question = await say(mara, "Who brings the rope?")
    await is_cleared(question)

    await message(finn, "Who brings the rope?").hover()
    await message(finn, "Who brings the rope?").get_by_role("button", name="Reply").click()
    await expect(finn.get_by_text("Replying to Mara")).to_be_visible()
    await box(finn).press_sequentially("I do, @ma")
    await expect(finn.get_by_role("option", name="Mara")).to_be_visible()
    await box(finn).press("Enter")
    await box(finn).press_sequentially("and a lock")
    await box(finn).press("Enter")

    answer = message(mara, "I do, @Mara and a lock")
    await expect(answer.locator(".message__quote")).to_contain_text("Who brings the rope?")
    await expect(answer).to_have_class(re.compile("message--mention"))


async def test_a_quote_forgets_a_message_that_is_deleted(committed_cast: Cast, open_as: OpenAs) -> None:
    mara, finn = await both(open_as, committed_cast)
    question = await say(mara, "A secret slipped out")
    await is_cleared(question)
    await message(finn, "A secret slipped out").hover()
    await message(finn, "A secret slipped out").get_by_role("button", name="Reply").click()
    await is_cleared(await say(finn, "Careful"))

    await choose(mara, question, "Delete")
    await mara.get_by_role("button", name="Delete it").click()

    await expect(message(finn, "Careful")).to_contain_text("a message that is not shown")
    assert "secret slipped" not in await finn.content()


async def test_markup_and_bad_links_are_only_text(committed_cast: Cast, open_as: OpenAs) -> None:
    mara, finn = await both(open_as, committed_cast)

    await is_cleared(await say(mara, "<img src=x onerror=alert(1)> [press](javascript:alert(2)) <b>bold</b>"))

    shown = message(finn, "<img src=x onerror=alert(1)>")
    await expect(shown).to_contain_text("<b>bold</b>")
    assert await shown.locator("[data-part=body] :is(img, b, a, script)").count() == 0


async def test_new_messages_do_not_move_somebody_who_reads_further_up(
    committed_cast: Cast, open_as: OpenAs
) -> None:
    await in_database(fill, committed_cast.harbour, committed_cast.rex, 120)
    mara, finn = await both(open_as, committed_cast)
    read = message(finn, "message number 90.")
    await read.evaluate("item => item.scrollIntoView({ block: 'start' })")
    await expect(finn.get_by_role("button", name="To the newest messages")).to_be_visible()
    await expect(finn.get_by_role("log")).not_to_have_attribute("aria-busy", "true")
    place = await read.bounding_box()

    await is_cleared(await say(mara, "Something new"))
    await is_cleared(await say(mara, "And another thing"))

    pill = finn.get_by_role("button", name="2 new messages")
    await expect(pill).to_be_visible()
    await expect(finn).to_have_title(re.compile(r"^\(2\) Harbour"))
    assert await read.bounding_box() == place
    await pill.click()
    await expect(message(finn, "And another thing")).to_be_in_viewport()
    await expect(pill).to_be_hidden()
    await expect(finn).to_have_title(re.compile("^Harbour"))


async def test_scrolling_up_brings_the_whole_history_without_a_jump(
    committed_cast: Cast, open_as: OpenAs
) -> None:
    await in_database(fill, committed_cast.harbour, committed_cast.rex, 160)
    finn = await open_as(committed_cast.finn, HARBOUR)
    await goes_live(finn)
    log = finn.get_by_role("log")

    await log.hover()
    for first in (60, 10):
        await log.evaluate("log => { log.scrollTop = 400 }")
        await expect(message(finn, f"message number {first}.")).to_be_attached()
        assert await log.evaluate("log => log.scrollTop") > 400

    await log.evaluate("log => { log.scrollTop = 0 }")
    await expect(message(finn, "message number 0.")).to_be_attached()
    await expect(finn.get_by_text("This is the beginning of the room")).to_be_attached()


async def test_a_link_to_an_old_message_opens_the_room_at_it(committed_cast: Cast, open_as: OpenAs) -> None:
    await in_database(fill, committed_cast.harbour, committed_cast.rex, 160)
    old = await in_database(Message.objects.get, position=20)

    finn = await open_as(committed_cast.finn, f"{HARBOUR}messages/{old.public_id}/")

    await expect(finn.locator(f"#m-{old.public_id}")).to_be_in_viewport()
    await finn.get_by_role("button", name="To the newest messages").click()
    await expect(message(finn, "message number 159.")).to_be_in_viewport()


# --- help ---


async def test_a_message_is_reported_in_two_taps_and_the_reporter_learns_what_comes(
    committed_cast: Cast, open_as: OpenAs
) -> None:
    await in_database(fill, committed_cast.harbour, committed_cast.rex, 3)
    finn = await open_as(committed_cast.finn, HARBOUR)
    await goes_live(finn)

    await choose(finn, message(finn, "message number 1."), "Report")
    dialog = finn.get_by_role("dialog", name="Report a message")
    await dialog.get_by_label("Spam or a scam").check()
    await dialog.get_by_role("button", name="Send report").click()

    await expect(dialog).to_contain_text(re.compile("moderator", re.IGNORECASE))
    await expect(dialog.get_by_role("button", name="Send report")).to_have_count(0)


async def test_blocking_says_what_it_does_and_clears_their_messages(
    committed_cast: Cast, open_as: OpenAs
) -> None:
    await in_database(fill, committed_cast.harbour, committed_cast.rex, 3)
    finn = await open_as(committed_cast.finn, HARBOUR)
    await goes_live(finn)

    await choose(finn, message(finn, "message number 1."), "Block this person")
    dialog = finn.get_by_role("dialog", name="Block Rex?")
    await expect(dialog).to_contain_text("They are not told")
    await dialog.get_by_role("button", name="Block", exact=True).click()
    await expect(dialog.get_by_role("button", name="Unblock")).to_be_visible()
    await dialog.get_by_role("button", name="Close").click()

    await expect(finn.locator(".message")).to_have_count(0)


# --- without scripts ---


async def test_without_scripts_one_reads_and_posts(committed_cast: Cast, open_as: OpenAs) -> None:
    await in_database(fill, committed_cast.harbour, committed_cast.rex, 60)
    finn = await open_as(committed_cast.finn, HARBOUR, scripts=False)

    await expect(message(finn, "message number 59.")).to_be_visible()
    await expect(finn.get_by_role("button", name="Reply").first).to_be_hidden()
    await box(finn).fill("Hello from a plain browser")
    await finn.get_by_role("button", name="Send").click()

    await expect(message(finn, "Hello from a plain browser")).to_have_count(1)
    await finn.get_by_role("link", name="Earlier messages").click()
    await expect(message(finn, "message number 0.")).to_be_attached()
