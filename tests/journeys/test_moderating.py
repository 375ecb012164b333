"""A complaint becomes a case, a decision, a statement, an objection, and can be undone. Real processes."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import AuditEntry, Person
from accounts.services.blocks import block_person
from common.database import in_database
from moderation.models import Action, Appeal, Case, Decision, Strike
from rooms.models import Room
from tests.cast import Cast
from tests.clients import Voice
from tests.conftest import Connect
from tests.moderation.pages import signed_in, text_of

pytestmark = pytest.mark.live

# Unkind enough to report, and nothing that the classifier knows.
UNKIND = "The pier is nicer without Mara."
HIDE = {"action": "hide", "policy": "harassment", "reason": "It leaves somebody out on purpose."}
SUSPEND = {"action": "suspend", "policy": "harassment", "reason": "Again and again.", "duration": "7d"}


async def opens(person: Person, name: str, *args: object, **query: Any) -> str:
    """The source of a page, as this person gets it."""
    address = reverse(name, args=args)
    return await in_database(lambda: text_of(signed_in(person).get(address, query)))


async def sends(person: Person, name: str, *args: object, **form: Any) -> int:
    """What answers a form."""
    address = reverse(name, args=args)
    return await in_database(lambda: signed_in(person).post(address, form).status_code)


@dataclass
class Said:
    """What Rex said to everybody in the harbour, and who was there."""

    rex: Voice
    mara: Voice
    finn: Voice
    message: str
    room: Room


@pytest.fixture
async def said(committed_cast: Cast, connect: Connect) -> Said:
    """Finn and Mara have read something unkind of Rex's."""
    cast, room = committed_cast, committed_cast.harbour
    rex, mara, finn = await connect(cast.rex), await connect(cast.mara), await connect(cast.finn)
    for voice in (rex, mara, finn):
        await voice.enters(room)
    message = (await rex.says(room, UNKIND))["message"]
    for voice in (mara, finn):
        await voice.sees(message)
    return Said(rex, mara, finn, message, room)


Decide = Callable[..., Awaitable[Decision]]


@pytest.fixture
def decide(committed_cast: Cast, said: Said) -> Decide:
    """Finn reports it, Nora claims the case and decides."""
    cast = committed_cast

    async def decided(**form: str) -> Decision:
        report = {"reason": "harassment", "note": "He says it every day."}
        assert await sends(cast.finn, "moderation:report_message", "harbour", said.message, **report) == 302
        case = await Case.objects.aget(message__public_id=said.message)
        assert await sends(cast.nora, "moderation:claim", case.public_id) == 302
        assert await sends(cast.nora, "moderation:decide", case.public_id, **form) == 302
        return await Decision.objects.aget(case=case)

    return decided


async def assert_nothing_of_it_is_read(cast: Cast) -> None:
    """Neither in the page nor in the history behind it."""
    for person in (cast.mara, cast.finn, cast.nora):
        assert UNKIND not in await opens(person, "rooms:room", "harbour")
        assert UNKIND not in await opens(person, "rooms:history", "harbour")


async def test_a_report_becomes_a_case_whose_text_is_read_on_record(committed_cast: Cast, said: Said) -> None:
    cast = committed_cast
    await sends(cast.finn, "moderation:report_message", "harbour", said.message, reason="harassment")
    case = await Case.objects.aget(message__public_id=said.message)

    assert case.public_id in await opens(cast.nora, "moderation:queue")
    assert UNKIND not in await opens(cast.nora, "moderation:case", case.public_id)
    assert not await AuditEntry.objects.filter(action="case.view").aexists()

    assert await sends(cast.nora, "moderation:reveal", case.public_id) == 200
    view = await AuditEntry.objects.aget(action="case.view")
    assert (view.actor_id, view.subject_id) == (cast.nora.pk, str(case.pk))


async def test_what_nora_hides_is_gone_for_everybody_and_everybody_concerned_is_told(
    committed_cast: Cast, said: Said, decide: Decide
) -> None:
    cast = committed_cast

    decision = await decide(**HIDE)

    stone = await said.mara.sees_tombstone(said.message)
    assert UNKIND not in str(stone)
    await assert_nothing_of_it_is_read(cast)
    await said.rex.receives(lambda f: f["type"] == "notice" and f["unread"] > 0, what="a notice")
    statement = await opens(cast.rex, "moderation:notice", decision.public_id)
    assert HIDE["reason"] in statement
    await said.finn.receives(lambda f: f["type"] == "notice" and f["unread"] > 0, what="the outcome")
    outcome = await opens(cast.finn, "moderation:notices")
    assert "did something about it" in outcome
    assert HIDE["reason"] not in outcome


