"""The whole database into one file, while the site runs: pg_dump's custom format, one consistent moment."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from accounts.services.audit import Witness, head
from config.backup import erasures
from config.backup.programs import BackupError, database, reason


@dataclass(frozen=True)
class Made:
    """A backup that was written.

    Attributes:
        end: the end of the audit log just before; keep it elsewhere, for `audit verify --noted`.
    """

    file: Path
    size: int
    end: Witness


def back_up(file: Path) -> Made:
    """Write the backup, readable by its owner only; all of it or nothing.

    Brings the ledger of erasures up to date first: it goes with the backups.

    Raises BackupError: the file exists, programs are missing, the ledger cannot be written, pg_dump failed.
    """
    if file.exists():
        raise BackupError(f"{file} is there already: choose another name.")
    if not file.parent.is_dir():
        raise BackupError(f"There is no folder {file.parent}.")
    erasures.write_down()
    source, end, part = database(), head(), file.with_name(f"{file.name}.part")
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    command = source.command("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={part}")
    try:
        done = subprocess.run(command, env=source.environment, capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode:
            raise BackupError(reason(done.stderr, "pg_dump"))
        _keep(part, file)
    finally:
        part.unlink(missing_ok=True)
    return Made(file, file.stat().st_size, end)


def _keep(part: Path, file: Path) -> None:
    """On the disk before it has its name: a name that is there is a backup that is whole."""
    written = os.open(part, os.O_RDONLY)
    try:
        os.fsync(written)
    finally:
        os.close(written)
    part.rename(file)
