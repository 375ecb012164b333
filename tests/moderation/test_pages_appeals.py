"""Objections, as moderators answer them: another one than the one who decided."""

import pytest
from django.urls import reverse

from moderation.models import Action, Appeal, AppealState, Case
from moderation.services.appeals import lodge_appeal
from moderation.services.cases import decide_case
from rooms.models import Message, Visibility
from tests.cast import Cast
from tests.moderation.pages import signed_in, text_of


@pytest.fixture
def appeal(cast: Cast, case: Case) -> Appeal:
    """Rex objects to what Nora decided."""
    decision = decide_case(
        case=case, by=cast.nora, action=Action.HIDE, policy_key="harassment", reason="It insults people."
    )
    return lodge_appeal(decision=decision, person=cast.rex, text="It was a joke among friends.")


def to(appeal: Appeal) -> str:
    return reverse("moderation:resolve_appeal", args=[appeal.public_id])


def test_without_objections_the_page_says_so(cast: Cast) -> None:
    assert "No objections wait" in text_of(signed_in(cast.otis).get(reverse("moderation:appeals")))


def test_objections_are_listed_for_others_than_whoever_decided(cast: Cast, appeal: Appeal) -> None:
    assert to(appeal) in text_of(signed_in(cast.otis).get(reverse("moderation:appeals")))
    assert to(appeal) not in text_of(signed_in(cast.nora).get(reverse("moderation:appeals")))


def test_the_page_says_what_was_decided_why_and_what_they_say(cast: Cast, appeal: Appeal) -> None:
    page = text_of(signed_in(cast.otis).get(to(appeal)))

    assert "It was a joke among friends." in page
    assert "It insults people." in page
    assert "Nora" in page


def test_the_text_is_read_in_the_case_where_it_is_on_record(
    cast: Cast, appeal: Appeal, said: Message, case: Case
) -> None:
    page = text_of(signed_in(cast.otis).get(to(appeal)))

    assert said.body not in page
    assert reverse("moderation:case", args=[case.public_id]) in page


def test_overturning_puts_back_what_was_done(cast: Cast, appeal: Appeal, said: Message) -> None:
    signed_in(cast.otis).post(to(appeal), {"outcome": "overturn", "answer": "You are right."})

    appeal.refresh_from_db()
    said.refresh_from_db()
    assert appeal.state == AppealState.OVERTURNED
    assert said.visibility == Visibility.VISIBLE


def test_upholding_leaves_it(cast: Cast, appeal: Appeal, said: Message) -> None:
    signed_in(cast.otis).post(to(appeal), {"outcome": "uphold", "answer": "It is still an insult."})

    appeal.refresh_from_db()
    said.refresh_from_db()
    assert appeal.state == AppealState.UPHELD
    assert said.visibility == Visibility.HIDDEN


def test_whoever_decided_finds_no_form_and_is_refused(cast: Cast, appeal: Appeal) -> None:
    nora = signed_in(cast.nora)

    assert "another moderator answers it" in text_of(nora.get(to(appeal)))
    assert nora.post(to(appeal), {"outcome": "uphold", "answer": "No."}).status_code == 403


@pytest.mark.parametrize("missing", ["outcome", "answer"])
def test_an_answer_is_whole_or_not_sent(cast: Cast, appeal: Appeal, missing: str) -> None:
    sent = {"outcome": "uphold", "answer": "It is an insult."} | {missing: ""}

    page = text_of(signed_in(cast.otis).post(to(appeal), sent))

    appeal.refresh_from_db()
    assert appeal.state == AppealState.OPEN
    assert "field__error" in page


def test_an_answered_objection_shows_its_answer(cast: Cast, appeal: Appeal) -> None:
    otis = signed_in(cast.otis)
    otis.post(to(appeal), {"outcome": "uphold", "answer": "It is still an insult."})

    page = text_of(otis.get(to(appeal)))

    assert "It is still an insult." in page
    assert "Send the answer" not in page
