"""What an earlier run that was killed outright may have left in a data folder, and clearing it.

Called under the data folder's lock, so whatever is found here belongs to nobody who is running.
"""

import contextlib
import json
from collections.abc import Iterable
from pathlib import Path

import psutil

from config.embedded.watchdog import end

SAME_START_S = 1.0  # two readings of one process's start differ by less


def record_children(file: Path, stop_signals: Iterable[tuple[int, int]]) -> None:
    """Note who is running, and since when: an id alone may be another's by the next start."""
    running = []
    for pid, stop_signal in stop_signals:
        with contextlib.suppress(psutil.NoSuchProcess):
            running.append([pid, stop_signal, psutil.Process(pid).create_time()])
    file.write_text(json.dumps(running))


def end_children(file: Path) -> None:
    """End those of an earlier run that even the watchdog did not outlive."""
    try:
        recorded = json.loads(file.read_text())
    except (FileNotFoundError, ValueError):
        return
    end({pid: stop_signal for pid, stop_signal, since in recorded if _is_running(pid, since)})
    file.unlink()


def remove_stale_postmaster_pid(data: Path) -> None:
    """Remove PostgreSQL's own lock where the process it names is not a server on this folder.

    PostgreSQL does so itself when that id is nobody's. It cannot when the id is a zombie's or was
    given to another process since, as happens in containers, where ids are few.
    """
    lock = data / "postmaster.pid"
    with contextlib.suppress(FileNotFoundError, ValueError, IndexError):
        if not _is_postgres_on(int(lock.read_text().splitlines()[0]), data):
            lock.unlink()


def _is_running(pid: int, since: float) -> bool:
    try:
        process = psutil.Process(pid)
        return abs(process.create_time() - since) < SAME_START_S and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _is_postgres_on(pid: int, data: Path) -> bool:
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE or "postgres" not in process.name():
            return False
        return Path(process.cwd()).samefile(data)  # a server works in its data folder
    except (psutil.NoSuchProcess, FileNotFoundError):
        return False
    except psutil.AccessDenied:
        return True
