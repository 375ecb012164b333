"""What the supervisor does with children that end, fall silent, or will not stop."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.embedded.children import Program, Tether
from config.embedded.failure import StartError
from config.embedded.supervisor import Child, Supervisor
from tests.embedded.instances import wait_until

WAITING = "import time; time.sleep(600)"


@pytest.fixture
def notes() -> list[str]:
    """What the operator was told."""
    return []


@pytest.fixture
def supervisor(notes: list[str]) -> Iterator[Supervisor]:
    """One that tells `notes`; stopped at the end."""
    with Tether() as tether:
        supervisor = Supervisor(tether, note=notes.append)
        yield supervisor
        supervisor.stop([(tuple(supervisor.children), 5.0)])


def program(folder: Path, source: str) -> Program:
    return Program("child", [sys.executable, "-c", source], folder / "child.log", {}, folder)


def wait_until_replaced(child: Child, supervisor: Supervisor) -> None:
    ended = child.process.pid

    def is_replaced() -> bool:
        supervisor.tend()
        return child.process.pid != ended

    wait_until(is_replaced)


def test_a_child_that_falls_silent_is_ended_and_started_again(
    supervisor: Supervisor, notes: list[str], tmp_path: Path
) -> None:
    child = supervisor.start(program(tmp_path, WAITING))
    silent = child.process

    supervisor.restart("child", because="no sign of life came")
    wait_until_replaced(child, supervisor)

    assert silent.poll() is not None
    assert notes[0] == "child is being restarted: no sign of life came"


def test_a_child_that_keeps_ending_is_started_again_less_and_less_often(
    supervisor: Supervisor, notes: list[str], tmp_path: Path
) -> None:
    child = supervisor.start(program(tmp_path, "raise SystemExit(3)"))

    for _ in range(2):
        wait_until_replaced(child, supervisor)

    assert "child ended (exit 3); starting it again in 0.5 s" in notes[0]
    assert "child ended (exit 3); starting it again in 1 s" in notes[1]


def test_what_has_to_happen_before_a_start_happens_before_every_start(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    prepared: list[str] = []
    child = supervisor.start(program(tmp_path, WAITING), before_start=lambda: prepared.append("yes"))
    child.process.kill()

    wait_until_replaced(child, supervisor)

    assert prepared == ["yes", "yes"]


def test_a_child_that_ends_before_it_is_ready_says_why(supervisor: Supervisor, tmp_path: Path) -> None:
    (tmp_path / "child.log").write_text("what an earlier run said\n")
    child = supervisor.start(program(tmp_path, "raise SystemExit('the disk is full')"))

    with pytest.raises(StartError, match="child did not start: the disk is full"):
        supervisor.wait_for(child, lambda: False, within_s=30)
