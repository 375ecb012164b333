"""The data folder: what lies where, the lock that lets one instance use it, the secret key.

Opened by up.py first of all; manage.py's other commands ask for the variables.
"""

import contextlib
import fcntl
import os
import secrets
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from config.embedded.failure import StartError

DEFAULT = Path(__file__).resolve().parents[2] / ".wardroom"
LOG_LIMIT_BYTES = 10_000_000
# How long a start waits for the watchdog of a killed instance to end that instance's children.
ENDING_TIMEOUT_S = 10.0


@dataclass(frozen=True)
class DataFolder:
    """One instance's files. Keep the folder and you keep everything."""

    root: Path
    lock: int

    @property
    def postgres(self) -> Path:
        return self.root / "postgres"

    @property
    def redis(self) -> Path:
        return self.root / "redis"

    @property
    def beat_schedule(self) -> Path:
        return self.root / "beat-schedule"

    @property
    def environment(self) -> Path:
        return self.root / "environment"

    @property
    def children(self) -> Path:
        return self.root / "children.json"

    @property
    def socket_folders(self) -> Path:
        return self.root / "sockets"

    @property
    def migrated(self) -> Path:
        return self.root / "migrated.json"

    @property
    def demo(self) -> Path:
        return self.root / "demo.txt"

    def log(self, name: str) -> Path:
        return self.root / "logs" / f"{name}.log"

    def secret_key(self) -> str:
        """Made once, kept here: sessions and links must outlive a restart."""
        file = self.root / "secret-key"
        if not file.exists():
            write_private(file, secrets.token_urlsafe(50))
        return file.read_text().strip()


@contextlib.contextmanager
def opened(root: Path) -> Iterator[DataFolder]:
    """Make the folder where it is missing, and hold it for ourselves alone.

    Raises:
        StartError: it cannot be made, or another instance holds it.
    """
    root = root.absolute()
    try:
        (root / "logs").mkdir(mode=0o711, parents=True, exist_ok=True)
        lock = os.open(root / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as reason:
        raise StartError(
            f"The data folder {root} cannot be used ({reason.strerror}): choose another with --data."
        ) from None
    try:
        _take(lock, root)
        for log in (root / "logs").glob("*.log"):
            _put_aside(log)
        yield DataFolder(root, lock)
    finally:
        os.close(lock)


def write_private(file: Path, text: str) -> None:
    """Write a file that only its owner may read; all of it or nothing."""
    fresh = file.with_name(f"{file.name}.new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as lines:
        lines.write(text)
    fresh.rename(file)


def write_environment(file: Path, environment: Mapping[str, str]) -> None:
    write_private(file, "".join(f"{name}={value}\n" for name, value in environment.items()))


def variables_of_running_instance(environment: Mapping[str, str]) -> dict[str, str]:
    """What a command of manage.py needs to use the servers of the instance on the data folder.

    What the environment names itself comes first; nothing where nothing runs.
    """
    root = Path(environment.get("WARDROOM_DATA") or DEFAULT)
    if "DATABASE_URL" in environment:
        return {}
    try:
        lines = (root / "environment").read_text().splitlines()
    except OSError:
        return {}
    found = dict(line.split("=", 1) for line in lines)
    return {name: value for name, value in found.items() if name not in environment}


def _take(lock: int, root: Path) -> None:
    deadline = time.monotonic() + ENDING_TIMEOUT_S
    while not _locked(lock):
        holder = os.pread(lock, 20, 0).decode().strip()
        if _is_alive(holder) or time.monotonic() > deadline:
            raise StartError(
                f"The data folder {root} is in use by another instance (process {holder or 'unknown'}):"
                " stop that one, or choose another folder with --data and another port with --port."
            )
        time.sleep(0.1)
    os.ftruncate(lock, 0)
    os.pwrite(lock, str(os.getpid()).encode(), 0)


def _locked(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_alive(pid: str) -> bool:
    """Whether the process that took the lock still runs: otherwise its watchdog is finishing up."""
    try:
        os.kill(int(pid), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return True


def _put_aside(log: Path) -> None:
    if log.stat().st_size > LOG_LIMIT_BYTES:
        log.replace(log.with_suffix(".log.1"))
