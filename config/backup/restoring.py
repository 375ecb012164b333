"""A backup back into the database, in one transaction: all of it, or everything stays as it was.

What has to change on the way: each room gets another epoch, so that no client and no process takes what it
remembers for what is there now; and all sessions go, since one that was ended after the backup must not live
again. What was erased since stays erased (erasures.py). Migrations that came after the backup are applied,
and the application's rights are granted anew.
"""

import contextlib
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from accounts.models import Erasure, Person
from accounts.services import audit
from config.backup import erasures
from config.backup.erasures import Repeated, Standing
from config.backup.programs import BackupError, Database, database, reason
from config.embedded.databases import grant_application_role, role_of
from rooms.models import Message, Room

# As PostgreSQL itself makes it; what stands in it may be anything, but none of ours is elsewhere.
_EMPTY = """
SET LOCAL lock_timeout = '10s';
DROP SCHEMA public CASCADE;
CREATE SCHEMA public;
ALTER SCHEMA public OWNER TO pg_database_owner;
GRANT USAGE ON SCHEMA public TO PUBLIC;
"""
_AFTERWARDS = """
UPDATE public.rooms_room SET epoch = gen_random_uuid();
DELETE FROM public.django_session;
"""
# Asked of the session that restores, on its standard output; then a line that nothing else is.
_END = "--"
_LIST = f"\\copy ({erasures.SUBJECTS}) TO pstdout\n\\copy (SELECT '{_END}') TO pstdout\n"


_TRIES = 5


class _DeadlockError(BackupError):
    """The server ended the restore in favour of somebody who waited for it, and for whom it waited."""


@dataclass(frozen=True)
class Restored:
    """What is there after a restore.

    Attributes:
        migrated: migrations that were applied because the backup was older than this release.
        erased: messages, tokens and accounts that the ledger of erasures named, and that stay erased.
        unreadable: lines of that ledger that could not be read.
        flaws: of the audit log; 0 when its chain is whole.
    """

    people: int
    rooms: int
    messages: int
    migrated: int
    erased: int
    unreadable: int
    flaws: int


def restore(file: Path, *, replace: bool, with_erasures: bool = True) -> Restored:
    """Put the backup in the place of what is there. Audited as "site.restore".

    Raises BackupError: the database is not empty (and not `replace`), the file cannot be read, the ledger of
    erasures is not there (and they are wanted) or is of another key, somebody uses the database and does not
    let go, or the backup was made by a later release than this.
    """
    if not file.is_file():
        raise BackupError(f"There is no file {file}.")
    target, is_empty = database(), _is_empty()
    if not is_empty and not replace:
        raise BackupError(
            "The database is not empty. With --replace, everything in it is replaced by the backup: what was"
            " said and decided since then is gone."
        )
    ledger = _ledger() if with_erasures else Standing({})
    connection.close()
    repeated = _pour_patiently(file, target, first="" if is_empty else _EMPTY, ledger=ledger)
    migrated = _migrate()
    _grant()
    _record(file, repeated)
    return Restored(
        people=Person.objects.count(),
        rooms=Room.objects.count(),
        messages=Message.objects.count(),
        migrated=migrated,
        erased=repeated.count(),
        unreadable=ledger.unreadable,
        flaws=len(audit.verify_chain()),
    )


def _record(file: Path, repeated: Repeated) -> None:
    """What was hidden is decided anew; the restore stands in the audit log."""
    Erasure.objects.all().delete()  # waited for the ledger as the backup was made: it has them since
    erasures.hide_again(repeated)
    counts = {str(what): len(public_ids) for what, public_ids in repeated.of.items()}
    with transaction.atomic():
        audit.record(actor=None, action="site.restore", subject=("site", ""), backup=file.name, erased=counts)


def _is_empty() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT NOT EXISTS (SELECT FROM pg_tables WHERE schemaname = 'public')")
        return bool(cursor.fetchone()[0])


