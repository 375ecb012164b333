"""Reporting: who may, what is kept, what it leads to, and who never learns of it."""

import datetime as dt

import pytest

from accounts.models import AuditEntry, Block
from accounts.services.blocks import block_person
from common.clock import now
from common.errors import Code, Refused
from moderation.models import Case, Report, Severity
from moderation.selectors import notices_for
from moderation.services import reports
from moderation.services.reports import report_message, report_person
from rooms.models import Membership, Message, Visibility
from tests.cast import Cast
from tests.factories import MessageFactory, PersonFactory


def report(cast: Cast, message: Message, reason: str = "harassment", **more: object) -> Report:
    terms = {
        "reporter": cast.mara,
        "room_public_id": message.room.public_id,
        "message_public_id": message.public_id,
        **more,
    }
    return report_message(reason=reason, **terms)  # type: ignore[arg-type]


def refusal_of_report(cast: Cast, message: Message, **more: object) -> Refused:
    with pytest.raises(Refused) as refusal:
        report(cast, message, **more)  # type: ignore[arg-type]
    return refusal.value


def test_a_report_opens_a_case_and_keeps_what_was_there(cast: Cast) -> None:
    messages = [
        MessageFactory.create(room=cast.harbour, author=author, body=f"line {n}")
        for n, author in enumerate([cast.mara, cast.rex] * 8)
    ]
    subject = messages[7]

    made = report(cast, subject, note="  He does this every day. ")

    assert [line["text"] for line in made.snapshot] == [f"line {n}" for n in range(2, 13)]
    (kept,) = [line for line in made.snapshot if line["is_subject"]]
    assert kept["author"] == cast.rex.public_id
    assert kept["visibility"] == Visibility.VISIBLE
    assert made.note == "He does this every day."
    assert made.case.message == subject
    assert made.case.person == cast.rex
    assert AuditEntry.objects.filter(action="report.make", actor_id=cast.mara.pk).exists()


def test_what_a_report_kept_stays_when_the_author_edits_or_deletes(cast: Cast, said: Message) -> None:
    made = report(cast, said)
    Message.objects.filter(pk=said.pk).update(body="lovely people", visibility=Visibility.DELETED)

    made.refresh_from_db()
    assert made.snapshot[0]["text"] == "you are all fools"


def test_two_reports_of_one_message_are_one_case(cast: Cast, said: Message) -> None:
    first = report(cast, said, reason="spam_or_scam")
    second = report(cast, said, reason="threat", reporter=cast.finn)

    assert first.case_id == second.case_id
    second.case.refresh_from_db()
    assert second.case.severity == Severity.URGENT  # a threat, and Finn is a child


def test_the_same_person_reporting_again_gets_the_first_reference(cast: Cast, said: Message) -> None:
    first = report(cast, said)

    refusal = refusal_of_report(cast, said, reason="hate")

    assert (refusal.code, refusal.status) == (Code.ALREADY_REPORTED, 409)
    assert refusal.facts["reference"] == first.public_id


def test_a_message_of_another_room_is_not_found(cast: Cast, said: Message) -> None:
    refusal = refusal_of_report(cast, said, room_public_id=cast.lounge.public_id)

    assert refusal.code == Code.NOT_FOUND
    assert not Case.objects.exists()


def test_a_stranger_to_the_room_finds_nothing_to_report(cast: Cast, said: Message) -> None:
    assert refusal_of_report(cast, said, reporter=cast.sam).code == Code.NOT_FOUND


def test_a_held_message_is_not_found_by_others(cast: Cast) -> None:
    held = MessageFactory.create(room=cast.harbour, author=cast.rex, held=True)

    assert refusal_of_report(cast, held).code == Code.NOT_FOUND


def test_a_message_that_was_seen_and_is_hidden_now_can_still_be_reported(cast: Cast) -> None:
    hidden = MessageFactory.create(room=cast.harbour, author=cast.rex, hidden=True)

    assert report(cast, hidden).case.message == hidden


def test_whoever_left_reports_what_was_said_before_and_not_after(cast: Cast, said: Message) -> None:
    left_at = said.sent_at + dt.timedelta(seconds=1)
    Membership.objects.filter(room=cast.harbour, person=cast.mara).update(
        left_at=left_at, joined_at=left_at - dt.timedelta(days=1)
    )
    later = MessageFactory.create(
        room=cast.harbour, author=cast.rex, sent_at=left_at + dt.timedelta(seconds=1)
    )

    assert report(cast, said)
    assert refusal_of_report(cast, later).code == Code.NOT_FOUND


