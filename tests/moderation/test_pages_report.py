"""Reporting in two taps: as a page and as the part of one, safe to send twice."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Block
from moderation.models import Report
from rooms.models import Message
from tests.cast import Cast
from tests.factories import MessageFactory
from tests.moderation.pages import HTMX, signed_in, text_of


@pytest.fixture
def mara(cast: Cast) -> Client:
    return signed_in(cast.mara)


def to_report(message: Message) -> str:
    return reverse("moderation:report_message", args=[message.room.slug, message.public_id])


def test_the_reasons_are_a_list_in_plain_words(said: Message, mara: Client) -> None:
    page = text_of(mara.get(to_report(said)))

    assert page.count('type="radio"') == 10
    assert "A child may be in danger" in page


def test_a_dialog_gets_the_form_alone(said: Message, mara: Client) -> None:
    part = text_of(mara.get(to_report(said), headers=HTMX))

    assert part.lstrip().startswith("<form")
    assert "<html" not in part


def test_the_form_does_not_repeat_what_is_reported(said: Message, mara: Client) -> None:
    assert said.body not in text_of(mara.get(to_report(said)))


def test_after_a_report_one_reads_what_happens_next_and_a_reference(said: Message, mara: Client) -> None:
    page = text_of(mara.post(to_report(said), {"reason": "harassment", "note": "again"}, follow=True))

    report = Report.objects.get()
    assert report.note == "again"
    assert report.public_id in page
    assert "What happens next" in page


@pytest.mark.parametrize("reason", ["self_harm", "child_safety", "threat"])
def test_where_somebody_may_be_in_danger_there_are_words_of_help(
    said: Message, mara: Client, reason: str
) -> None:
    page = text_of(mara.post(to_report(said), {"reason": reason}, follow=True))

    assert "emergency number" in page
    assert "http" not in page.split("help-note")[1].split("</section>")[0]


def test_sending_twice_is_one_report_and_the_same_thanks(said: Message, mara: Client) -> None:
    first = mara.post(to_report(said), {"reason": "harassment"})
    second = mara.post(to_report(said), {"reason": "harassment"})

    assert first.headers["Location"] == second.headers["Location"]
    assert Report.objects.count() == 1


def test_without_a_reason_nothing_is_sent_and_the_form_says_so(said: Message, mara: Client) -> None:
    page = text_of(mara.post(to_report(said), {"note": "look"}))

    assert "Choose what fits best" in page
    assert "look" in page
    assert not Report.objects.exists()


def test_also_block_blocks(cast: Cast, said: Message, mara: Client) -> None:
    mara.post(to_report(said), {"reason": "harassment", "also_block": "on"})

    assert Block.objects.filter(blocker=cast.mara, blocked=cast.rex).exists()


def test_a_message_that_one_cannot_read_is_not_there(cast: Cast, said: Message) -> None:
    response = signed_in(cast.sam).post(to_report(said), {"reason": "harassment"})

    assert response.status_code == 404
    assert not Report.objects.exists()


def test_the_form_tells_a_stranger_not_even_whether_a_room_is_there(cast: Cast) -> None:
    hidden_away = MessageFactory.create(room=cast.attic, author=cast.mara)
    sam = signed_in(cast.sam)
    answers = [
        sam.get(reverse("moderation:report_message", args=[slug, message]))
        for slug in ("attic", "no-such-room")
        for message in (hidden_away.public_id, "no-such-message")
    ]

    assert {(page.status_code, page.context["refusal"].code) for page in answers} == {(404, "not_found")}


def test_a_message_of_another_room_is_not_there(cast: Cast, said: Message, mara: Client) -> None:
    elsewhere = reverse("moderation:report_message", args=[cast.lounge.slug, said.public_id])

    assert mara.post(elsewhere, {"reason": "harassment"}).status_code == 404


def test_a_person_is_reported_from_their_profile(cast: Cast, mara: Client) -> None:
    address = reverse("moderation:report_person", args=[cast.rex.public_id])

    assert "Report Rex" in text_of(mara.get(address))
    mara.post(address, {"reason": "impersonation"})

    assert Report.objects.get().case.person == cast.rex


def test_a_blocked_person_can_still_be_reported(cast: Cast, said: Message, mara: Client) -> None:
    Block.objects.create(blocker=cast.rex, blocked=cast.mara)

    assert mara.post(to_report(said), {"reason": "harassment"}).status_code == 302


def test_the_receipt_of_a_report_is_the_reporters_alone(cast: Cast, said: Message, mara: Client) -> None:
    receipt = mara.post(to_report(said), {"reason": "harassment"}).headers["Location"]

    assert mara.get(receipt).status_code == 200
    assert signed_in(cast.finn).get(receipt).status_code == 404
    assert signed_in(cast.rex).get(receipt).status_code == 404


def test_one_does_not_report_oneself(cast: Cast) -> None:
    own = MessageFactory.create(room=cast.harbour, author=cast.mara)

    assert signed_in(cast.mara).post(to_report(own), {"reason": "other"}).status_code == 403
