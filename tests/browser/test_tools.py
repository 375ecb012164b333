"""What bots and tools need of pages: tokens, the interface's document, webhooks, in a real browser."""

import pytest
from django.urls import reverse
from playwright.async_api import expect

from accounts.services.sessions import create_token
from common.database import in_database
from moderation.models import WebhookDelivery
from moderation.services import webhooks
from tests.browser.conftest import OpenAs
from tests.browser.pages import expect_accessible
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.live]


def add_pager(cast: Cast) -> str:
    """A webhook with something in its log; its public id."""
    endpoint, _ = webhooks.add_webhook(
        name="duty pager", url="https://hooks.example.org/in", events=webhooks.EVENTS, by=cast.ada
    )
    webhooks.switch_webhook(endpoint=endpoint, is_on=False, by=cast.ada)
    webhooks.send_test(endpoint=endpoint, by=cast.ada)
    WebhookDelivery.objects.update(state="failed", attempts=11, status_code=503)
    return endpoint.public_id


@pytest.mark.parametrize(("phone", "dark"), [(False, False), (True, True)])
async def test_pages_for_tools_are_accessible(
    open_as: OpenAs, committed_cast: Cast, phone: bool, dark: bool
) -> None:
    cast = committed_cast
    await in_database(create_token, person=cast.ada, name="bot", scopes=["rooms:read"], expires_at=None)
    pager = await in_database(add_pager, cast)

    page = await open_as(cast.ada, reverse("accounts:tokens"), phone=phone, dark=dark)
    await expect_accessible(page)
    for address in (reverse("moderation:webhooks"), reverse("moderation:webhook", args=[pager])):
        await page.goto(address)
        await expect_accessible(page)


async def test_the_document_of_the_interface_opens_under_the_strict_policy(
    open_as: OpenAs, committed_cast: Cast
) -> None:
    page = await open_as(None, "/api/v1/docs")

    await expect(page.get_by_text("/api/v1/rooms/{room}/messages", exact=True).first).to_be_visible()
