"""Chromium for the journeys: pages opened as people, at a desktop's or a phone's width, light or dark.

Every page is watched: an error in its console fails the test that opened it.
"""

import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from django.conf import settings
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, ViewportSize, async_playwright

from accounts.models import Person
from common.database import in_database
from tests.clients import Stack

DESKTOP = ViewportSize(width=1280, height=800)
PHONE = ViewportSize(width=390, height=844)

# Chromium talks to nobody but the page's own server; its sandbox needs a user that is not root.
_QUIET = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
]

OpenAs = Callable[..., Awaitable[Page]]


def chromium_path() -> str:
    """Where Chromium is; without it the tests are skipped, in CI they fail, both saying what to install."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    advice = "Chromium was not found: `apt-get install chromium` (Debian) or `brew install chromium` (macOS)."
    if os.environ.get("CI"):
        pytest.fail(advice)
    pytest.skip(advice)


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """A fresh headless Chromium."""
    async with async_playwright() as playwright:
        arguments = [*_QUIET, "--no-sandbox"] if os.geteuid() == 0 else _QUIET
        chromium = await playwright.chromium.launch(executable_path=chromium_path(), args=arguments)
        yield chromium
        await chromium.close()


@pytest.fixture
async def open_as(browser: Browser, stack: Stack) -> AsyncIterator[OpenAs]:
    """Pages as people: `await open_as(cast.mara, "/rooms/harbour/", phone=True)`; signed out: `None`."""
    troubles: list[str] = []
    contexts: list[BrowserContext] = []

    async def opened(
        person: Person | None,
        path: str = "/",
        *,
        phone: bool = False,
        dark: bool = False,
        scripts: bool = True,
    ) -> Page:
        context = await browser.new_context(
            base_url=stack.origin,
            viewport=PHONE if phone else DESKTOP,
            has_touch=phone,
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            java_script_enabled=scripts,
        )
        contexts.append(context)
        if person:
            cookie = await in_database(stack.sign_in, person)
            await context.add_cookies(
                [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": stack.origin}]
            )
        page = await context.new_page()
        page.on("console", lambda message: note(message, troubles))
        page.on("pageerror", lambda error: troubles.append(str(error)))
        await page.goto(path)
        return page

    yield opened
    for context in contexts:  # a page that keeps asking must not while tables are emptied
        await context.close()
    assert not troubles, troubles


def note(message: ConsoleMessage, troubles: list[str]) -> None:
    # A refusal or a gap that a test provokes is logged as a failed load; it is no fault of the page.
    provoked = ("Failed to load resource", "WebSocket connection to")
    if message.type == "error" and not any(words in message.text for words in provoked):
        troubles.append(message.text)
