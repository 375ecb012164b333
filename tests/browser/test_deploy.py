"""A deploy in the middle of a talk: a web process drains, another takes over, three browsers hardly notice.

They come through one address, as by a proxy, which leads to the new process once it is ready. Nora moderates:
the rule against floods leaves her alone.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

import pytest
from django.conf import settings
from django.db import connection
from playwright.async_api import Browser, Page, WebSocket, expect

from accounts.models import Person
from common.database import in_database
from config.embedded.ports import HOST
from rooms.models import Message
from tests.browser.talk import HARBOUR, box, goes_live, is_cleared, message, say
from tests.cast import Cast
from tests.clients import DEADLINE_S, Stack
from tests.faults.proxy import Line, line_to
from tests.servers import free_port, start_daphne

pytestmark = [pytest.mark.live, pytest.mark.browser]

# Of the time within which it is asked to come again, each browser waits this part: what Math.random gives it.
PARTS = {"nora": 0.2, "finn": 0.5, "rex": 0.8}

_WATCHED = """(part) => {
  Math.random = () => part;
  window.waited = [];
  const wait = window.setTimeout.bind(window);
  window.setTimeout = (act, ms, ...more) => { window.waited.push(ms); return wait(act, ms, ...more); };
}"""


@dataclass
class Sitting:
    """Somebody at their browser, and what its sockets heard of the deploy."""

    page: Page
    part: float
    sockets: list[WebSocket] = field(default_factory=list)
    asked_back: list[float] = field(default_factory=list)

    def watch(self, socket: WebSocket) -> None:
        """Note a socket, and within how many seconds it is asked to come again."""
        self.sockets.append(socket)
        socket.on("framereceived", self._heard)

    def _heard(self, text: str | bytes) -> None:
        frame = json.loads(text)
        if frame["type"] == "resync" and "retry_after_s" in frame:
            self.asked_back.append(frame["retry_after_s"])

    async def is_back(self) -> None:
        """At a socket of the new process."""
        async with asyncio.timeout(DEADLINE_S):
            while len(self.sockets) < 2 or not self.asked_back:  # noqa: ASYNC110 - heard by callbacks
                await asyncio.sleep(0.05)


class Site:
    """One address, and the web process it leads to."""

    def __init__(self, line: Line) -> None:
        self.origin = f"http://{HOST}:{line.own_port}"
        self._line = line
        self._running: list[AbstractContextManager[str]] = []

    async def starts(self) -> None:
        """Another process, to which whoever comes from now on is led."""
        port = free_port()
        process = start_daphne(
            database=connection.settings_dict["NAME"],
            port=port,
            WARDROOM_ORIGINS=self.origin,
            WARDROOM_DRAIN_S="3",
        )
        await asyncio.to_thread(process.__enter__)
        self._running.append(process)
        self._line.port = port

    async def stops_the_oldest(self) -> None:
        """SIGTERM, and wait for its end."""
        await asyncio.to_thread(self._running.pop(0).__exit__, None, None, None)

    async def stops(self) -> None:
        """Whatever runs."""
        while self._running:
            await self.stops_the_oldest()


@pytest.fixture
async def site(browser: Browser) -> AsyncIterator[Site]:
    """The address; a first process is behind it. Pages are closed before the last one ends."""
    async with line_to(0) as line:
        site = Site(line)
        try:
            await site.starts()
            yield site
        finally:
            for context in browser.contexts:
                await context.close()
            await site.stops()


async def sits_down(browser: Browser, site: Site, person: Person) -> Sitting:
    """Open the harbour as this person, and watch."""
    context = await browser.new_context(base_url=site.origin, reduced_motion="reduce")
    cookie = await in_database(Stack(site.origin).sign_in, person)
    await context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": site.origin}])
    sitting = Sitting(await context.new_page(), PARTS[person.name.lower()])
    await sitting.page.add_init_script(f"({_WATCHED})({sitting.part})")
    sitting.page.on("websocket", sitting.watch)
    await sitting.page.goto(HARBOUR)
    await goes_live(sitting.page)
    await sitting.page.evaluate("window.isTheSamePage = true")
    return sitting


@pytest.mark.usefixtures("stack")  # for its worker, which clears what is said
async def test_three_browsers_come_back_each_in_its_time_and_nothing_is_lost(
    committed_cast: Cast, browser: Browser, site: Site
) -> None:
    cast = committed_cast
    nora, finn, rex = sitting = [
        await sits_down(browser, site, person) for person in (cast.nora, cast.finn, cast.rex)
    ]
    await is_cleared(await say(nora.page, "Before the deploy"))
    for one in sitting:
        await expect(message(one.page, "Before the deploy")).to_be_visible()
    await box(finn.page).fill("half a sen")

    await site.starts()
    draining = asyncio.ensure_future(site.stops_the_oldest())
    said: list[str] = []
    while not draining.done():
        said.append(f"Nora counts {len(said) + 1} boats")
        await expect(await say(nora.page, said[-1])).to_have_count(1)
        await asyncio.sleep(0.3)
    await draining
    for one in sitting:
        await one.is_back()
    said.append("After the deploy")
    await say(rex.page, said[-1])

    for text in said:
        for one in sitting:
            await expect(message(one.page, text), f"{one.part}: {text}").to_have_count(1)
            await expect(message(one.page, text)).to_have_attribute("data-state", "visible")
    stored = await in_database(
        lambda: list(Message.objects.order_by("position").values_list("body", flat=True))
    )
    assert stored == ["Before the deploy", *said]
    await expect(box(finn.page)).to_have_value("half a sen")
    for one in sitting:
        await noticed_nothing(one)


async def noticed_nothing(one: Sitting) -> None:
    """The page is the same, says nothing any more, and has waited its own part of the time it was given."""
    assert await one.page.evaluate("window.isTheSamePage")
    await expect(one.page.get_by_text("Reconnecting")).to_be_hidden()
    await expect(one.page.get_by_role("alert").locator("visible=true")).to_have_count(0)
    waited = await one.page.evaluate("window.waited")
    assert one.asked_back[0] * 1000 * one.part in [pytest.approx(ms) for ms in waited]
