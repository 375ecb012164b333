"""Every component in every state, in a real browser: accessible, within its width, both schemes, keyboard.

Django's test client renders the pages with all middlewares, so with the real policy headers, and the browser
gets them without a server in between; styles and scripts come from static/.
"""

import asyncio
import itertools
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import cast
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client, override_settings
from playwright.async_api import Browser, Page, Route, expect

from tests.browser.conftest import DESKTOP, PHONE, note
from tests.browser.pages import expect_accessible

ORIGIN = "http://localhost:8000"
KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
STATES = [
    "/states/pieces/",
    "/states/messages/",
    "/states/judging/",
    "/accounts/login/",
    "/accounts/password/reset/",
    "/birth-date/",
    "/measures/",
    "/nowhere/",
]

pytestmark = pytest.mark.browser
OpenState = Callable[..., Awaitable[Page]]


@pytest.fixture
async def open_state(browser: Browser) -> AsyncIterator[OpenState]:
    """A page drawn at a desktop's or a phone's width, light or dark, in a language of either direction."""
    troubles: list[str] = []

    async def opened(path: str, *, phone: bool = False, dark: bool = False, language: str = "en") -> Page:
        context = await browser.new_context(
            viewport=PHONE if phone else DESKTOP,
            has_touch=phone,
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            extra_http_headers={"Accept-Language": language},
        )
        page = await context.new_page()
        page.on("console", lambda message: note(message, troubles))
        page.on("pageerror", lambda error: troubles.append(str(error)))
        await page.route("**/*", _serve)
        await page.goto(ORIGIN + path)
        return page

    with override_settings(
        ROOT_URLCONF="tests.browser.states.urls",
        ALLOWED_HOSTS=["localhost"],
        LANGUAGES=[*settings.LANGUAGES, ("ar", "العربية")],  # the site has none from right to left yet
    ):
        yield opened
    assert not troubles, troubles


async def _serve(route: Route) -> None:
    path = urlsplit(route.request.url).path
    if path.startswith(settings.STATIC_URL):
        file = settings.BASE_DIR / "static" / path.removeprefix(settings.STATIC_URL)
        await route.fulfill(body=file.read_bytes(), content_type=KINDS[file.suffix])
        return
    answer = await asyncio.to_thread(_answer, route)
    await route.fulfill(status=answer.status_code, body=answer.content, headers=dict(answer.headers))


def _answer(route: Route) -> HttpResponse:
    request = route.request
    url = urlsplit(request.url)
    answer = Client().generic(
        request.method,
        f"{url.path}?{url.query}",
        request.post_data_buffer or b"",
        content_type=request.headers.get("content-type", ""),
        headers={**request.headers, "host": url.netloc},
    )
    return cast("HttpResponse", answer)


async def _sticking_out(page: Page) -> list[str]:
    """What makes the page wider than the window, if anything does."""
    wide = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
      [...document.querySelectorAll("body *")]
        .filter((element) => element.getBoundingClientRect().right > innerWidth + 1)
        .map((element) => element.outerHTML.slice(0, 100))"""
    return list(await page.evaluate(wide))


@pytest.mark.parametrize("path", STATES)
async def test_every_state_is_accessible_and_fits_at_both_widths_in_both_schemes(
    open_state: OpenState, path: str
) -> None:
    for phone, dark in itertools.product((False, True), repeat=2):
        page = await open_state(path, phone=phone, dark=dark)

        await expect_accessible(page)
        assert not await _sticking_out(page)


@pytest.mark.parametrize("path", ["/states/pieces/", "/states/messages/", "/states/judging/"])
async def test_the_page_turns_round_where_text_runs_from_right_to_left(
    open_state: OpenState, path: str
) -> None:
    page = await open_state(path, language="ar")

    leave = await page.get_by_role("button", name="Leave now").bounding_box()
    assert leave
    assert leave["x"] < DESKTOP["width"] / 4
    assert not await _sticking_out(page)


async def test_a_chosen_appearance_stays_and_the_server_draws_it(open_state: OpenState) -> None:
    page = await open_state("/states/pieces/")
    await page.get_by_role("button", name="Your menu").click()

    await page.get_by_role("button", name="Dark").click()
    await page.reload()

    await expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    await page.get_by_role("button", name="Your menu").click()
    await page.get_by_role("button", name="System").click()
    await page.reload()
    assert await page.locator("html").get_attribute("data-theme") is None


async def test_the_first_tab_reaches_the_content(open_state: OpenState) -> None:
    page = await open_state("/states/pieces/")

    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    await page.keyboard.press("Enter")

    await expect(page.locator("#main")).to_be_focused()


async def test_a_dialog_opens_by_keyboard_and_gives_focus_back(open_state: OpenState) -> None:
    page = await open_state("/states/pieces/")
    button = page.get_by_role("button", name="Open the dialog")

    await button.press("Enter")
    dialog = page.get_by_role("dialog", name="Report this message")
    await expect(dialog).to_be_visible()
    await page.keyboard.press("Escape")

    await expect(dialog).to_be_hidden()
    await expect(button).to_be_focused()


async def test_a_password_can_be_read_before_it_is_sent(open_state: OpenState) -> None:
    page = await open_state("/accounts/login/")
    password = page.get_by_label("Password", exact=True)
    await password.fill("correct horse")

    await page.get_by_role("button", name="Show the password").click()

    await expect(password).to_have_attribute("type", "text")


async def test_shift_for_capitals_does_not_leave_but_shift_three_times_does(open_state: OpenState) -> None:
    page = await open_state("/states/pieces/")
    box = page.get_by_label("Name")
    await box.focus()
    for letter in "SOS":
        await page.keyboard.press(f"Shift+{letter}")
    await expect(box).to_have_value("SOS")

    for _ in range(3):
        await page.keyboard.press("Shift")

    await expect(box).to_be_hidden()
    await expect(page).to_have_url(re.compile("/measures/$"))
    await expect(page).not_to_have_title(re.compile("Pieces|Wardroom"))
