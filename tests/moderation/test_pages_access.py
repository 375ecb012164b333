"""Who opens which page: for everybody else it is not there, whether or not the case exists."""

import pytest
from django.test import Client
from django.urls import reverse

from moderation.models import Action, Case
from moderation.services.appeals import lodge_appeal
from moderation.services.cases import decide_case
from tests.cast import Cast
from tests.moderation.pages import signed_in

# What a moderator's page is called, and how it is asked for.
OF_MODERATORS = [
    ("queue", "get"),
    ("queue_list", "get"),
    ("next", "get"),
    ("appeals", "get"),
]
OF_A_CASE = [
    ("case", "get"),
    ("claim", "post"),
    ("renew", "post"),
    ("take_over", "post"),
    ("unclaim", "post"),
    ("reveal", "post"),
    ("decide", "get"),
    ("decide", "post"),
]


def ask(client: Client, method: str, address: str) -> int:
    call = client.get if method == "get" else client.post
    return call(address, {"action": "hide"}).status_code


@pytest.mark.parametrize(("name", "method"), OF_MODERATORS)
def test_moderators_pages_are_not_there_for_members(cast: Cast, name: str, method: str) -> None:
    address = reverse(f"moderation:{name}")

    assert ask(signed_in(cast.mara), method, address) == 404
    assert ask(Client(), method, address) == 302


@pytest.mark.parametrize(("name", "method"), OF_MODERATORS)
def test_moderators_and_administrators_open_them(cast: Cast, name: str, method: str) -> None:
    address = reverse(f"moderation:{name}")

    assert ask(signed_in(cast.nora), method, address) in {200, 302}
    assert ask(signed_in(cast.ada), method, address) in {200, 302}


@pytest.mark.parametrize(("name", "method"), OF_A_CASE)
def test_a_case_is_not_there_for_members(cast: Cast, case: Case, name: str, method: str) -> None:
    address = reverse(f"moderation:{name}", args=[case.public_id])

    assert ask(signed_in(cast.mara), method, address) == 404
    assert ask(signed_in(cast.rex), method, address) == 404
    assert ask(Client(), method, address) == 302


@pytest.mark.parametrize(("name", "method"), OF_A_CASE)
def test_a_case_that_does_not_exist_is_not_there_for_moderators(cast: Cast, name: str, method: str) -> None:
    address = reverse(f"moderation:{name}", args=["nosuchcase"])

    assert ask(signed_in(cast.nora), method, address) == 404


def test_a_moderator_does_not_find_the_case_about_themselves(cast: Cast, case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(person=cast.otis)
    otis = signed_in(cast.otis)

    assert otis.get(reverse("moderation:case", args=[case.public_id])).status_code == 404
    assert case.public_id not in otis.get(reverse("moderation:queue")).content.decode()


def test_members_neither_undo_decisions_nor_answer_objections(cast: Cast, case: Case) -> None:
    decision = decide_case(
        case=case, by=cast.nora, action=Action.HIDE, policy_key="harassment", reason="It insults people."
    )
    appeal = lodge_appeal(decision=decision, person=cast.rex, text="It was a joke.")
    rex = signed_in(cast.rex)

    assert rex.post(reverse("moderation:undo", args=[decision.public_id])).status_code == 404
    answer = reverse("moderation:resolve_appeal", args=[appeal.public_id])
    assert rex.get(answer).status_code == 404
    assert rex.post(answer, {"outcome": "overturn", "answer": "Fine."}).status_code == 404


def test_changing_something_takes_a_post(cast: Cast, case: Case) -> None:
    nora = signed_in(cast.nora)

    for name in ("claim", "renew", "take_over", "unclaim"):
        assert nora.get(reverse(f"moderation:{name}", args=[case.public_id])).status_code == 405


def test_somebody_else_reads_no_statement_and_no_receipt_of_a_report(cast: Cast, case: Case) -> None:
    decision = decide_case(
        case=case, by=cast.nora, action=Action.HIDE, policy_key="harassment", reason="It insults people."
    )

    for person in (cast.mara, cast.otis, cast.ada):
        address = reverse("moderation:notice", args=[decision.public_id])
        assert signed_in(person).get(address).status_code == 404


def test_a_suspended_person_reads_why_and_may_object(cast: Cast, case: Case) -> None:
    decision = decide_case(
        case=case, by=cast.nora, action=Action.SUSPEND, policy_key="threat", reason="It threatens people."
    )
    rex = signed_in(cast.rex)

    assert rex.get(reverse("moderation:notices")).status_code == 200
    assert rex.get(reverse("moderation:notice", args=[decision.public_id])).status_code == 200
    sent = rex.post(reverse("moderation:object", args=[decision.public_id]), {"text": "It was not me."})
    assert sent.status_code == 302


def test_a_suspended_moderator_loses_the_queue(cast: Cast) -> None:
    cast.otis.suspended_until = cast.otis.joined_at.replace(year=2999)
    cast.otis.save(update_fields=["suspended_until"])

    assert signed_in(cast.otis).get(reverse("moderation:queue")).status_code == 403