def test_a_stranger_who_was_only_muted_there_is_still_a_stranger(cast: Cast, said: Message) -> None:
    Membership.objects.create(room=cast.harbour, person=cast.sam, left_at=now(), muted_until=now())

    assert refusal_of_report(cast, said, reporter=cast.sam).code == Code.NOT_FOUND


def test_both_sides_of_a_block_can_still_report_each_other(cast: Cast, said: Message) -> None:
    block_person(blocker=cast.rex, blocked=cast.mara)
    hers = MessageFactory.create(room=cast.harbour, author=cast.mara)

    assert report(cast, said)
    assert report(cast, hers, reporter=cast.rex)
    assert report_person(reporter=cast.mara, person_public_id=cast.rex.public_id, reason="harassment")


def test_nobody_reports_themselves(cast: Cast, said: Message) -> None:
    assert refusal_of_report(cast, said, reporter=cast.rex).code == Code.NOT_ONESELF
    with pytest.raises(Refused, match=Code.NOT_ONESELF):
        report_person(reporter=cast.rex, person_public_id=cast.rex.public_id, reason="other")


def test_a_reason_that_is_not_on_the_list_is_refused(cast: Cast, said: Message) -> None:
    assert refusal_of_report(cast, said, reason="boring").code == Code.MALFORMED


def test_reporting_can_block_as_well(cast: Cast, said: Message) -> None:
    report(cast, said, also_block=True)

    assert Block.objects.filter(blocker=cast.mara, blocked=cast.rex).exists()


def test_a_flood_of_reports_is_capped(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reports, "RATE", "2/hour")
    said = [MessageFactory.create(room=cast.harbour, author=cast.rex) for _ in range(3)]
    for message in said[:2]:
        report(cast, message)

    refusal = refusal_of_report(cast, said[2])

    assert (refusal.code, refusal.status) == (Code.TOO_FAST, 429)


def test_a_suspended_person_does_not_report(cast: Cast, said: Message) -> None:
    cast.mara.suspended_until = now() + dt.timedelta(hours=1)

    assert refusal_of_report(cast, said).code == Code.SUSPENDED


def test_a_report_where_a_child_is_involved_is_looked_at_sooner(cast: Cast, said: Message) -> None:
    by_adult = report(cast, said, reason="harassment")
    by_child = report_person(reporter=cast.finn, person_public_id=cast.rex.public_id, reason="harassment")

    assert by_adult.case.severity == Severity.MEDIUM
    assert by_child.case.severity == Severity.HIGH
    assert by_child.case.due_at < by_adult.case.due_at


def test_a_report_of_a_person_keeps_what_they_said_where_the_reporter_is(cast: Cast, said: Message) -> None:
    MessageFactory.create(room=cast.attic, author=cast.rex, body="said where Finn is not")

    made = report_person(reporter=cast.finn, person_public_id=cast.rex.public_id, reason="other")

    assert [line["text"] for line in made.snapshot] == [said.body]


def test_the_reported_person_learns_nothing_of_it(cast: Cast, said: Message) -> None:
    report(cast, said)

    told = notices_for(cast.rex)

    assert (told.statements, told.reports, told.unread) == ([], [], 0)


def test_three_people_blocking_one_within_a_day_is_a_case(cast: Cast) -> None:
    for number, blocker in enumerate([cast.mara, cast.sam, cast.otis], start=1):
        block_person(blocker=blocker, blocked=cast.rex)
        assert Case.objects.count() == (number == 3)

    case = Case.objects.get()
    assert (case.person, case.severity) == (cast.rex, Severity.MEDIUM)


def test_blocks_of_an_earlier_day_do_not_count(cast: Cast) -> None:
    for blocker in (cast.mara, cast.sam):
        block_person(blocker=blocker, blocked=cast.rex)
    Block.objects.update(created_at=now() - dt.timedelta(hours=25))

    block_person(blocker=cast.otis, blocked=cast.rex)

    assert not Case.objects.exists()


def test_blocks_and_reports_of_one_person_meet_in_one_case(cast: Cast) -> None:
    report_person(reporter=cast.mara, person_public_id=cast.rex.public_id, reason="spam_or_scam")
    for blocker in (cast.mara, cast.sam, PersonFactory.create()):
        block_person(blocker=blocker, blocked=cast.rex)

    case = Case.objects.get()
    assert case.why == "reported:spam_or_scam · blocked"
