"""What was deleted, hidden, revoked or closed after a backup stays so when the backup comes back."""

import io
import os
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client
from pytest_django.fixtures import Settings

from accounts import ledger
from accounts.models import AuditEntry, Erased, Erasure, Person
from accounts.services import erasures, sessions
from accounts.services.leaving import deactivate_person, reactivate_person
from accounts.tasks import write_down_erasures
from common.clock import now
from common.errors import Code, Refused
from config.backup.dump import back_up
from config.backup.programs import BackupError
from config.backup.restoring import Restored, restore
from config.doctor import servers
from config.doctor.findings import State
from moderation.models import Action, Case, Decision, StatementOfReasons
from moderation.services.enforcement import Order, enforce, reverse
from rooms.models import Message, Visibility
from rooms.services.messages import VisibilityChange, delete_message, show_or_hide
from tests.cast import Cast
from tests.rooms.saying import say

UNWANTED = "a text that nobody is to read again"


@pytest.fixture
def kept(tmp_path: Path, settings: Settings) -> Path:
    """Where the ledger is: not with the database."""
    settings.ERASURE_LEDGER = tmp_path / "kept" / "erasures.ledger"
    return tmp_path / "kept" / "erasures.ledger"


@pytest.fixture
def file(tmp_path: Path, kept: Path) -> Path:
    return tmp_path / "wardroom.backup"


def said(person: Person, cast: Cast) -> Message:
    """A message that others can see."""
    posted = say(person, cast.lounge, UNWANTED)
    message = Message.objects.get(public_id=posted.message_public_id)
    show_or_hide(changes=[VisibilityChange(message.pk, Visibility.VISIBLE)])
    return message


def delete(message: Message) -> None:
    delete_message(
        person=message.author, room_public_id=message.room.public_id, message_public_id=message.public_id
    )


def hide(message: Message, by: Person) -> Decision:
    order = Order(action=Action.HIDE, person_id=message.author_id, message_id=message.pk, decided_by=by)
    (decision,) = enforce([order])
    return decision


def back(file: Path) -> Restored:
    return restore(file, replace=True)


def visibility(message: Message) -> str:
    return Message.objects.get(pk=message.pk).visibility


def test_what_its_author_deleted_stays_deleted(committed_cast: Cast, file: Path) -> None:
    message, other = said(committed_cast.mara, committed_cast), said(committed_cast.rex, committed_cast)
    back_up(file)
    delete(message)

    done = back(file)

    assert visibility(message) == Visibility.DELETED
    assert visibility(other) == Visibility.VISIBLE
    assert done.erased == 1
    assert AuditEntry.objects.latest("sequence").facts["erased"] == {"message.deleted": 1}


def test_what_was_hidden_is_hidden_again_by_a_decision_that_can_be_undone(
    committed_cast: Cast, file: Path
) -> None:
    cast = committed_cast
    message = said(cast.rex, cast)
    back_up(file)
    hide(message, cast.nora)

    back(file)

    assert visibility(message) == Visibility.HIDDEN
    decision = Decision.objects.get(message=message, action=Action.HIDE)
    assert decision.is_automated
    assert "backup" in decision.reason
    assert StatementOfReasons.objects.filter(decision=decision, person=cast.rex).exists()
    reverse(decision=decision, by=cast.nora, reason="It was fine.")
    assert visibility(message) == Visibility.VISIBLE


def test_what_was_hidden_and_shown_again_is_seen(committed_cast: Cast, file: Path) -> None:
    cast = committed_cast
    message = said(cast.rex, cast)
    back_up(file)
    reverse(decision=hide(message, cast.nora), by=cast.otis, reason="It was fine.")

    back(file)

    assert visibility(message) == Visibility.VISIBLE
    assert not Decision.objects.exists()


def test_what_was_put_back_before_the_backup_and_hidden_after_it_waits_for_a_human(
    committed_cast: Cast, file: Path
) -> None:
    cast = committed_cast
    message = said(cast.rex, cast)
    order = Order(action=Action.HIDE, person_id=cast.rex.pk, message_id=message.pk, text_version=1)
    (automated,) = enforce([order])
    reverse(decision=automated, by=cast.nora, reason="It was fine.")
    back_up(file)
    hide(message, cast.otis)

    back(file)

    assert visibility(message) == Visibility.HELD
    assert Case.objects.get(message=message).why == "hidden_before"


def test_a_token_that_was_revoked_opens_nothing(committed_cast: Cast, file: Path) -> None:
    cast = committed_cast
    token, secret = sessions.create_token(
        person=cast.mara, name="a bot", scopes=["rooms:read"], expires_at=None
    )
    back_up(file)
    sessions.revoke_token(person=cast.mara, token_public_id=token.public_id)

    back(file)

    with pytest.raises(Refused) as refused:
        sessions.token_behind(secret)
    assert refused.value.code == Code.NOT_SIGNED_IN


