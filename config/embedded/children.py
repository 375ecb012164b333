"""Starting and stopping one child process, so that none outlives the process that started it.

Here: what a program is, and the tether that ends it with us. Not here: which programs there are
(stack.py), when they are restarted and in which order they stop (supervisor.py).
"""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Self

from config.embedded.failure import StartError
from config.embedded.privileges import Account

WATCHDOG = Path(__file__).with_name("watchdog.py")
# The child lists itself before it becomes its program: there is no instant in which we could die
# and leave it unlisted. exec keeps the process id, so $$ is the program's.
LIST_ITSELF = 'echo "$$ {stop_signal}" >&0 && exec "$@" </dev/null'
TAIL_BYTES = 8192


@dataclass(frozen=True)
class Program:
    """A command to run; `account` is whom to run it as where we are root, None for ourselves."""

    name: str
    command: Sequence[str]
    log: Path
    environment: Mapping[str, str]
    folder: Path
    stop_signal: signal.Signals = signal.SIGTERM
    account: Account | None = None


class Tether:
    """Our end of the pipe that the watchdog reads: what is started through it ends with us.

    `inherited` are file descriptors that the watchdog holds open until everything has ended.
    """

    def __init__(self, *inherited: int) -> None:
        self._inherited = inherited
        self._listed: dict[int, signal.Signals] = {}
        self._start_watchdog()

    def start(self, program: Program) -> subprocess.Popen[bytes]:
        self.mend()
        listing = LIST_ITSELF.format(stop_signal=int(program.stop_signal))
        account = program.account
        with open_log(program.log) as log:
            process = subprocess.Popen(
                ["/bin/sh", "-c", listing, program.name, *program.command],
                stdin=self._writer,
                stdout=log,
                stderr=log,
                cwd=program.folder,
                env=dict(program.environment),
                start_new_session=True,
                user=account.uid if account else None,
                group=account.gid if account else None,
                extra_groups=() if account else None,
            )
        self._listed[process.pid] = program.stop_signal
        return process

    def run(self, program: Program) -> None:
        """Run a program to its end.

        Raises:
            StartError: it failed; the line is the last that it wrote to its log.
        """
        log, since = program.log, size_of(program.log)
        process = self.start(program)
        failed = process.wait()
        self.forget(process.pid)
        if failed:
            raise StartError(f"{program.name} failed: {last_line(log, since=since)} (all of it: {log})")

    def forget(self, pid: int) -> None:
        """Take a reaped process off the list, before its id can be another's."""
        self._listed.pop(pid, None)
        self._write(pid, 0)

    def mend(self) -> None:
        """Replace a watchdog that was killed; list again what is running."""
        if self._watchdog.poll() is None:
            return
        os.close(self._writer)
        self._start_watchdog()
        for pid, stop_signal in self._listed.items():
            self._write(pid, stop_signal)

    def close(self) -> None:
        """Let go: the watchdog ends what is still listed, and this waits for it."""
        os.close(self._writer)
        self._watchdog.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: object) -> None:
        self.close()

    def _start_watchdog(self) -> None:
        reader, self._writer = os.pipe()
        self._watchdog = subprocess.Popen(
            [sys.executable, "-I", "-S", str(WATCHDOG)],
            stdin=reader,
            pass_fds=self._inherited,
            start_new_session=True,
        )
        os.close(reader)

    def _write(self, pid: int, stop_signal: int) -> None:
        with contextlib.suppress(BrokenPipeError):  # mend() lists everything again
            os.write(self._writer, f"{pid} {int(stop_signal)}\n".encode())


def kill(process: subprocess.Popen[bytes]) -> None:
    """Kill a child and whatever it started; reap it."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def open_log(path: Path) -> BinaryIO:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
    return os.fdopen(descriptor, "ab")


def size_of(log: Path) -> int:
    return log.stat().st_size if log.exists() else 0


def said(log: Path, *, since: int = 0) -> list[str]:
    """The last lines of a log, blank ones left out, from its byte `since` on."""
    with log.open("rb") as lines:
        lines.seek(max(since, size_of(log) - TAIL_BYTES))
        text = lines.read().decode(errors="replace")
    return [line.strip() for line in text.splitlines() if line.strip()]


def last_line(log: Path, *, since: int = 0) -> str:
    """The last thing a program said: usually the reason it stopped."""
    return (said(log, since=since) or ["it said nothing"])[-1]
