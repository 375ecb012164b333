"""A moderator's day in Chromium: reported, claimed, read, hidden, undone by keys alone; never two at once."""

import pytest
from playwright.async_api import Locator, Page, expect

from common.database import in_database
from moderation.models import Case, Decision
from moderation.services.cases import claim_case
from moderation.services.reports import report_message
from rooms.models import Message, Visibility
from tests.browser.conftest import OpenAs
from tests.browser.pages import expect_accessible, picture
from tests.cast import Cast
from tests.factories import MessageFactory

pytestmark = [pytest.mark.live, pytest.mark.browser]

SAID = "Nobody wants you on this boat, stay at home."


@pytest.fixture
def said(committed_cast: Cast) -> Message:
    """What Rex said in the harbour, between friendlier things."""
    cast = committed_cast
    for body in ("Is the ferry running today?", "Every hour until six."):
        MessageFactory.create(room=cast.harbour, author=cast.mara, body=body)
    said = MessageFactory.create(room=cast.harbour, author=cast.rex, body=SAID)
    MessageFactory.create(room=cast.harbour, author=cast.finn, body="Please stop.")
    return said


@pytest.fixture
def case(committed_cast: Cast, said: Message) -> Case:
    """Mara has reported it."""
    report = report_message(
        reporter=committed_cast.mara,
        room_public_id=said.room.public_id,
        message_public_id=said.public_id,
        reason="harassment",
        note="He does this every day.",
    )
    return report.case


def the_text(page: Page) -> Locator:
    return page.locator("#evidence .evidence__item--it").first.locator(".evidence__text")


async def press(page: Page, *keys: str) -> None:
    for key in keys:
        await page.keyboard.press(key)


async def test_reported_claimed_read_hidden_and_undone_by_keys_alone(
    stack: object, committed_cast: Cast, case: Case, said: Message, open_as: OpenAs
) -> None:
    page = await open_as(committed_cast.nora, "/moderation/")
    await press(page, "j", "Enter")
    await expect(page.get_by_role("heading", name="A message of Rex in Harbour")).to_be_visible()
    assert SAID not in await page.content()

    await press(page, "c")
    await expect(page.get_by_text("Yours, as long as this page is open.")).to_be_visible()
    await press(page, "r")
    await expect(the_text(page)).to_have_text(SAID)
    await press(page, "h")
    await expect(page.get_by_role("heading", name="Hide this message")).to_be_visible()
    await expect(page.get_by_label("Policy", exact=True)).to_be_focused()
    await picture(page, "queue")
    await press(page, "Control+Enter")

    await expect(page.locator("undo-bar")).to_contain_text("Hidden")
    assert await visibility(said) == Visibility.HIDDEN
    await press(page, "u")

    await expect(page.get_by_text("Yours, as long as this page is open.")).to_be_visible()
    assert await visibility(said) == Visibility.VISIBLE


async def visibility(message: Message) -> str:
    await in_database(message.refresh_from_db)
    return message.visibility


async def test_keys_mean_letters_while_one_types(
    stack: object, committed_cast: Cast, case: Case, open_as: OpenAs
) -> None:
    page = await open_as(committed_cast.nora, f"/moderation/cases/{case.public_id}/")
    await press(page, "c")
    await expect(page.locator("claim-lease[data-mine]")).to_be_visible()
    await press(page, "w")
    reason = page.get_by_label("Reason")
    await reason.fill("")
    await reason.press_sequentially("hush dear, come now")

    await expect(reason).to_have_value("hush dear, come now")
    await expect(page.get_by_role("heading", name="Warn this person")).to_be_visible()
    assert not await in_database(Decision.objects.exists)


async def test_single_keys_can_be_switched_off(
    stack: object, committed_cast: Cast, case: Case, open_as: OpenAs
) -> None:
    page = await open_as(committed_cast.nora, f"/moderation/cases/{case.public_id}/")
    await press(page, "?")
    await page.get_by_role("button", name="Turn single keys off").click()
    await press(page, "Escape", "c")

    await expect(page.get_by_role("button", name="Claim")).to_be_visible()
    await in_database(case.refresh_from_db)
    assert case.claimed_by_id is None


async def test_a_key_before_the_claim_says_what_to_do_first(
    stack: object, committed_cast: Cast, case: Case, open_as: OpenAs
) -> None:
    page = await open_as(committed_cast.nora, f"/moderation/cases/{case.public_id}/")

    await press(page, "h")

    await expect(page.get_by_role("status").get_by_text("Claim this case first: press c.")).to_be_visible()


async def test_taken_over_one_is_told_at_once_and_keeps_what_one_wrote(
    stack: object, committed_cast: Cast, case: Case, open_as: OpenAs
) -> None:
    nora = await open_as(committed_cast.nora, f"/moderation/cases/{case.public_id}/")
    await press(nora, "c")
    await expect(nora.locator("claim-lease[data-mine]")).to_be_visible()
    await press(nora, "h")
    await nora.get_by_label("Reason").fill("It hurts Finn, who is a child.")

    otis = await open_as(committed_cast.otis, f"/moderation/cases/{case.public_id}/")
    await expect(otis.get_by_text("Nora is working on this.")).to_be_visible()
    await press(otis, "c")
    await otis.get_by_role("button", name="Yes, take over").click()
    await expect(otis.locator("claim-lease[data-mine]")).to_be_visible()

    await expect(nora.get_by_text("Otis is working on this.")).to_be_visible(timeout=15_000)
    await expect(nora.get_by_label("Reason")).to_be_disabled()
    await expect(nora.get_by_label("Reason")).to_have_value("It hurts Finn, who is a child.")
    await nora.locator("summary", has_text="Take over").click()
    await nora.get_by_role("button", name="Yes, take over").click()
    await expect(nora.get_by_label("Reason")).to_be_enabled()
    await expect(nora.get_by_label("Reason")).to_have_value("It hurts Finn, who is a child.")