@pytest.mark.parametrize("is_opened_again", [False, True], ids=["closed", "opened again"])
def test_an_account_is_as_it_was_left(committed_cast: Cast, file: Path, is_opened_again: bool) -> None:
    cast = committed_cast
    back_up(file)
    deactivate_person(person=cast.sam, by=cast.ada)
    if is_opened_again:
        reactivate_person(person=cast.sam, by=cast.ada)

    back(file)

    assert Person.objects.get(pk=cast.sam.pk).is_active == is_opened_again


def test_the_ledger_outlives_the_database(committed_cast: Cast, file: Path) -> None:
    message = said(committed_cast.mara, committed_cast)
    back_up(file)
    delete(message)
    erasures.write_down()
    Erasure.objects.all().delete()

    back(file)
    back(file)  # and a second time, from the same backup

    assert visibility(message) == Visibility.DELETED


def test_the_ledger_holds_neither_text_nor_ids(committed_cast: Cast, kept: Path) -> None:
    message = said(committed_cast.mara, committed_cast)
    delete(message)

    write_down_erasures()

    (line,) = kept.read_text().splitlines()
    at, key, what, mark = line.split(" ")
    assert (key, what) == (ledger.key_name(), "message.deleted")
    assert mark == ledger.mark_of("message", message.public_id)
    assert at[:10] == now().date().isoformat()
    assert message.public_id not in line
    assert kept.stat().st_mode & 0o077 == 0
    assert not Erasure.objects.exists()


def test_what_is_rolled_back_was_never_erased(committed_cast: Cast, kept: Path) -> None:
    message = said(committed_cast.mara, committed_cast)

    with transaction.atomic():
        show_or_hide(changes=[VisibilityChange(message.pk, Visibility.HIDDEN)])
        transaction.set_rollback(True)

    assert erasures.write_down() == 0


def test_without_the_ledger_nothing_is_restored_unless_that_is_wanted(
    committed_cast: Cast, file: Path, kept: Path
) -> None:
    message = said(committed_cast.mara, committed_cast)
    back_up(file)
    delete(message)
    Erasure.objects.all().delete()
    kept.unlink()
    kept.parent.rmdir()
    kept.parent.touch()  # where nothing can be made, as on a disk that is not there

    with pytest.raises(BackupError, match="WARDROOM_ERASURES"):
        back(file)

    assert visibility(message) == Visibility.DELETED
    restore(file, replace=True, with_erasures=False)
    assert visibility(message) == Visibility.VISIBLE


def test_a_ledger_of_another_key_is_not_taken_for_an_empty_one(
    committed_cast: Cast, file: Path, settings: Settings
) -> None:
    message = said(committed_cast.mara, committed_cast)
    back_up(file)
    delete(message)
    erasures.write_down()
    settings.SECRET_KEY = "another one, after the first was lost"

    with pytest.raises(BackupError, match="another secret key"):
        back(file)

    assert visibility(message) == Visibility.DELETED


def test_a_line_that_a_crash_cut_off_spoils_no_other_and_is_told_of(
    committed_cast: Cast, file: Path, kept: Path
) -> None:
    first, second = said(committed_cast.mara, committed_cast), said(committed_cast.mara, committed_cast)
    back_up(file)
    delete(first)
    erasures.write_down()
    os.truncate(kept, kept.stat().st_size - 30)
    delete(second)
    printed = io.StringIO()

    with pytest.raises(CommandError, match="1 lines of the ledger"):
        call_command("restore", str(file), "--replace", stdout=printed)

    assert visibility(second) == Visibility.DELETED
    assert "1 messages, tokens and accounts stay erased" in printed.getvalue()


def test_a_ledger_that_cannot_be_written_loses_nothing_and_is_told_of(
    committed_cast: Cast, kept: Path, client: Client
) -> None:
    kept.parent.touch()  # a file where the folder should be
    delete(said(committed_cast.mara, committed_cast))

    write_down_erasures()

    assert Erasure.objects.get().what == Erased.MESSAGE_DELETED
    assert next(servers.ledger_of_erasures()).state == State.WELL
    Erasure.objects.update(at="2026-01-01T00:00Z")
    assert next(servers.ledger_of_erasures()).state == State.WRONG
    kept.parent.unlink()
    write_down_erasures()
    assert next(servers.ledger_of_erasures()).state == State.WELL
    assert len(ledger.read(kept).entries) == 1
