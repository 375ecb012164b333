"""Reports, notices and the queue over the JSON interface: as on the pages, and nothing of it for members."""

import pytest

from accounts.models import AuditEntry, Block, Scope, SiteRole
from moderation.models import Case, CaseState, Report
from moderation.services.cases import open_case
from rooms.models import Message, Visibility
from tests.bots import bot_of, code_of
from tests.cast import Cast
from tests.factories import MessageFactory

pytestmark = pytest.mark.django_db

INSULT = "You absolute turnip"


@pytest.fixture
def message(cast: Cast) -> Message:
    """What Rex said to everybody in the lounge."""
    message: Message = MessageFactory.create(room=cast.lounge, author=cast.rex, body=INSULT)
    return message


@pytest.fixture
def case(cast: Cast, message: Message) -> Case:
    """The case about it."""
    return open_case(message=message, person=cast.rex, room=cast.lounge, severity=2, why="reported")


def report_of(message: Message) -> str:
    """Where it is reported."""
    return f"/rooms/{message.room.public_id}/messages/{message.public_id}/report"


def test_a_message_is_reported_once_and_the_second_time_named(cast: Cast, message: Message) -> None:
    bot = bot_of(cast.mara, Scope.ACCOUNT_WRITE)

    first = bot.asks("post", report_of(message), reason="harassment", note="Again.", also_block=True)
    again = bot.asks("post", report_of(message), reason="harassment")

    assert first.status_code == 201
    assert (again.status_code, code_of(again)) == (409, "already_reported")
    assert again.json()["reference"] == first.json()["reference"] == Report.objects.get().public_id
    assert Block.objects.filter(blocker=cast.mara, blocked=cast.rex).exists()


def test_a_person_is_reported_and_the_reporter_finds_the_report_again(cast: Cast) -> None:
    bot = bot_of(cast.mara)

    made = bot.asks("post", f"/people/{cast.rex.public_id}/report", reason="spam_or_scam").json()

    [mine] = bot.gets("/notices")["reports"]
    assert (mine["reference"], mine["outcome"]) == (made["reference"], None)


@pytest.mark.parametrize("reason", ["rudeness", "", None])
def test_a_reason_that_there_is_not_is_malformed(cast: Cast, message: Message, reason: str | None) -> None:
    assert bot_of(cast.mara).code_of("post", report_of(message), reason=reason) == "malformed"


def test_what_a_stranger_cannot_read_they_cannot_report(cast: Cast, message: Message) -> None:
    assert bot_of(cast.sam).code_of("post", report_of(message), reason="hate") == "not_found"


def test_a_moderator_works_a_case_from_the_queue_to_its_undoing(cast: Cast, case: Case) -> None:
    nora, path = bot_of(cast.nora), f"/moderation/cases/{case.public_id}"
    assert [row["id"] for row in nora.gets("/moderation/cases")["cases"]] == [case.public_id]

    claimed = nora.asks("put", f"{path}/claim").json()
    text = nora.asks("post", f"{path}/reveal").json()
    decision = nora.asks(
        "post",
        f"{path}/decision",
        action="hide",
        policy="harassment",
        reason="It insults a person.",
        seen_version=text["text_version"],
    )

    assert claimed["case"]["is_mine"] is True
    assert "hide" in claimed["actions"]
    assert text["body"] == INSULT
    assert decision.status_code == 200, decision.content
    assert Message.objects.get(cases=case).visibility == Visibility.HIDDEN
    undone = nora.asks("post", f"/moderation/decisions/{decision.json()['id']}/undo").json()
    assert undone["action"] == "reverse"
    assert Case.objects.get().state == CaseState.OPEN


def test_the_author_reads_what_was_decided_and_why(cast: Cast, case: Case) -> None:
    nora, path = bot_of(cast.nora), f"/moderation/cases/{case.public_id}"
    nora.asks("put", f"{path}/claim")
    nora.asks("post", f"{path}/decision", action="hide", policy="harassment", reason="It insults a person.")

    [told] = bot_of(cast.rex).gets("/notices")["statements"]

    assert (told["action"], told["policy"], told["reason"]) == ("hide", "harassment", "It insults a person.")
    assert told["can_object"] is True
    assert told["is_read"] is False


def test_no_text_is_told_before_it_is_on_record_that_it_is_read(cast: Cast, case: Case) -> None:
    nora, path = bot_of(cast.nora), f"/moderation/cases/{case.public_id}"
    before = nora.asks("get", path).content + nora.asks("get", "/moderation/cases").content

    nora.asks("post", f"{path}/reveal")

    assert INSULT not in before.decode()
    assert AuditEntry.objects.filter(action="case.view", actor_id=cast.nora.pk).count() == 1


def test_a_case_that_another_works_on_is_not_taken(cast: Cast, case: Case) -> None:
    path = f"/moderation/cases/{case.public_id}"
    bot_of(cast.nora).asks("put", f"{path}/claim")
    otis = bot_of(cast.otis)

    assert otis.code_of("put", f"{path}/claim") == "claimed_by_another"
    assert otis.code_of("post", f"{path}/decision", action="dismiss", reason="Fine.") == "claimed_by_another"
    assert bot_of(cast.nora).asks("delete", f"{path}/claim").status_code == 204
    assert otis.code_of("put", f"{path}/claim") is None


def test_nobody_finds_a_case_about_themselves(cast: Cast) -> None:
    about = open_case(message=None, person=cast.nora, room=None, severity=1, why="reported")
    nora = bot_of(cast.nora)

    assert nora.gets("/moderation/cases")["cases"] == []
    assert nora.code_of("get", f"/moderation/cases/{about.public_id}") == "not_found"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", ""),
        ("get", "/{case}"),
        ("post", "/{case}/reveal"),
        ("put", "/{case}/claim"),
        ("delete", "/{case}/claim"),
    ],
)
def test_a_moderator_who_is_one_no_more_finds_nothing_with_the_old_token(
    cast: Cast, case: Case, method: str, path: str
) -> None:
    bot = bot_of(cast.nora, Scope.MODERATE)
    cast.nora.role = SiteRole.MEMBER
    cast.nora.save(update_fields=["role"])

    assert bot.code_of(method, "/moderation/cases" + path.format(case=case.public_id)) == "not_found"
    assert not AuditEntry.objects.filter(action="case.view").exists()