async def test_a_new_case_appears_in_the_list_by_itself(
    stack: object, committed_cast: Cast, said: Message, open_as: OpenAs
) -> None:
    nora = await open_as(committed_cast.nora, "/moderation/")
    await expect(nora.get_by_text("All clear")).to_be_visible()

    mara = await open_as(committed_cast.mara, f"/report/message/harbour/{said.public_id}/")
    await mara.get_by_label("Harassment or bullying").check()
    await mara.get_by_role("button", name="Send report").click()
    await expect(mara.get_by_text("What happens next")).to_be_visible()

    await expect(nora.get_by_text("A message of Rex in Harbour")).to_be_visible(timeout=15_000)
    await expect(nora).to_have_title("(1) Queue · Wardroom")


async def test_what_was_read_is_not_kept_in_the_browser(
    stack: object, committed_cast: Cast, case: Case, open_as: OpenAs
) -> None:
    page = await open_as(committed_cast.nora, "/moderation/")
    await press(page, "j", "Enter")
    await expect(page.get_by_role("button", name="Show the text")).to_be_visible()
    await press(page, "r")
    await expect(the_text(page)).to_have_text(SAID)
    await page.get_by_role("link", name="Next").click()
    await expect(page.get_by_text("Choose a case")).to_be_visible()
    await page.go_back()
    await expect(page.get_by_role("heading", name="A message of Rex in Harbour")).to_be_visible()

    kept = await page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert SAID not in kept
    assert SAID not in await page.content()


async def test_a_phone_shows_the_list_or_the_case(
    stack: object, committed_cast: Cast, case: Case, open_as: OpenAs
) -> None:
    page = await open_as(committed_cast.nora, "/moderation/", phone=True)
    row = page.get_by_role("link", name="A message of Rex in Harbour")
    await row.tap()
    await expect(page.get_by_role("heading", name="A message of Rex in Harbour")).to_be_visible()
    await expect(row).to_be_hidden()
    width = await page.evaluate("document.documentElement.scrollWidth")
    await page.get_by_role("link", name="Queue", exact=True).first.tap()

    await expect(row).to_be_visible()
    assert width == 390


async def test_the_person_reads_why_and_objects_and_another_moderator_answers(
    stack: object, committed_cast: Cast, case: Case, open_as: OpenAs
) -> None:
    nora = await open_as(committed_cast.nora, f"/moderation/cases/{case.public_id}/")
    await press(nora, "c")
    await expect(nora.locator("claim-lease[data-mine]")).to_be_visible()
    await press(nora, "h")
    await nora.locator("decision-form").get_by_role("button", name="Hide").click()
    await expect(nora.locator("undo-bar")).to_be_visible()

    rex = await open_as(committed_cast.rex, "/notices/")
    await rex.get_by_role("link", name="A message of yours was hidden").click()
    await rex.get_by_label("Why do you think it should be undone?").fill("It was a quotation.")
    await rex.get_by_role("button", name="Send objection").click()
    await expect(rex.get_by_text("It waits for a moderator")).to_be_visible()

    otis = await open_as(committed_cast.otis, "/moderation/objections/")
    await otis.get_by_role("link", name="Rex · Hide").click()
    await otis.get_by_label("Undo the decision").check()
    await otis.get_by_role("textbox", name="Your answer").fill("You are right, we are sorry.")
    await otis.get_by_role("button", name="Send the answer").click()
    await expect(otis.get_by_text("The person concerned has been told.")).to_be_visible()

    await rex.reload()
    await expect(rex.get_by_text("You are right, we are sorry.")).to_be_visible()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
async def test_every_page_is_accessible(
    stack: object,
    committed_cast: Cast,
    said: Message,
    case: Case,
    open_as: OpenAs,
    *,
    dark: bool,
    phone: bool,
) -> None:
    await in_database(claim_case, case=case, by=committed_cast.nora)
    look = {"dark": dark, "phone": phone}

    page = await open_as(committed_cast.nora, "/moderation/", **look)
    await expect_accessible(page)
    await page.goto(f"/moderation/cases/{case.public_id}/")
    await expect_accessible(page)
    await page.get_by_role("button", name="Show the text").click()
    await page.get_by_role("button", name="Mute").click()
    await expect(page.get_by_role("heading", name="Mute this person in this room")).to_be_visible()
    await expect_accessible(page)
    await page.goto("/moderation/objections/")
    await expect_accessible(page)

    mara = await open_as(committed_cast.mara, f"/report/message/harbour/{said.public_id}/", **look)
    await expect_accessible(mara)
    for address in ("/notices/", "/policies/"):
        await mara.goto(address)
        await expect_accessible(mara)

    ada = await open_as(committed_cast.ada, "/moderation/thresholds/", **look)
    for address in ("/moderation/thresholds/", "/moderation/rules/", "/moderation/rules/new/"):
        await ada.goto(address)
        await expect_accessible(ada)
