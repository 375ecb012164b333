"""Real instances for the tests: `manage.py up` in a process of its own, watched from outside."""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg

from config.embedded import ports
from config.embedded.programs import ROOT
from tests.servers import free_port

DEADLINE_S = 60.0
NOTHING: Mapping[str, str] = {}
# Words of each program's command line.
PROGRAMS = ("daphne", "config worker", "config beat", "redis.sock", "postgres -D")
# What an instance must not inherit: the servers and settings of the suite itself.
OURS = {
    "DATABASE_URL",
    "DATABASE_OWNER_URL",
    "REDIS_URL",
    "WARDROOM_ERASURES",
    "WARDROOM_ORIGINS",
    "WARDROOM_SECRET_KEY",
}


@dataclass(frozen=True)
class Instance:
    """One `manage.py up`."""

    process: subprocess.Popen[bytes]
    data: Path
    port: int
    output: Path

    @property
    def said(self) -> str:
        """What its operator reads."""
        return self.output.read_text()

    @property
    def variables(self) -> dict[str, str]:
        """Where its servers are, as its data folder tells the other commands."""
        return dict(line.split("=", 1) for line in (self.data / "environment").read_text().splitlines())

    def processes(self) -> list[psutil.Process]:
        """The supervisor and everything below it."""
        supervisor = psutil.Process(self.process.pid)
        return [supervisor, *supervisor.children(recursive=True)]

    def child(self, words: str) -> psutil.Process:
        """The process whose command line has these words."""
        return next(process for process in self.processes() if words in command_line(process))

    def is_ready(self) -> bool:
        """Whether it says so; fails at once where it has ended instead."""
        assert self.process.poll() is None, self.said
        return "Ready in" in self.said

    def is_whole(self) -> bool:
        """Whether every program runs, the database answers and so does the site."""
        lines = [command_line(process) for process in alive(self.processes())]
        if not all(any(words in line for line in lines) for words in PROGRAMS):
            return False
        try:
            psycopg.connect(self.variables["DATABASE_URL"]).close()
        except psycopg.OperationalError:
            return False
        return ports.answers(self.port)

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        """Send a signal; the status it exits with."""
        self.process.send_signal(number)
        return self.process.wait(DEADLINE_S)


@contextlib.contextmanager
def running(data: Path, *, port: int | None = None, given: Mapping[str, str] = NOTHING) -> Iterator[Instance]:
    """An instance that is ready; stopped at the end if it still runs."""
    with started(data, port=port, given=given) as instance:
        wait_until(instance.is_ready)
        yield instance


@contextlib.contextmanager
def started(data: Path, *, port: int | None = None, given: Mapping[str, str] = NOTHING) -> Iterator[Instance]:
    """An instance that was started, whatever becomes of it."""
    port = port or free_port()
    output = Path(tempfile.mkstemp(prefix="wardroom-output-")[1])
    command = [sys.executable, "manage.py", "up", "--port", str(port), "--data", str(data)]
    inherited = {name: value for name, value in os.environ.items() if name not in OURS}
    with output.open("wb") as lines:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**inherited, **given},
            stdin=subprocess.DEVNULL,
            stdout=lines,
            stderr=lines,
        )
    try:
        yield Instance(process, data, port, output)
    finally:
        process.terminate()
        process.wait(DEADLINE_S)
        output.unlink()


def refusal(data: Path, *, port: int | None = None, given: Mapping[str, str] = NOTHING) -> str:
    """The one line that an instance which cannot start ends with; it leaves nothing running."""
    with started(data, port=port, given=given) as instance:
        below: set[psutil.Process] = set()
        while instance.process.poll() is None:
            with contextlib.suppress(psutil.NoSuchProcess):
                below.update(instance.processes())
        assert instance.process.returncode == 1, instance.said
        assert not alive(below)
        return instance.said.splitlines()[-1]


def alive(processes: set[psutil.Process] | list[psutil.Process]) -> list[psutil.Process]:
    """Those that still run; a zombie does not."""
    return [process for process in processes if is_alive(process)]


def is_alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def command_line(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.NoSuchProcess:
        return ""


def wait_until(condition: Callable[[], object]) -> None:
    """Wait for a condition; fail when it has not come true by the deadline."""
    deadline = time.monotonic() + DEADLINE_S
    while not condition():
        assert time.monotonic() < deadline, f"still not so after {DEADLINE_S:.0f} s"
        time.sleep(0.02)
