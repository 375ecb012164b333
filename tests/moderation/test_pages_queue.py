"""The queue's list: what it shows, what it never shows, how it renews itself."""

import datetime as dt
import re

from django.urls import reverse

from common.clock import now
from moderation.models import Case, CaseState, Severity
from moderation.services.cases import claim_case, open_case
from rooms.models import Message
from tests.cast import Cast
from tests.factories import MessageFactory
from tests.moderation.pages import HTMX, signed_in, text_of


def seen_in(page: str) -> str:
    found = re.search(r'name="seen"\s+value="(\w+)"', page)
    assert found, "the list does not say which state of it this is"
    return found[1]


def another_case(cast: Cast, severity: Severity = Severity.LOW) -> Case:
    message = MessageFactory.create(room=cast.harbour, author=cast.sam, body="buy my boat")
    return open_case(
        message=message, person=cast.sam, room=cast.harbour, severity=severity, why="reported:spam_or_scam"
    )


def test_an_empty_queue_says_so_kindly(cast: Cast) -> None:
    page = text_of(signed_in(cast.nora).get(reverse("moderation:queue")))

    assert "All clear" in page


def test_a_case_says_how_grave_what_why_and_who_has_it(cast: Cast, case: Case) -> None:
    page = text_of(signed_in(cast.otis).get(reverse("moderation:queue")))

    assert "Medium" in page
    assert "A message of Rex in Harbour" in page
    assert "Reported: Harassment or bullying" in page
    assert "Nora" in page


def test_no_text_of_any_message_is_in_the_list(cast: Cast, case: Case, said: Message) -> None:
    page = text_of(signed_in(cast.nora).get(reverse("moderation:queue")))

    assert said.body not in page


def test_an_overdue_case_says_so_in_words(cast: Cast, case: Case) -> None:
    hour = dt.timedelta(hours=1)
    Case.objects.filter(pk=case.pk).update(opened_at=now() - 2 * hour, due_at=now() - hour)

    assert "2 h, overdue" in text_of(signed_in(cast.nora).get(reverse("moderation:queue")))


def test_a_case_that_is_due_soon_says_so_in_words(cast: Cast, case: Case) -> None:
    minute = dt.timedelta(minutes=1)
    Case.objects.filter(pk=case.pk).update(opened_at=now() - 50 * minute, due_at=now() + 10 * minute)

    assert "50 min, due soon" in text_of(signed_in(cast.nora).get(reverse("moderation:queue")))


def test_mine_are_those_that_i_have_claimed(cast: Cast, case: Case) -> None:
    other = another_case(cast)

    page = text_of(signed_in(cast.nora).get(reverse("moderation:queue"), {"show": "mine"}))

    assert case.public_id in page
    assert other.public_id not in page


def test_decided_cases_are_found_among_the_decided_alone(cast: Cast, case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(state=CaseState.DECIDED, decided_at=now())
    nora = signed_in(cast.nora)

    assert case.public_id not in text_of(nora.get(reverse("moderation:queue")))
    assert case.public_id in text_of(nora.get(reverse("moderation:queue"), {"show": "decided"}))


def test_escalated_cases_have_a_list_of_their_own(cast: Cast, case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(state=CaseState.ESCALATED)
    ada = signed_in(cast.ada)

    assert case.public_id in text_of(ada.get(reverse("moderation:queue"), {"show": "escalated"}))
    assert "No case matches" in text_of(ada.get(reverse("moderation:queue"), {"show": "mine"}))


def test_a_list_in_which_nothing_is_new_is_not_sent_again(cast: Cast, case: Case) -> None:
    nora = signed_in(cast.nora)
    address = reverse("moderation:queue_list")
    seen = seen_in(text_of(nora.get(address, headers=HTMX)))

    again = nora.get(address, {"seen": seen}, headers=HTMX)

    assert again.status_code == 204
    assert not again.content


def test_a_new_case_renews_the_list(cast: Cast, case: Case) -> None:
    nora = signed_in(cast.nora)
    address = reverse("moderation:queue_list")
    seen = seen_in(text_of(nora.get(address, headers=HTMX)))
    new = another_case(cast)

    again = nora.get(address, {"seen": seen}, headers=HTMX)

    assert again.status_code == 200
    assert new.public_id in text_of(again)
    assert "<html" not in text_of(again)


def test_next_is_the_gravest_case_that_nobody_else_works_on(cast: Cast, case: Case) -> None:
    grave = another_case(cast, Severity.URGENT)
    claim_case(case=grave, by=cast.otis)
    mild = another_case(cast)

    response = signed_in(cast.nora).get(reverse("moderation:next"), {"opened": case.public_id})

    assert response.headers["Location"] == reverse("moderation:case", args=[mild.public_id])


def test_without_a_next_case_one_is_back_at_the_list(cast: Cast, case: Case) -> None:
    response = signed_in(cast.nora).get(reverse("moderation:next"), {"opened": case.public_id})

    assert response.headers["Location"] == reverse("moderation:queue")


def test_moderators_are_told_when_nothing_judges_messages(cast: Cast) -> None:
    page = text_of(signed_in(cast.nora).get(reverse("moderation:queue")))

    assert "Nothing judges messages right now" in page
