"""Notices: why something was decided about oneself, how to object, what became of one's reports."""

import pytest
from django.test import Client
from django.urls import reverse

from common.clock import now
from moderation.models import Action, Appeal, Case, Decision, Report, StatementOfReasons
from moderation.services.appeals import resolve_appeal
from moderation.services.cases import decide_case
from moderation.services.enforcement import Order, enforce
from rooms.models import Message
from tests.cast import Cast
from tests.factories import MessageFactory
from tests.moderation.pages import signed_in, text_of
from tests.tokens import without_tokens


@pytest.fixture
def rex(cast: Cast) -> Client:
    return signed_in(cast.rex)


@pytest.fixture
def decision(cast: Cast, case: Case) -> Decision:
    """Nora hid what Rex said."""
    return decide_case(
        case=case, by=cast.nora, action=Action.HIDE, policy_key="harassment", reason="It insults people."
    )


def to(name: str, decision: Decision) -> str:
    return reverse(f"moderation:{name}", args=[decision.public_id])


def test_without_notices_the_page_says_what_will_be_here(rex: Client) -> None:
    assert "Nothing to tell you" in text_of(rex.get(reverse("moderation:notices")))


def test_a_statement_says_what_was_done_why_by_whom_and_how_to_object(
    decision: Decision, said: Message, rex: Client
) -> None:
    page = text_of(rex.get(to("notice", decision)))

    assert "A message of yours was hidden" in page
    assert said.body in page
    assert "It insults people." in page
    assert "Do not insult, humiliate or pester people." in page
    assert "A different moderator" in page or "a different moderator" in page
    assert to("object", decision) in page
    assert "Nora" not in without_tokens(page)


def test_an_automated_statement_names_label_and_score_and_says_that_it_was_a_program(
    cast: Cast, said: Message, rex: Client
) -> None:
    (decision,) = enforce(
        [
            Order(
                action=Action.HIDE,
                person_id=cast.rex.pk,
                message_id=said.pk,
                policy_key="harassment",
                grounds={"source": "classifier", "label": "insult", "score": 0.914, "model": "x"},
                text_version=1,
            )
        ]
    )

    page = text_of(rex.get(to("notice", decision)))

    assert "took it for an insult (91 %)" in page
    assert "A program, without a person" in page


def test_a_limit_says_until_when(cast: Cast, case: Case, rex: Client) -> None:
    until = now().replace(year=2031, month=3, day=4)
    decision = decide_case(
        case=case, by=cast.nora, action=Action.MUTE, policy_key="harassment", reason="…", until=until
    )

    page = text_of(rex.get(to("notice", decision)))

    assert "You are muted in Harbour" in page
    assert "2031" in page


def test_the_mark_of_the_unread_goes_when_a_statement_was_opened(decision: Decision, rex: Client) -> None:
    notices = reverse("moderation:notices")
    assert 'aria-label="unread"' in text_of(rex.get(notices))

    rex.get(to("notice", decision))

    assert 'aria-label="unread"' not in text_of(rex.get(notices))


def test_the_way_from_a_hidden_message_leads_to_its_statement(
    decision: Decision, said: Message, rex: Client
) -> None:
    response = rex.get(reverse("moderation:notices"), {"message": said.public_id})

    assert response.headers["Location"] == to("notice", decision)


def test_objecting_is_answered_with_how_it_stands(decision: Decision, rex: Client) -> None:
    page = text_of(rex.post(to("object", decision), {"text": "It was a joke."}, follow=True))

    assert Appeal.objects.get().text == "It was a joke."
    assert "It waits for a moderator who was not part of the decision" in page
    assert "Send objection" not in page


@pytest.mark.parametrize("text", ["", "x" * 2001])
def test_an_objection_that_cannot_be_taken_is_kept_in_the_form(
    decision: Decision, rex: Client, text: str
) -> None:
    page = text_of(rex.post(to("object", decision), {"text": text}))

    assert 'aria-invalid="true"' in page
    assert text in page
    assert not Appeal.objects.exists()


def test_the_answer_to_an_objection_is_read_where_it_was_made(
    cast: Cast, decision: Decision, rex: Client
) -> None:
    rex.post(to("object", decision), {"text": "It was a joke."})
    resolve_appeal(appeal=Appeal.objects.get(), by=cast.otis, overturn=True, answer="You are right.")

    page = text_of(rex.get(to("notice", decision)))

    assert "You are right." in page
    assert "Undone" in page


def test_after_the_time_to_object_the_form_is_gone(decision: Decision, rex: Client) -> None:
    StatementOfReasons.objects.update(object_until=now())

    page = text_of(rex.get(to("notice", decision)))

    assert "The time to object ended" in page
    assert "Send objection" not in page


def test_reporters_read_the_outcome_and_not_what_was_done_to_whom(
    cast: Cast, case: Case, said: Message
) -> None:
    Report.objects.create(case=case, reporter=cast.mara, reason="harassment")
    mara = signed_in(cast.mara)
    assert "It waits for a moderator" in text_of(mara.get(reverse("moderation:notices")))

    decide_case(case=case, by=cast.nora, action=Action.WARN, policy_key="harassment", reason="It insults.")

    page = text_of(mara.get(reverse("moderation:notices")))
    assert "did something about it" in page
    assert "Rex" not in without_tokens(page)
    assert "It insults." not in page


def test_an_outcome_is_read_by_being_seen(cast: Cast, case: Case) -> None:
    Report.objects.create(case=case, reporter=cast.mara, reason="harassment")
    decide_case(case=case, by=cast.nora, action=Action.DISMISS, policy_key=None, reason="Fine.")
    mara, notices = signed_in(cast.mara), reverse("moderation:notices")

    assert 'aria-label="unread"' in text_of(mara.get(notices))
    assert 'aria-label="unread"' not in text_of(mara.get(notices))


def test_what_a_person_wrote_stays_text(cast: Cast, rex: Client) -> None:
    message = MessageFactory.create(room=cast.harbour, author=cast.rex, body="<img src=x onerror=alert(1)>")
    (decision,) = enforce(
        [Order(action=Action.HIDE, person_id=cast.rex.pk, message_id=message.pk, text_version=1)]
    )

    page = text_of(rex.get(to("notice", decision)))

    assert "&lt;img src=x" in page
    assert "<img src=x" not in page


def test_the_bar_of_every_page_says_how_many_are_unread(decision: Decision, rex: Client) -> None:
    bar = text_of(rex.get("/"))

    assert '<span data-part="number">1</span>' in bar


def test_the_bar_of_a_moderators_page_says_how_many_cases_wait(cast: Cast, case: Case) -> None:
    bar = text_of(signed_in(cast.nora).get("/")).split("</nav>")[0]

    assert '<span class="count count--plain">' in bar


def test_the_room_asks_on_what_grounds_a_message_of_ones_own_is_hidden(
    cast: Cast, decision: Decision, said: Message, rex: Client
) -> None:
    grounds = reverse("moderation:why", args=[said.public_id])

    assert text_of(rex.get(grounds)) == "Harassment and bullying"
    assert signed_in(cast.finn).get(grounds).status_code == 404


def test_a_message_that_nothing_was_decided_about_has_no_grounds(cast: Cast, rex: Client) -> None:
    message = MessageFactory.create(room=cast.harbour, author=cast.rex)

    assert rex.get(reverse("moderation:why", args=[message.public_id])).status_code == 404
