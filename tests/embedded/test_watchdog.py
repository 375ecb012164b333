"""The watchdog: whom it ends, and that it does not take no for an answer."""

import signal
import sys
from pathlib import Path

import pytest

from config.embedded.children import Program, Tether
from config.embedded.failure import StartError
from config.embedded.watchdog import exists, listed_at_end_of_file
from tests.embedded.instances import wait_until

STUBBORN = """
import signal, time
for number in (signal.SIGTERM, signal.SIGINT):
    signal.signal(number, signal.SIG_IGN)
print("deaf", flush=True)
while True:
    time.sleep(60)
"""


def program(folder: Path, source: str, name: str = "child") -> Program:
    return Program(name, [sys.executable, "-c", source], folder / f"{name}.log", {}, folder)


def test_it_ends_what_was_listed_and_not_taken_off_again() -> None:
    lines = [f"11 {signal.SIGTERM:d}\n", f"12 {signal.SIGINT:d}\n", "11 0\n", f"13 {signal.SIGTERM:d}\n"]

    assert listed_at_end_of_file(lines) == {12: signal.SIGINT, 13: signal.SIGTERM}


def test_a_child_that_ignores_the_signal_is_killed(tmp_path: Path) -> None:
    with Tether() as tether:
        child = tether.start(program(tmp_path, STUBBORN))
        wait_until(lambda: "deaf" in (tmp_path / "child.log").read_text())

    assert child.wait() == -signal.SIGKILL


def test_a_child_that_has_ended_but_was_not_reaped_does_not_run(tmp_path: Path) -> None:
    with Tether() as tether:
        child = tether.start(program(tmp_path, "pass"))

        wait_until(lambda: not exists(child.pid))
        child.wait()


def test_a_program_run_to_its_end_says_why_it_failed(tmp_path: Path) -> None:
    with Tether() as tether, pytest.raises(StartError) as failure:
        tether.run(program(tmp_path, "raise SystemExit('no space is left')", "setup"))

    assert str(failure.value) == f"setup failed: no space is left (all of it: {tmp_path / 'setup.log'})"
