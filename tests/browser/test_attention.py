"""What waits elsewhere and what is kept: badges by the socket, rooms that are muted, marks, drafts."""

import pytest
from django.conf import settings
from playwright.async_api import expect

from common.database import in_database
from tests.browser.conftest import OpenAs
from tests.browser.pages import expect_accessible, picture
from tests.browser.talk import HARBOUR, box, choose, goes_live, is_cleared, message, say
from tests.cast import Cast
from tests.clients import Stack

pytestmark = [pytest.mark.live, pytest.mark.browser]

LOUNGE = "/rooms/lounge/"


async def test_a_badge_comes_by_the_socket_and_goes_when_the_room_is_read(
    committed_cast: Cast, open_as: OpenAs
) -> None:
    rex, mara = await open_as(committed_cast.rex, HARBOUR), await open_as(committed_cast.mara, LOUNGE)
    await goes_live(rex)
    await goes_live(mara)

    await say(mara, "@Rex, good evening")
    await is_cleared(message(mara, "good evening"))

    await expect(rex.locator(".rail__room", has_text="Lounge")).to_contain_text("1 mentions of you")
    await expect(rex).to_have_title("(1) Harbour · Wardroom")
    await expect(rex.locator("toast-region")).to_contain_text("Somebody spoke to you in Lounge")
    await expect_accessible(rex)
    await picture(rex, "badges")

    await rex.get_by_role("link", name="Lounge").click()
    await goes_live(rex)
    await expect(rex.locator("#first-unread")).to_be_visible()
    await choose(rex, message(rex, "good evening"), "Keep unread from here")
    await expect(rex.locator("toast-region")).to_contain_text("Kept as unread")
    await rex.get_by_role("link", name="Harbour").click()
    await expect(rex.locator(".rail__room", has_text="Lounge")).to_contain_text("1 mentions of you")

    await rex.get_by_role("button", name="Mark all as read").click()
    await expect(rex.locator(".rail .count")).to_have_count(0)


async def test_the_front_page_counts_what_comes_without_a_reload(
    committed_cast: Cast, open_as: OpenAs
) -> None:
    rex, mara = await open_as(committed_cast.rex, "/"), await open_as(committed_cast.mara, LOUNGE)
    await expect(rex.locator("live-rooms[data-live]")).to_have_count(1)
    await goes_live(mara)

    await say(mara, "@Rex, good evening")
    await is_cleared(message(mara, "good evening"))

    await expect(rex.locator(".room-row", has_text="Lounge")).to_contain_text("1 mentions of you")
    await expect(rex).to_have_title("(1) Your rooms · Wardroom")
    await expect_accessible(rex)
    await rex.get_by_role("button", name="Mark all as read").click()
    await expect(rex.locator(".room-row .count")).to_have_count(0)


async def test_a_muted_room_is_silent(committed_cast: Cast, open_as: OpenAs) -> None:
    rex, mara = await open_as(committed_cast.rex, LOUNGE), await open_as(committed_cast.mara, LOUNGE)
    await goes_live(mara)

    await rex.get_by_role("button", name="About this room").click()
    await rex.get_by_label("nothing: the room is muted").check()
    await rex.get_by_role("button", name="Save").click()
    await rex.goto(HARBOUR)
    await goes_live(rex)
    await say(mara, "@Rex, hello there")
    await is_cleared(message(mara, "hello"))

    await expect(rex.locator(".rail__room", has_text="Lounge")).to_contain_text("muted")
    await rex.reload()
    await goes_live(rex)
    await expect(rex.locator(".rail .count")).to_have_count(0)


async def test_what_was_being_written_waits_in_its_room(committed_cast: Cast, open_as: OpenAs) -> None:
    mara = await open_as(committed_cast.mara, HARBOUR)
    await goes_live(mara)
    own = await say(mara, "as it was")
    await is_cleared(own)
    await box(mara).fill("half a thought")
    await choose(mara, own, "Edit")
    await expect(box(mara)).to_have_value("as it was")
    await box(mara).fill("as it should be")

    await mara.goto(LOUNGE)
    await expect(box(mara)).to_have_value("")
    await mara.goto(HARBOUR)
    await expect(mara.get_by_text("Editing your message")).to_be_visible()
    await expect(box(mara)).to_have_value("as it should be")
    await box(mara).press("Escape")
    await expect(box(mara)).to_have_value("half a thought")


async def test_what_was_being_written_is_there_in_another_tab_and_for_nobody_else(
    committed_cast: Cast, open_as: OpenAs, stack: Stack
) -> None:
    mara = await open_as(committed_cast.mara, HARBOUR)
    await box(mara).fill("half a thought")
    another_tab = await mara.context.new_page()
    await another_tab.goto(HARBOUR)
    await expect(box(another_tab)).to_have_value("half a thought")
    cookie = await in_database(stack.sign_in, committed_cast.finn)
    await mara.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": stack.origin}]
    )
    await another_tab.goto(HARBOUR)
    await goes_live(another_tab)
    await expect(box(another_tab)).to_have_value("")
    assert "thought" not in await another_tab.evaluate("JSON.stringify(localStorage)")


async def test_signing_out_forgets_what_was_being_written(committed_cast: Cast, open_as: OpenAs) -> None:
    mara = await open_as(committed_cast.mara, HARBOUR)
    await box(mara).fill("nobody else's business")

    await mara.get_by_role("button", name="Your menu").click()
    await mara.get_by_role("button", name="Sign out").click()

    await expect(mara.get_by_text("You are signed out.")).to_be_visible()
    assert "business" not in await mara.evaluate("JSON.stringify({...localStorage, ...sessionStorage})")


async def test_one_sees_who_is_here_and_who_writes(committed_cast: Cast, open_as: OpenAs) -> None:
    mara, rex = await open_as(committed_cast.mara, LOUNGE), await open_as(committed_cast.rex, LOUNGE)
    await goes_live(mara)
    await goes_live(rex)

    await mara.get_by_role("button", name="Members").click()
    await expect(mara.locator('[data-company="here"]')).to_have_text("2 here now")
    await expect(mara.locator(".person", has_text="Rex").get_by_title("here now")).to_be_visible()
    await expect(mara.locator(".person", has_text="Nora").get_by_title("here now")).to_be_hidden()
    await box(rex).press_sequentially("I wonder whether", delay=20)
    await expect(mara.get_by_text("Rex is writing…")).to_be_visible()
    await expect_accessible(mara)
    await picture(mara, "presence")

    await rex.close()
    await expect(mara.locator('[data-company="here"]')).to_have_text("1 here now")
    await expect(mara.get_by_text("Rex is writing…")).to_be_hidden()


@pytest.mark.parametrize("path", ["/me/preferences/", "/me/notifications/"])
@pytest.mark.parametrize("phone", [False, True])
async def test_the_pages_of_ones_own_wishes_are_accessible(
    committed_cast: Cast, open_as: OpenAs, path: str, phone: bool
) -> None:
    mara = await open_as(committed_cast.mara, path, phone=phone, dark=phone)

    await expect(mara.get_by_role("button", name="Save")).to_be_visible()
    await expect_accessible(mara)
    await picture(mara, f"wishes-{path.split('/')[2]}-{'phone' if phone else 'desktop'}")
