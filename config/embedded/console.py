"""What the operator of a foreground run reads: a line for each step, the seconds it took, the end.

Plain text, flushed, so that it reads the same in a terminal, a pipe and a log.
"""

import contextlib
import sys
import time
from collections.abc import Iterator


class Console:
    """Writes to standard output; a failure goes to standard error."""

    def __init__(self) -> None:
        self._started_at = time.monotonic()
        self._mid_line = False

    @property
    def elapsed_s(self) -> float:
        return time.monotonic() - self._started_at

    @contextlib.contextmanager
    def step(self, doing: str) -> Iterator[None]:
        """Say what is being done, then how long it took; the line ends also when it fails."""
        began = time.monotonic()
        self._write(f"  {doing} ... ")
        self._mid_line = True
        try:
            yield
            self._write(f"{time.monotonic() - began:.1f} s")
        finally:
            self._end_line()

    def say(self, *lines: str) -> None:
        self._write("".join(f"{line}\n" for line in lines))

    def note(self, sentence: str) -> None:
        """Something that happened while it runs."""
        self._end_line()
        self._write(f"{time.strftime('%H:%M:%S')} {sentence}\n")

    def fail(self, sentence: str) -> None:
        print(f"wardroom: {sentence}", file=sys.stderr, flush=True)  # noqa: T201 - what a console is for

    def _end_line(self) -> None:
        if self._mid_line:
            self._mid_line = False
            self._write("\n")

    def _write(self, text: str) -> None:
        sys.stdout.write(text)
        sys.stdout.flush()
