"""Programs whose time of day is wrong and jumps: a small library loaded before them, compiled here.

libfaketime does the same and more, but 0.9.10 makes Python 3.11's time.sleep fail.
"""

import shutil
import struct
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.faults.site import Site

SOURCE = Path(__file__).with_name("wrong_clock.c")
COMPILER = shutil.which("cc")


@dataclass(frozen=True)
class WrongClocks:
    """The clocks of some programs, each by a file that says how wrong it is."""

    folder: Path

    def jump(self, name: str, hours: int) -> None:
        """Let a program's clock be wrong by so much from now on, whether it runs or not."""
        with self._file(name).open("r+b" if self._file(name).exists() else "wb") as file:
            file.write(struct.pack("q", hours * 3600))

    def environment(self, name: str) -> dict[str, str]:
        """What a program must have in its environment."""
        return {"LD_PRELOAD": str(self.folder / "wrong_clock.so"), "WRONG_CLOCK": str(self._file(name))}

    def _file(self, name: str) -> Path:
        return self.folder / name


@contextmanager
def wrong_clocks(site: Site, folder: Path, **hours: int) -> Iterator[WrongClocks]:
    """These programs, started again with clocks so many hours wrong; at the end with right ones."""
    assert COMPILER
    library = folder / "wrong_clock.so"
    subprocess.run([COMPILER, "-O2", "-shared", "-fPIC", "-o", library, SOURCE], check=True)
    clocks = WrongClocks(folder)
    try:
        for name, wrong_by in hours.items():
            clocks.jump(name, wrong_by)
            site.restart(name, **clocks.environment(name))
        yield clocks
    finally:
        for name in hours:
            site.restart(name)
