"""A real worker of a test's own, and waiting for what it does."""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator

import psutil
from django.db import connection

from tests.servers import start_worker

DEADLINE_S = 60


@contextlib.contextmanager
def worker(**variables: str) -> Iterator[psutil.Process]:
    """It runs on the test's database until the block ends, where it has not ended by itself."""
    with start_worker(database=connection.settings_dict["NAME"], **variables) as pid:
        yield psutil.Process(pid)


def comes_to_be(is_so: Callable[[], bool]) -> bool:
    """Whether it is so before the deadline."""
    until = time.monotonic() + DEADLINE_S
    while not is_so():
        if time.monotonic() > until:
            return False
        threading.Event().wait(0.05)
    return True


def has_ended(process: psutil.Process) -> bool:
    """Whether a process is gone, or only waits for its parent to notice."""
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