async def test_whoever_resumes_after_the_hiding_gets_no_text_either(
    committed_cast: Cast, connect: Connect, said: Said, decide: Decide
) -> None:
    await decide(**HIDE)
    await said.mara.sees_tombstone(said.message)

    late = await connect(committed_cast.mara)
    entered = await late.enters(said.room, revision=0)

    assert not late.has_read(UNKIND)
    assert entered.get("limited") or said.message in {change["id"] for change in entered["changes"]}


async def test_undone_it_is_back_for_everybody_and_the_strike_is_lifted(
    committed_cast: Cast, said: Said, decide: Decide
) -> None:
    cast, decision = committed_cast, await decide(**HIDE)
    await said.mara.sees_tombstone(said.message)
    known = len(said.mara.frames)

    assert await sends(cast.nora, "moderation:undo", decision.public_id) == 302

    back = await said.mara.receives(
        lambda f: f["type"] == "message" and f["id"] == said.message, what="the message again", after=known
    )
    assert UNKIND in back["html"]
    assert UNKIND in await opens(cast.finn, "rooms:room", "harbour")
    assert (await Strike.objects.aget(decision=decision)).lifted_at is not None


async def test_several_people_who_block_rex_in_a_day_open_a_case(
    committed_cast: Cast, connect: Connect
) -> None:
    cast = committed_cast
    mara, rex = await connect(cast.mara), await connect(cast.rex)
    for voice in (mara, rex):
        await voice.enters(cast.lounge)

    for blocker in (cast.mara, cast.sam, cast.finn):
        assert not await Case.objects.filter(person=cast.rex).aexists()
        assert await sends(blocker, "accounts:block", cast.rex.public_id) == 302

    case = await Case.objects.aget(person=cast.rex)
    assert case.public_id in await opens(cast.nora, "moderation:queue")
    # Rex is not told, and goes on talking to those who did not block him.
    ack = await rex.says(cast.lounge, "Good evening.")
    assert ack["state"] == "visible"


async def test_a_suspension_closes_the_socket_and_lets_no_new_one_in(
    committed_cast: Cast, connect: Connect, said: Said, decide: Decide
) -> None:
    cast = committed_cast

    await decide(**SUSPEND)

    assert await said.rex.is_shut_out() == 4403
    again = await connect(cast.rex)
    assert await again.is_shut_out() == 4403
    assert not any(frame["type"] == "welcome" for frame in again.frames)
    kind = await said.finn.says(said.room, "Shall we go sailing?")
    await said.mara.sees(kind["message"])


async def test_otis_answers_the_objection_and_not_nora_and_overturning_restores(
    committed_cast: Cast, connect: Connect, said: Said, decide: Decide
) -> None:
    cast, decision = committed_cast, await decide(**SUSPEND)
    assert await said.rex.is_shut_out() == 4403
    assert await sends(cast.rex, "moderation:object", decision.public_id, text="It was a joke.") == 302
    appeal = await Appeal.objects.aget(decision=decision)
    answer = {"outcome": "overturn", "answer": "It was one, and the others say so."}

    assert await sends(cast.nora, "moderation:resolve_appeal", appeal.public_id, **answer) == 403
    known = len(said.mara.frames)
    assert await sends(cast.otis, "moderation:resolve_appeal", appeal.public_id, **answer) == 302

    await said.mara.receives(
        lambda f: f["type"] == "message" and f["id"] == said.message, what="the message again", after=known
    )
    rex = await connect(cast.rex)
    assert (await rex.enters(said.room))["type"] == "entered"
    assert answer["answer"] in await opens(cast.rex, "moderation:notice", decision.public_id)
    assert await Decision.objects.filter(reverses=decision, action=Action.REVERSE).aexists()
    assert (await Strike.objects.aget(decision=decision)).lifted_at is not None


async def test_a_block_between_two_is_no_case_and_keeps_them_apart(committed_cast: Cast, said: Said) -> None:
    await in_database(block_person, blocker=committed_cast.mara, blocked=committed_cast.rex)

    ack = await said.rex.says(said.room, "Still at the pier.")
    await said.finn.sees(ack["message"])

    later = await said.finn.says(said.room, "See you there.")
    await said.mara.sees(later["message"])
    assert not said.mara.has_read("Still at the pier.")
    assert not await Case.objects.filter(person=committed_cast.rex).aexists()
