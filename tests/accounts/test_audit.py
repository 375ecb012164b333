"""The audit log only grows, and any other change of it shows."""

import datetime as dt
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, connections, transaction

from accounts.models import AuditEntry, AuditHead
from accounts.services.audit import Deed, Flaw, Problem, head, record, record_many, verify_chain
from config.embedded import databases
from tests.cast import Cast
from tests.servers import on_database

pytestmark = pytest.mark.django_db


def three_entries(cast: Cast) -> list[AuditEntry]:
    """What three deeds leave."""
    return record_many([Deed(cast.nora, "case.view", ("case", number)) for number in (1, 2, 3)])


def tampered(statement: str) -> None:
    """What somebody could do who owns the table and takes its triggers off."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE accounts_auditentry DISABLE TRIGGER USER")
        cursor.execute(statement)
        cursor.execute("ALTER TABLE accounts_auditentry ENABLE TRIGGER USER")


@pytest.fixture
def as_the_application(db: None) -> Iterator[None]:
    """The statements of this test run as the role that the application has in production."""
    owner_url = on_database(settings.DATABASE_OWNER_URL, connection.settings_dict["NAME"])
    databases.create_role_and_database(owner_url)
    databases.grant_application_role(owner_url)
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE wardroom_app")
        yield
        cursor.execute("RESET ROLE")


def test_an_entry_says_who_did_what_to_what(cast: Cast) -> None:
    entry = record(
        actor=cast.ada, action="role.change", subject=("person", 7), before="member", after="moderator"
    )

    stored = AuditEntry.objects.get(pk=entry.pk)
    assert (stored.actor_id, stored.action) == (cast.ada.pk, "role.change")
    assert (stored.subject_type, stored.subject_id) == ("person", "7")
    assert stored.facts == {"before": "member", "after": "moderator"}


def test_what_the_system_does_has_no_actor() -> None:
    assert record(actor=None, action="message.hide", subject=("message", 1)).actor_id is None


@pytest.mark.django_db(transaction=True)
def test_nothing_is_recorded_without_a_transaction_to_belong_to(committed_cast: Cast) -> None:
    with pytest.raises(transaction.TransactionManagementError):
        record(actor=committed_cast.nora, action="case.view", subject=("case", 1))


@pytest.mark.parametrize(
    "value",
    [
        dt.datetime(2026, 11, 21, 18, 30, 0, 5, tzinfo=dt.UTC),
        dt.date(2026, 11, 21),
        uuid.UUID(int=7),
        0.1,
        1.0,
        1e22,
        -0.0,
        1e-9,
        2**70,
        True,
        None,
        'Gr\u00fc\u00dfe \u2603 \U0001f600 \x00 \\ "',
        {"nested": [1.0, {"b": 2, "a": [None, "x"]}]},
        {"a set", "of words"},
    ],
    ids=repr,
)
def test_whatever_a_fact_holds_the_chain_can_be_checked_from_the_database(value: object) -> None:
    record(actor=None, action="test.fact", subject=("test", 1), value=value)

    assert verify_chain() == []


def test_a_fact_that_is_no_number_at_all_is_an_error() -> None:
    with pytest.raises(ValueError, match="JSON"):
        record(actor=None, action="test.fact", subject=("test", 1), value=float("nan"))


def test_an_empty_log_is_whole() -> None:
    assert verify_chain() == []


def test_a_log_that_was_only_added_to_is_whole(cast: Cast) -> None:
    three_entries(cast)
    record(actor=cast.ada, action="band.change", subject=("band", 1))

    assert verify_chain() == []


def test_no_deeds_leave_nothing() -> None:
    assert record_many([]) == []


def test_a_changed_entry_shows(cast: Cast) -> None:
    _first, second, _third = three_entries(cast)

    tampered(f"UPDATE accounts_auditentry SET facts = '{{\"no\": 1}}' WHERE sequence = {second.sequence}")

    assert verify_chain() == [Problem(second.sequence, Flaw.ALTERED)]


@pytest.mark.parametrize(
    "change", ["actor_id = 99", "action = 'x'", "at = now()", "subject_id = '9'", "hash = 'x'"]
)
def test_every_column_counts(cast: Cast, change: str) -> None:
    _first, second, _third = three_entries(cast)

    tampered(f"UPDATE accounts_auditentry SET {change} WHERE sequence = {second.sequence}")

    assert Problem(second.sequence, Flaw.ALTERED) in verify_chain()


def test_a_removed_entry_shows(cast: Cast) -> None:
    _first, second, third = three_entries(cast)

    tampered(f"DELETE FROM accounts_auditentry WHERE sequence = {second.sequence}")

    assert verify_chain() == [Problem(second.sequence, Flaw.MISSING), Problem(third.sequence, Flaw.UNLINKED)]


def test_entries_that_changed_places_show(cast: Cast) -> None:
    first, second, _third = three_entries(cast)

    tampered(
        f"""UPDATE accounts_auditentry SET sequence = 9999 WHERE sequence = {first.sequence};
        UPDATE accounts_auditentry SET sequence = {first.sequence} WHERE sequence = {second.sequence};
        UPDATE accounts_auditentry SET sequence = {second.sequence} WHERE sequence = 9999"""
    )

    assert {problem.flaw for problem in verify_chain()} == {Flaw.ALTERED, Flaw.UNLINKED}


def test_a_tail_that_was_cut_off_shows(cast: Cast) -> None:
    *_others, third = three_entries(cast)

    tampered(f"DELETE FROM accounts_auditentry WHERE sequence = {third.sequence}")

    assert verify_chain() == [Problem(third.sequence, Flaw.CUT_OFF)]


def test_a_head_that_was_put_back_shows(cast: Cast) -> None:
    first, _second, third = three_entries(cast)

    AuditHead.objects.update(sequence=first.sequence, hash=first.hash)

    assert verify_chain() == [Problem(third.sequence, Flaw.CUT_OFF)]


def test_a_missing_head_shows(cast: Cast) -> None:
    three_entries(cast)

    AuditHead.objects.all().delete()

    assert verify_chain() == [Problem(0, Flaw.NO_HEAD)]


def test_a_log_without_its_head_cannot_be_forked(cast: Cast) -> None:
    three_entries(cast)
    AuditHead.objects.all().delete()

    with pytest.raises(DatabaseError), transaction.atomic():
        record(actor=None, action="test.again", subject=("test", 1))


def test_a_log_that_was_rewritten_whole_shows_against_an_end_that_was_noted(cast: Cast) -> None:
    three_entries(cast)
    noted = head()
    tampered("DELETE FROM accounts_auditentry")
    AuditHead.objects.update(sequence=0, hash="0" * 64)
    record_many([Deed(cast.rex, "case.view", ("case", number)) for number in (1, 2, 3)])

    assert verify_chain() == []
    assert verify_chain(noted=noted) == [Problem(noted.sequence, Flaw.REWRITTEN)]


def test_an_end_that_was_noted_is_found_again_later(cast: Cast) -> None:
    three_entries(cast)
    noted = head()
    three_entries(cast)

    assert verify_chain(noted=noted) == []


CHANGES = (
    "UPDATE accounts_auditentry SET action = 'nothing'",
    "UPDATE accounts_auditentry SET action = 'nothing' WHERE false",
    "DELETE FROM accounts_auditentry",
    "TRUNCATE accounts_auditentry",
    "INSERT INTO accounts_auditentry TABLE accounts_auditentry ON CONFLICT (id) DO UPDATE SET action = ''",
)


@pytest.mark.usefixtures("as_the_application")
@pytest.mark.parametrize("statement", CHANGES)
def test_the_application_cannot_rewrite_the_log(cast: Cast, statement: str) -> None:
    three_entries(cast)

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

    assert verify_chain() == []


@pytest.mark.parametrize("statement", CHANGES)
def test_not_even_the_owner_of_the_table_can(cast: Cast, statement: str) -> None:
    three_entries(cast)

    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)

    assert verify_chain() == []


@pytest.mark.usefixtures("as_the_application")
@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE accounts_auditentry DISABLE TRIGGER USER",
        "DROP TABLE accounts_auditentry",
        "SET session_replication_role = replica",
        "DELETE FROM accounts_audithead",
    ],
)
def test_the_application_cannot_take_the_guard_away(cast: Cast, statement: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.usefixtures("as_the_application")
def test_the_application_reads_and_adds(cast: Cast) -> None:
    three_entries(cast)

    assert AuditEntry.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_many_who_write_at_once_make_one_chain(committed_cast: Cast) -> None:
    def write(number: int) -> None:
        with transaction.atomic():
            record(actor=committed_cast.nora, action="case.view", subject=("case", number))
        connections.close_all()

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(write, range(40)))

    assert AuditEntry.objects.count() == 40
    assert verify_chain() == []


def test_the_command_says_that_the_log_is_whole_and_where_it_ends(cast: Cast) -> None:
    *_others, last = three_entries(cast)
    said = StringIO()

    call_command("audit", "verify", stdout=said)

    assert f"{last.sequence}:{last.hash}" in said.getvalue()


def test_the_command_names_each_flaw_and_exits_1(cast: Cast) -> None:
    _first, second, _third = three_entries(cast)
    tampered(f"UPDATE accounts_auditentry SET action = 'x' WHERE sequence = {second.sequence}")
    said = StringIO()

    with pytest.raises(SystemExit) as end:
        call_command("audit", "verify", stdout=said)

    assert end.value.code == 1
    assert said.getvalue() == f"Entry {second.sequence} was changed after it was written.\n"


def test_the_command_takes_an_end_that_was_noted(cast: Cast) -> None:
    three_entries(cast)
    said = StringIO()

    with pytest.raises(SystemExit):
        call_command("audit", "verify", "--noted", f"2:{'0' * 64}", stdout=said)

    assert "is not the entry that was noted down" in said.getvalue()


@pytest.mark.parametrize("arguments", [["verify", "--noted", "seven"], [], ["erase"]])
def test_the_command_refuses_what_it_does_not_understand(arguments: list[str]) -> None:
    with pytest.raises(CommandError):
        call_command("audit", *arguments)


def test_the_command_explains_itself(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        call_command("audit", "verify", "--help")

    assert end.value.code == 0
    assert "NUMBER:HASH" in capsys.readouterr().out
