"""Ends every child once the process that started them is gone, however it went.

Runs as a script, in a session of its own, and reads a pipe whose only lasting writer is the
supervisor. A child writes "PID SIGNAL" there before it becomes its program; the supervisor writes
"PID 0" once it has reaped one. End of file means that the supervisor is gone: whatever is still
listed is asked to stop, and killed after a grace. Standard library only; leftovers.py also calls.
"""

import contextlib
import os
import signal
import sys
import time
from collections.abc import Iterable

GRACE_S = 4.0
PATIENCE_S = 0.7  # for one, before the next is asked as well
POLL_S = 0.02


def main() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    end(listed_at_end_of_file(sys.stdin))


def listed_at_end_of_file(lines: Iterable[str]) -> dict[int, int]:
    """Read to the end; answer the signal that stops it for each process still listed."""
    listed: dict[int, int] = {}
    for line in lines:
        pid, stop_signal = (int(word) for word in line.split())
        if stop_signal:
            listed[pid] = stop_signal
        else:
            listed.pop(pid, None)
    return listed


def end(stop_signals: dict[int, int]) -> None:
    """Ask each to stop, the last listed first, since it may need the earlier; kill what does not."""
    deadline = time.monotonic() + GRACE_S
    for pid, stop_signal in reversed(stop_signals.items()):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, stop_signal)
        wait_until_gone([pid], min(deadline, time.monotonic() + PATIENCE_S))
    wait_until_gone(stop_signals, deadline)
    for pid in filter(exists, stop_signals):
        # Each child leads a process group; one whose leader is a zombie may answer EPERM.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)


def wait_until_gone(pids: Iterable[int], deadline: float) -> None:
    while any(map(exists, pids)) and time.monotonic() < deadline:
        time.sleep(POLL_S)


def exists(pid: int) -> bool:
    """Whether a process still runs; one that only waits to be reaped does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return not is_zombie(pid)


def is_zombie(pid: int) -> bool:
    """Whether a process has ended unreaped: in a container, process 1 may never reap the orphans."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as stat:  # noqa: PTH123 - light imports
            return stat.read().rpartition(")")[2].split()[0] == "Z"
    except OSError:  # not Linux, or gone
        return False


if __name__ == "__main__":
    main()
