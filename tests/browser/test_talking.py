"""People talk in a room: two browsers, the real site, the real judge."""

import re

import pytest
from playwright.async_api import Page, expect

from accounts.models import Person
from common.clock import now
from common.database import in_database
from rooms.models import Membership, Message, Room
from rooms.services.memberships import remove_member
from rooms.services.rooms import change_room
from tests.browser.conftest import OpenAs
from tests.browser.talk import (
    HARBOUR,
    box,
    choose,
    count_stored,
    goes_live,
    is_cleared,
    message,
    say,
)
from tests.cast import Cast
from tests.factories import MessageFactory

pytestmark = [pytest.mark.live, pytest.mark.browser]


async def both(open_as: OpenAs, cast: Cast) -> tuple[Page, Page]:
    """Mara and Finn in the harbour."""
    mara, finn = await open_as(cast.mara, HARBOUR), await open_as(cast.finn, HARBOUR)
    await goes_live(mara)
    await goes_live(finn)
    return mara, finn


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
    await in_database(_fill, committed_cast.harbour, committed_cast.rex, 120)
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
    await in_database(_fill, committed_cast.harbour, committed_cast.rex, 160)
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
    await in_database(_fill, committed_cast.harbour, committed_cast.rex, 160)
    old = await in_database(Message.objects.get, position=20)

    finn = await open_as(committed_cast.finn, f"{HARBOUR}messages/{old.public_id}/")

    await expect(finn.locator(f"#m-{old.public_id}")).to_be_in_viewport()
    await finn.get_by_role("button", name="To the newest messages").click()
    await expect(message(finn, "message number 159.")).to_be_in_viewport()


# --- when something is in the way ---


async def test_what_was_written_offline_is_kept_and_sent_once(committed_cast: Cast, open_as: OpenAs) -> None:
    mara, finn = await both(open_as, committed_cast)

    await mara.context.set_offline(True)
    own = await say(mara, "Written in the tunnel")
    await box(mara).press_sequentially("and a thought not finished")
    await expect(mara.get_by_text("Reconnecting")).to_be_visible()
    await expect(own).to_have_attribute("data-state", "sending")
    await mara.context.set_offline(False)

    await is_cleared(own)
    await expect(message(finn, "Written in the tunnel")).to_have_count(1)
    await expect(mara.get_by_text("Reconnecting")).to_be_hidden()
    await expect(box(mara)).to_have_value("and a thought not finished")
    assert await count_stored("Written in the tunnel") == 1


async def test_a_reload_keeps_the_draft_and_what_was_not_sent(committed_cast: Cast, open_as: OpenAs) -> None:
    mara, _finn = await both(open_as, committed_cast)
    # The page is there, the socket is not.
    await mara.context.route_web_socket("**/ws/", lambda socket: socket.close())
    await mara.reload()
    own = await say(mara, "Waiting for the network")
    await expect(own).to_have_attribute("data-state", "sending")
    await box(mara).press_sequentially("half a sentence")

    await mara.context.unroute_all()
    again = await mara.context.new_page()
    await mara.reload()

    await expect(box(mara)).to_have_value("half a sentence")
    await expect(message(mara, "Waiting for the network")).to_have_count(1)
    await again.close()


async def test_a_nudge_marks_the_words_and_lets_them_be_changed(
    committed_cast: Cast, open_as: OpenAs
) -> None:
    mara, finn = await both(open_as, committed_cast)

    await box(mara).fill("This fucking rain again")
    await box(mara).press("Enter")
    await expect(mara.get_by_role("alert").locator("mark")).to_have_text("fucking")
    await mara.get_by_role("button", name="Change it").click()
    await expect(box(mara)).to_have_value("This fucking rain again")
    await box(mara).fill("This dreadful rain again")
    await box(mara).press("Enter")

    await expect(message(finn, "This dreadful rain again")).to_be_visible()
    assert await count_stored("This fucking rain again") == 0


async def test_slow_mode_counts_down_in_the_button_and_keeps_the_text(
    committed_cast: Cast, open_as: OpenAs
) -> None:
    await in_database(Room.objects.filter(pk=committed_cast.harbour.pk).update, slow_mode_s=900)
    finn = await open_as(committed_cast.finn, HARBOUR)
    await goes_live(finn)
    await is_cleared(await say(finn, "The first one"))

    await box(finn).fill("The second one")
    await box(finn).press("Enter")

    await expect(finn.get_by_role("button", name="Send")).to_be_disabled()
    await expect(finn.get_by_role("button", name="Send")).to_contain_text(re.compile(r"8\d\d s"))
    await expect(box(finn)).to_have_value("The second one")


