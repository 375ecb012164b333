"""Objections and taken-over cases over the JSON interface: as on the pages."""

import pytest

from accounts.models import AuditEntry, Scope, SiteRole
from moderation.models import Action, Case, Decision
from moderation.services.cases import claim_case, decide_case, open_case
from rooms.models import Message, Visibility
from tests.bots import bot_of
from tests.cast import Cast
from tests.factories import MessageFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(cast: Cast) -> Case:
    """About what Rex said to everybody in the lounge."""
    message = MessageFactory.create(room=cast.lounge, author=cast.rex, body="You absolute turnip")
    return open_case(message=message, person=cast.rex, room=cast.lounge, severity=2, why="reported")


@pytest.fixture
def decision(cast: Cast, case: Case) -> Decision:
    """Nora hid it."""
    claim_case(case=case, by=cast.nora)
    return decide_case(
        case=case, by=cast.nora, action=Action.HIDE, policy_key="harassment", reason="It insults a person."
    )


def objects(cast: Cast, decision: Decision, text: str = "It was a joke among friends.") -> str:
    """Rex objects; the objection's id."""
    made = bot_of(cast.rex, Scope.ACCOUNT_WRITE).asks(
        "post", f"/notices/{decision.public_id}/objection", text=text
    )
    assert made.status_code == 201, made.content
    found: str = made.json()["id"]
    return found


def test_one_objects_once_and_reads_the_answer(cast: Cast, decision: Decision) -> None:
    appeal = objects(cast, decision)
    rex, otis = bot_of(cast.rex), bot_of(cast.otis)

    again = rex.code_of("post", f"/notices/{decision.public_id}/objection", text="Please.")
    answered = otis.asks(
        "post", f"/moderation/appeals/{appeal}/answer", overturn=True, answer="You are right."
    )

    assert again == "already_appealed"
    assert answered.json()["state"] == "overturned"
    assert Message.objects.get().visibility == Visibility.VISIBLE
    [told] = rex.gets("/notices")["statements"]
    assert (told["objection"]["state"], told["objection"]["answer"]) == ("overturned", "You are right.")
    assert told["can_object"] is False


def test_whoever_decided_does_not_answer_the_objection(cast: Cast, decision: Decision) -> None:
    appeal = objects(cast, decision)
    nora, answer = bot_of(cast.nora), f"/moderation/appeals/{appeal}/answer"

    assert nora.gets("/moderation/appeals") == []
    assert [one["id"] for one in bot_of(cast.otis).gets("/moderation/appeals")] == [appeal]
    assert nora.code_of("post", answer, overturn=False, answer="No.") == "same_moderator"


@pytest.mark.parametrize("text", ["", "   "])
def test_an_objection_or_answer_without_words_is_refused(cast: Cast, decision: Decision, text: str) -> None:
    assert bot_of(cast.rex).code_of("post", f"/notices/{decision.public_id}/objection", text=text) == "empty"
    answer = f"/moderation/appeals/{objects(cast, decision)}/answer"
    assert bot_of(cast.otis).code_of("post", answer, overturn=False, answer=text) == "reason_missing"


def test_nobody_objects_for_somebody_else(cast: Cast, decision: Decision) -> None:
    code = bot_of(cast.mara).code_of("post", f"/notices/{decision.public_id}/objection", text="He is right.")

    assert code == "not_found"


def test_ones_own_objection_is_not_among_those_to_answer(cast: Cast) -> None:
    warned = open_case(message=None, person=cast.nora, room=None, severity=1, why="reported")
    claim_case(case=warned, by=cast.ada)
    about = decide_case(
        case=warned, by=cast.ada, action=Action.WARN, policy_key="harassment", reason="Careful."
    )
    nora = bot_of(cast.nora)
    appeal = nora.asks("post", f"/notices/{about.public_id}/objection", text="I was.").json()["id"]

    assert nora.code_of("get", f"/moderation/appeals/{appeal}") == "not_found"
    assert nora.code_of("post", f"/moderation/appeals/{appeal}/answer", overturn=True, answer="Yes") == (
        "not_found"
    )


def test_the_queues_scope_does_not_open_objections_nor_a_members_token_either(
    cast: Cast, decision: Decision
) -> None:
    objects(cast, decision)
    otis = bot_of(cast.otis, Scope.APPEALS)

    assert bot_of(cast.otis, Scope.MODERATE).code_of("get", "/moderation/appeals") == "scope_missing"
    cast.otis.role = SiteRole.MEMBER
    cast.otis.save(update_fields=["role"])
    assert otis.code_of("get", "/moderation/appeals") == "not_found"


def test_a_case_is_taken_over_and_it_is_on_record(cast: Cast, case: Case) -> None:
    path = f"/moderation/cases/{case.public_id}"
    bot_of(cast.nora).asks("put", f"{path}/claim")

    taken = bot_of(cast.otis).asks("post", f"{path}/take-over").json()

    assert taken["case"]["is_mine"] is True
    assert bot_of(cast.nora).code_of("post", f"{path}/decision", action="dismiss", reason="Fine.") == (
        "claimed_by_another"
    )
    assert AuditEntry.objects.filter(action="case.take_over", actor_id=cast.otis.pk).count() == 1


def test_a_decided_case_is_taken_over_by_nobody(cast: Cast, case: Case, decision: Decision) -> None:
    code = bot_of(cast.otis).code_of("post", f"/moderation/cases/{case.public_id}/take-over")

    assert (code, decision.case_id) == ("already_decided", case.pk)


def test_an_automated_decision_says_why_in_the_language_that_is_asked_for(cast: Cast, case: Case) -> None:
    Decision.objects.create(
        case=case,
        message=case.message,
        person=cast.rex,
        action=Action.HOLD,
        reason="As it was written down.",
        grounds={"source": "rule", "label": "threat"},
        is_automated=True,
        policy_version=1,
    )
    nora = bot_of(cast.nora)

    [german] = nora.gets(f"/moderation/cases/{case.public_id}", language="de")["decisions"]
    [english] = nora.gets(f"/moderation/cases/{case.public_id}")["decisions"]

    assert english["reason"].startswith("Held for a moderator to look at")
    assert german["reason"].startswith("Zurückgehalten")