def _ledger() -> Standing:
    """As it stands now: with what the database that is to be replaced has not written down yet."""
    erasures.write_down()
    return erasures.standing()


def _pour_patiently(file: Path, target: Database, *, first: str, ledger: Standing) -> Repeated:
    """Again where people who talk meanwhile held the tables in another order than this takes them."""
    for _ in range(_TRIES - 1):
        with contextlib.suppress(_DeadlockError):
            return _pour(file, target, first=first, ledger=ledger)
    return _pour(file, target, first=first, ledger=ledger)


def _pour(file: Path, target: Database, *, first: str, ledger: Standing) -> Repeated:
    """From the file to the server; COMMIT is said only when the file has been read to its end."""
    reading = [str(target.programs / "pg_restore"), "--no-owner", "--no-privileges", "--file=-", str(file)]
    # Terse: the last line is the error itself, and no hint.
    told_how = ("--set=ON_ERROR_STOP=1", "--set=VERBOSITY=terse")
    writing = target.command("psql", "--no-psqlrc", "--quiet", "--output=/dev/null", *told_how)
    with tempfile.TemporaryFile("w+") as said, tempfile.TemporaryFile("w+") as told:
        reader = subprocess.Popen(reading, env=target.environment, stdout=subprocess.PIPE, stderr=said)  # noqa: S603
        writer = subprocess.Popen(  # noqa: S603
            writing, env=target.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=told
        )
        repeated = _hand_over(reader, writer, first, ledger)
        if writer.wait():
            why = _last(told, "psql")
            failure = _DeadlockError if "deadlock" in why else BackupError
            raise failure(f"Nothing was changed: {why}")
        if reader.wait():
            raise BackupError(f"Nothing was changed: {_last(said, 'pg_restore')}")
    return repeated


def _hand_over(
    reader: subprocess.Popen[bytes], writer: subprocess.Popen[bytes], first: str, ledger: Standing
) -> Repeated:
    lines, server = cast("IO[bytes]", reader.stdout), cast("IO[bytes]", writer.stdin)
    answers, repeated = cast("IO[bytes]", writer.stdout), Repeated({})
    with contextlib.suppress(BrokenPipeError), lines, answers, server:  # the writer's last word says why
        server.write(f"BEGIN;\n{first}".encode())
        shutil.copyfileobj(lines, server)
        if reader.wait() == 0:
            server.write(_LIST.encode())
            server.flush()
            repeated = erasures.meant(_listed(answers), ledger)
            server.writelines(statement.encode() for statement in repeated.statements())
            server.write(f"{_AFTERWARDS}COMMIT;\n".encode())
    return repeated


def _listed(answers: IO[bytes]) -> Iterator[str]:
    """What the session lists, up to its end; where the session ends before, so does this."""
    for line in answers:
        if line.decode().strip() == _END:
            return
        yield line.decode().rstrip("\n")


def _last(lines: IO[str], program: str) -> str:
    lines.seek(0)
    return reason(lines.read(), program)


def _migrate() -> int:
    loader = MigrationExecutor(connection).loader
    later = sorted(
        set(MigrationRecorder(connection).applied_migrations()) - set(loader.disk_migrations or {})
    )
    ours = [f"{app}.{name}" for app, name in later if app in loader.migrated_apps]
    if ours:
        raise BackupError(
            f"The backup is restored, and was made by a later release ({ours[0]} is not known here): install"
            " that release before you start the site."
        )
    missing = len(MigrationExecutor(connection).migration_plan(loader.graph.leaf_nodes()))
    if missing:
        call_command("migrate", interactive=False, verbosity=0)
    return missing


def _grant() -> None:
    """Rights are not in the backup: the application's role may have another name here."""
    role = role_of(settings.DATABASE_URL)
    if role and role != role_of(settings.DATABASE_OWNER_URL):
        grant_application_role(settings.DATABASE_OWNER_URL, role=role)
