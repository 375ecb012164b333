"""In Chromium: joining, the age gate, leaving now, blocking; every page about people is accessible."""

import asyncio
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.async_api import Page, Route, expect

from tests.browser.conftest import OpenAs
from tests.browser.pages import expect_accessible
from tests.cast import Cast
from tests.clients import DEADLINE_S
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)


async def tell_birth_date(page: Page, day: int, month: int, year: int) -> None:
    """Fill in the age screen."""
    for label, number in (("Day", day), ("Month", month), ("Year", year)):
        await page.get_by_label(label).fill(str(number))
    await page.get_by_role("button", name="Continue").click()


def code_mailed_to(address: str) -> str:
    """The code in the newest mail to an address: in development, mail goes into files."""
    mails = [mail.read_text() for mail in Path(str(settings.EMAIL_CONFIG["EMAIL_FILE_PATH"])).iterdir()]
    text = max(
        (mail for mail in mails if address in mail),
        key=lambda mail: re.search(r"^Date: .*$", mail, re.MULTILINE)[0],  # type: ignore[index]
    )
    found = re.search(r"^\s*([A-Z0-9]{4}-[A-Z0-9]{4})\s*$", text, re.MULTILINE)
    assert found, text
    return found.group(1)


async def test_somebody_joins_and_is_in(open_as: OpenAs, committed_cast: Cast) -> None:
    page = await open_as(None, "/")
    await page.get_by_role("link", name="Join").first.click()
    await tell_birth_date(page, 7, 3, 1994)

    await page.get_by_label("E-mail address").fill("elodie@example.org")
    await page.get_by_label("Name").fill("Elodie")
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Join").click()
    await page.get_by_label("Code").fill(code_mailed_to("elodie@example.org"))
    await page.get_by_role("button", name="Go on").click()

    await page.goto(reverse("accounts:settings"))
    await expect(page.get_by_text("7 March 1994")).to_be_visible()


async def test_a_child_is_thanked_and_going_back_is_no_second_try(
    open_as: OpenAs, committed_cast: Cast
) -> None:
    page = await open_as(None, reverse("accounts:age"))
    await tell_birth_date(page, 7, 3, 2020)
    await expect(page.get_by_role("heading", name="Thank you for your interest")).to_be_visible()

    await page.go_back()
    await page.goto(reverse("accounts:age"))

    await expect(page.get_by_role("heading", name="Thank you for your interest")).to_be_visible()
    await page.goto(reverse("account_signup"))
    await expect(page.get_by_role("heading", name="Thank you for your interest")).to_be_visible()


async def test_leave_now_signs_out_and_nothing_comes_back(open_as: OpenAs, committed_cast: Cast) -> None:
    page = await open_as(committed_cast.mara, reverse("accounts:settings"))

    signed_out = asyncio.Event()

    async def to_the_server(route: Route) -> None:
        response = await route.fetch(max_redirects=0)
        signed_out.set()
        await route.fulfill(response=response)

    await page.route("**/leave/", to_the_server)

    await page.get_by_role("button", name="Leave now").click()
    await page.wait_for_url("**/measures/")
    async with asyncio.timeout(DEADLINE_S):
        await signed_out.wait()

    assert "Wardroom" not in await page.content()
    await page.goto(reverse("accounts:settings"))
    await expect(page).to_have_url(re.compile("/accounts/login/"))


async def test_leave_now_works_without_javascript(open_as: OpenAs, committed_cast: Cast) -> None:
    watched = await open_as(committed_cast.mara, reverse("accounts:settings"))
    browser = watched.context.browser
    assert browser is not None
    state = await watched.context.storage_state()
    plain = await browser.new_context(
        java_script_enabled=False, storage_state=state, base_url=re.sub(r"/me/$", "", watched.url)
    )
    page = await plain.new_page()
    await page.goto(reverse("accounts:settings"))

    await page.get_by_role("button", name="Leave now").click()

    await expect(page.get_by_role("heading", name="Kitchen measures")).to_be_visible()
    await page.goto(reverse("accounts:settings"))
    await expect(page).to_have_url(re.compile("/accounts/login/"))


async def test_somebody_is_blocked_from_their_page_and_unblocked_from_the_list(
    open_as: OpenAs, committed_cast: Cast
) -> None:
    rex = reverse("accounts:profile", args=[committed_cast.rex.public_id])
    page = await open_as(committed_cast.mara, rex, phone=True)

    await page.get_by_role("link", name="Block").click()
    await expect(page.get_by_text("They are not told")).to_be_visible()
    await page.get_by_role("button", name="Block").click()
    await expect(page.get_by_text("You have blocked Rex")).to_be_visible()

    await page.goto(reverse("accounts:blocks"))
    await page.get_by_role("button", name="Unblock").click()
    await expect(page.get_by_text("Nobody is blocked")).to_be_visible()


LOOKS = [(False, False), (True, True)]


async def looks_right(page: Page) -> None:
    """Nothing that axe objects to, and nothing wider than the screen."""
    await expect_accessible(page)
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(("phone", "dark"), LOOKS, ids=["desktop", "phone in the dark"])
async def test_pages_of_somebody_signed_out_are_accessible(open_as: OpenAs, phone: bool, dark: bool) -> None:
    for address in ("/accounts/login/", "/accounts/password/reset/", "/measures/", "/birth-date/"):
        await looks_right(await open_as(None, address, phone=phone, dark=dark))
    page = await open_as(None, "/birth-date/", phone=phone, dark=dark)
    await tell_birth_date(page, 31, 2, 1994)
    await looks_right(page)
    await tell_birth_date(page, 7, 3, 1994)
    await page.get_by_label("Name").fill("Admin")
    await page.get_by_label("E-mail address").fill("somebody@example.org")
    await page.get_by_label("Password", exact=True).fill("qwertyuiop")
    await page.get_by_role("button", name="Join").click()
    await expect(page.get_by_text("kept for the people who run the site")).to_be_visible()
    await looks_right(page)


@pytest.mark.parametrize(("phone", "dark"), LOOKS, ids=["desktop", "phone in the dark"])
async def test_pages_of_a_member_are_accessible(
    open_as: OpenAs, committed_cast: Cast, phone: bool, dark: bool
) -> None:
    profile = reverse("accounts:profile", args=[committed_cast.nora.public_id])
    addresses = [
        "/me/",
        "/me/sessions/",
        "/me/tokens/",
        "/me/blocks/",
        profile,
        f"{profile}block/",
        "/people/no/",
    ]

    for address in addresses:
        await looks_right(await open_as(committed_cast.mara, address, phone=phone, dark=dark))


@pytest.mark.parametrize(("phone", "dark"), LOOKS, ids=["desktop", "phone in the dark"])
async def test_administrators_pages_are_accessible(
    open_as: OpenAs, committed_cast: Cast, phone: bool, dark: bool
) -> None:
    page = await open_as(committed_cast.ada, "/accounts/reauthenticate/", phone=phone, dark=dark)
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    async with page.expect_navigation():
        await page.keyboard.press("Enter")

    person = reverse("accounts:person", args=[committed_cast.rex.public_id])
    for address in ("/site/ages/", "/site/ages/16/", "/site/ages/16/remove/", "/site/people/", person):
        await page.goto(address)
        await looks_right(page)
