"""Keeps a set of child processes running, and stops them all in order.

Children are restarted when they end or fall silent, with a growing, bounded delay. Knows nothing
of what they are: stack.py says which programs there are.
"""

import contextlib
import subprocess
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from config.embedded.children import Program, Tether, kill, said, size_of
from config.embedded.failure import StartError

POLL_S = 0.1
FIRST_DELAY_S, LONGEST_DELAY_S = 0.5, 30.0
SETTLED_S = 60.0  # lived this long: the next failure starts from the first delay again


def _nobody_reads(_news: object) -> None: ...


@dataclass
class Child:
    """One program and its present process."""

    program: Program
    before_start: Callable[[], None]
    process: subprocess.Popen[bytes]
    started_at: float
    log_size: int  # before it said anything
    failures: int = 0
    restart_at: float | None = None

    @property
    def name(self) -> str:
        return self.program.name

    @property
    def has_ended(self) -> bool:
        return self.process.poll() is not None

    @property
    def said(self) -> list[str]:
        return said(self.program.log, since=self.log_size) or ["it said nothing"]

    @property
    def age_s(self) -> float:
        return time.monotonic() - self.started_at


@dataclass
class Supervisor:
    """Starts children through a tether.

    `note` is told what happens; `changed` is told who runs: process ids with their stop signals.
    """

    tether: Tether
    note: Callable[[str], None] = _nobody_reads
    changed: Callable[[Iterable[tuple[int, int]]], None] = _nobody_reads
    children: dict[str, Child] = field(default_factory=dict)

    def start(self, program: Program, *, before_start: Callable[[], None] = lambda: None) -> Child:
        before_start()
        log_size = size_of(program.log)
        child = Child(program, before_start, self.tether.start(program), time.monotonic(), log_size)
        self.children[child.name] = child
        self._tell_changed()
        return child

    def wait_for(self, child: Child, is_ready: Callable[[], bool], *, within_s: float) -> None:
        """Wait until a child is ready.

        Raises:
            StartError: it ended first, or took too long.
        """
        deadline = time.monotonic() + within_s
        while not is_ready():
            if child.has_ended:
                raise StartError(
                    f"{child.name} did not start: {child.said[-1]} (more in {child.program.log})"
                )
            if time.monotonic() > deadline:
                raise StartError(
                    f"{child.name} was not ready after {within_s:.0f} s: see {child.program.log}"
                )
            time.sleep(POLL_S / 4)

    def tend(self) -> None:
        """One round: put back what has ended. Called again and again for as long as it runs."""
        self.tether.mend()
        for child in self.children.values():
            if child.restart_at is not None:
                self._restart_when_due(child)
            elif child.has_ended:
                self._plan_restart(child)

    def restart(self, name: str, *, because: str) -> None:
        """End a child that runs but does not work; the next round starts it again."""
        child = self.children[name]
        self.note(f"{name} is being restarted: {because}")
        kill(child.process)

    def stop(self, phases: Sequence[tuple[Sequence[str], float]]) -> None:
        """Stop each phase's children together, and kill what outlasts the phase's seconds."""
        for names, within_s in phases:
            running = [self.children[name] for name in names if name in self.children]
            for child in running:
                with contextlib.suppress(ProcessLookupError):
                    child.process.send_signal(child.program.stop_signal)
            deadline = time.monotonic() + within_s
            for child in running:
                self._end(child, deadline)
        self.children.clear()
        self._tell_changed()

    def _end(self, child: Child, deadline: float) -> None:
        try:
            child.process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            kill(child.process)
        self.tether.forget(child.process.pid)

    def _plan_restart(self, child: Child) -> None:
        self.tether.forget(child.process.pid)
        child.failures = 1 if child.age_s > SETTLED_S else child.failures + 1
        delay_s = min(LONGEST_DELAY_S, FIRST_DELAY_S * 2 ** (child.failures - 1))
        child.restart_at = time.monotonic() + delay_s
        self.note(
            f"{child.name} ended ({_manner(child.process.returncode)}); starting it again in {delay_s:g} s."
            f" Its log: {child.program.log}"
        )

    def _restart_when_due(self, child: Child) -> None:
        if time.monotonic() < (child.restart_at or 0.0):
            return
        child.before_start()
        child.process = self.tether.start(child.program)
        child.started_at, child.restart_at = time.monotonic(), None
        self._tell_changed()

    def _tell_changed(self) -> None:
        self.changed(
            [(child.process.pid, int(child.program.stop_signal)) for child in self.children.values()]
        )


def _manner(returncode: int) -> str:
    return f"signal {-returncode}" if returncode < 0 else f"exit {returncode}"