async def test_changes_of_the_room_reach_the_open_page(committed_cast: Cast, open_as: OpenAs) -> None:
    finn = await open_as(committed_cast.finn, HARBOUR)
    await goes_live(finn)

    await in_database(
        lambda: change_room(
            room=committed_cast.harbour, by=committed_cast.mara, topic="Only boats", is_read_only=True
        )
    )

    await expect(finn.locator(".conversation__topic")).to_have_text("Only boats")
    await expect(finn.get_by_text("Nobody but the room's hosts can write here")).to_be_visible()
    await expect(box(finn)).to_be_hidden()


async def test_whoever_is_put_out_keeps_nothing_of_the_room_on_the_screen(
    committed_cast: Cast, open_as: OpenAs
) -> None:
    mara, finn = await both(open_as, committed_cast)
    await is_cleared(await say(mara, "For members only"))
    await expect(message(finn, "For members only")).to_be_visible()

    await in_database(
        lambda: remove_member(
            room=committed_cast.harbour, person=committed_cast.finn, until=None, by=committed_cast.mara
        )
    )

    await expect(finn.get_by_text("You were removed from this room")).to_be_visible()
    await expect(finn.locator(".message")).to_have_count(0)
    assert "For members only" not in await finn.content()


async def test_whoever_grows_too_young_for_the_room_keeps_nothing_of_it(
    committed_cast: Cast, open_as: OpenAs
) -> None:
    mara, finn = await both(open_as, committed_cast)
    await is_cleared(await say(mara, "Soon for adults"))
    await expect(message(finn, "Soon for adults")).to_be_visible()

    await in_database(
        lambda: change_room(room=committed_cast.harbour, by=committed_cast.mara, minimum_age=16)
    )

    await expect(finn.get_by_text("people of 16 and older")).to_be_visible()
    assert "Soon for adults" not in await finn.content()


async def test_signing_out_elsewhere_leads_to_signing_in_and_back(
    committed_cast: Cast, open_as: OpenAs
) -> None:
    mara = await open_as(committed_cast.mara, HARBOUR)
    await goes_live(mara)

    other = await mara.context.new_page()
    await other.goto("/")
    await other.get_by_role("button", name="Your menu").click()
    await other.get_by_role("button", name="Sign out").click()

    await expect(mara).to_have_url(re.compile(r"/accounts/login/\?next=%2Frooms%2Fharbour%2F"))


async def test_leaving_now_forgets_drafts(committed_cast: Cast, open_as: OpenAs) -> None:
    mara = await open_as(committed_cast.mara, HARBOUR)
    await goes_live(mara)
    await box(mara).fill("Nobody must see this draft")
    assert "draft" in await mara.evaluate("JSON.stringify(localStorage)")

    await mara.get_by_role("button", name="Leave now").click()

    await mara.wait_for_url(lambda url: HARBOUR not in url)
    await mara.goto("/measures/")
    assert "draft" not in await mara.evaluate("JSON.stringify({...sessionStorage, ...localStorage})")


# --- help ---


async def test_a_message_is_reported_in_two_taps_and_the_reporter_learns_what_comes(
    committed_cast: Cast, open_as: OpenAs
) -> None:
    await in_database(_fill, committed_cast.harbour, committed_cast.rex, 3)
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
    await in_database(_fill, committed_cast.harbour, committed_cast.rex, 3)
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
    await in_database(_fill, committed_cast.harbour, committed_cast.rex, 60)
    finn = await open_as(committed_cast.finn, HARBOUR, scripts=False)

    await expect(message(finn, "message number 59.")).to_be_visible()
    await expect(finn.get_by_role("button", name="Reply").first).to_be_hidden()
    await box(finn).fill("Hello from a plain browser")
    await finn.get_by_role("button", name="Send").click()

    await expect(message(finn, "Hello from a plain browser")).to_have_count(1)
    await finn.get_by_role("link", name="Earlier messages").click()
    await expect(message(finn, "message number 0.")).to_be_attached()


def _fill(room: Room, author: Person, count: int) -> None:
    """Messages that everybody has read."""
    for number in range(count):
        MessageFactory.create(room=room, author=author, body=f"message number {number}.", sent_at=now())
    Membership.objects.filter(room=room).update(last_read_position=room.last_position)
