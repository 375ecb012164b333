"""When something is in the way: no network, a reload, a nudge, slow mode, a room that shuts one out."""

import re

import pytest
from playwright.async_api import expect

from common.database import in_database
from rooms.models import Room
from rooms.services.memberships import remove_member
from rooms.services.rooms import change_room
from tests.browser.conftest import OpenAs
from tests.browser.talk import (
    HARBOUR,
    both,
    box,
    count_stored,
    goes_live,
    is_cleared,
    message,
    say,
)
from tests.cast import Cast

pytestmark = [pytest.mark.live, pytest.mark.browser]


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
