"""A backup, changes, and the way back: what was there is there again, and no client takes it for the old."""

import io
import stat
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from pytest_django.fixtures import Settings

from accounts.models import AuditEntry
from accounts.services import audit
from accounts.services.leaving import deactivate_person, reactivate_person
from common.database import in_database
from config.backup import programs
from config.backup.dump import back_up
from config.backup.programs import BackupError
from config.backup.restoring import restore
from rooms.models import Message, Room
from tests.cast import Cast
from tests.rooms.conftest import Join, sign_in
from tests.rooms.saying import say


@pytest.fixture
def file(tmp_path: Path, settings: Settings) -> Path:
    settings.ERASURE_LEDGER = tmp_path / "kept" / "erasures.ledger"
    return tmp_path / "wardroom.backup"


def test_what_was_there_is_there_again_and_what_came_after_is_gone(committed_cast: Cast, file: Path) -> None:
    cast = committed_cast
    say(cast.mara, cast.lounge, "before")
    deactivate_person(person=cast.sam, by=cast.ada)
    sign_in(cast.mara)
    epoch = Room.objects.get(pk=cast.lounge.pk).epoch
    made = back_up(file)
    reactivate_person(person=cast.sam, by=cast.ada)
    say(cast.mara, cast.lounge, "after")

    done = restore(file, replace=True)

    assert list(Message.objects.values_list("body", flat=True)) == ["before"]
    assert done.messages == 1
    assert Room.objects.get(pk=cast.lounge.pk).epoch != epoch
    assert not Session.objects.exists()
    assert done.flaws == 0
    assert audit.verify_chain(noted=made.end) == []
    assert AuditEntry.objects.latest("sequence").action == "site.restore"
    assert say(cast.mara, cast.lounge, "and on").position == 2


async def test_an_open_socket_is_told_to_load_afresh(committed_cast: Cast, join: Join, file: Path) -> None:
    cast, room = committed_cast, committed_cast.lounge
    mara = await join(cast.mara)
    entered = await mara.enters(room)
    await in_database(back_up, file)
    posted = await in_database(say, cast.rex, room, "after the backup")
    await mara.sees(posted.message_public_id)

    await in_database(restore, file, replace=True)

    told = await mara.receives(lambda f: f["type"] == "entered" and "limited" in f, what="a fresh start")
    assert told["epoch"] != entered["epoch"]


def test_nothing_is_restored_over_what_is_there_unless_asked(committed_cast: Cast, file: Path) -> None:
    back_up(file)

    with pytest.raises(BackupError, match="--replace"):
        restore(file, replace=False)

    assert Room.objects.count() == 3


def test_a_damaged_backup_changes_nothing(committed_cast: Cast, file: Path) -> None:
    say(committed_cast.mara, committed_cast.lounge, "still here")
    back_up(file)
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) * 2 // 3])

    with pytest.raises(BackupError, match="Nothing was changed"):
        restore(file, replace=True)

    assert Message.objects.get().body == "still here"


def test_a_backup_of_an_older_release_is_migrated(committed_cast: Cast, file: Path) -> None:
    newest = MigrationRecorder.Migration.objects.filter(app="operations").latest("id")
    newest.delete()
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE operations_sample")
    back_up(file)

    done = restore(file, replace=True)

    assert done.migrated == 1
    assert "operations_sample" in connection.introspection.table_names()


def test_a_backup_is_its_owners_alone_and_is_never_written_over(committed_cast: Cast, file: Path) -> None:
    printed = io.StringIO()
    call_command("backup", str(file), stdout=printed)

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert f"ended at {audit.head().sequence}:" in printed.getvalue()
    with pytest.raises(CommandError, match="is there already"):
        call_command("backup", str(file))
    assert [path.name for path in file.parent.glob("*.*")] == [file.name]


def test_programs_of_another_version_are_not_used(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "_major_of", lambda _program: 9)

    with pytest.raises(BackupError, match="install them"):
        programs.database()
