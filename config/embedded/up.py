"""`manage.py up`: runs an instance in the foreground until Ctrl-C, and says how to use it.

manage.py calls `main` before Django is there, since settings name servers that this starts;
config/management/commands/up.py is the same for `manage.py help`.
"""

import argparse
import os
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from config.embedded import datafolder, ports
from config.embedded.console import Console
from config.embedded.datafolder import DataFolder
from config.embedded.demo import sign_in_lines
from config.embedded.failure import StartError
from config.embedded.given import given, read_dotenv

SUMMARY = "Start Wardroom: PostgreSQL, Redis, the worker and the site, until Ctrl-C."
ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StopAsked(BaseException):
    """Somebody pressed Ctrl-C or sent a signal; raised wherever we are, nobody's error."""


def main(arguments: Sequence[str]) -> int:
    read_dotenv()
    parser = argparse.ArgumentParser(prog="manage.py up", description=SUMMARY)
    add_arguments(parser)
    chosen = parser.parse_args(arguments)
    return up(port=chosen.port, data=chosen.data, demo=chosen.demo)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    data = Path(os.environ.get("WARDROOM_DATA") or datafolder.DEFAULT)
    parser.add_argument(
        "--port", type=_port, default=8000, help="where the site answers (default: %(default)s)"
    )
    parser.add_argument("--data", type=Path, default=data, help="the data folder (default: .wardroom)")
    parser.add_argument(
        "--demo",
        action=argparse.BooleanOptionalAction,
        default=False,
        help="seed a demo community on the first start",
    )


def up(*, port: int, data: Path, demo: bool) -> int:
    """Run until asked to stop; answer the exit status."""
    console = Console()
    try:
        with _signals_ask_to_stop(), datafolder.opened(data) as folder:
            ports.require_free(port)
            _run(folder, port, console, demo=demo)
    except StartError as failure:
        console.fail(str(failure))
        return 1
    except StopAsked:
        console.say("Stopped.")
    return 0


def _run(folder: DataFolder, port: int, console: Console, *, demo: bool) -> None:
    from config.embedded.stack import Stack

    console.say(f"Wardroom starts. Data and logs: {folder.root}")
    stack = Stack(folder, port, given(), console)
    try:
        stack.start(demo=demo)
        _greet(folder, port, console)
        stack.tend()
    finally:
        _ignore_signals()
        stack.stop()


def _greet(folder: DataFolder, port: int, console: Console) -> None:
    console.say("", f"Ready in {console.elapsed_s:.1f} s: open http://localhost:{port}  (Ctrl-C stops it)")
    if lines := sign_in_lines(folder):
        console.say("", "  Sign in as:", *(f"    {line}" for line in lines))
    console.say("")


@contextmanager
def _signals_ask_to_stop() -> Iterator[None]:
    def ask(_number: int, _frame: FrameType | None) -> None:
        _ignore_signals()  # once is enough: what follows takes less than five seconds
        raise StopAsked

    for number in ENDING:
        # nohup asks that a closed terminal not end us; a shell's background jobs ignore Ctrl-C
        # too, but whoever sends that signal on purpose means it.
        if number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, ask)
    yield


def _ignore_signals() -> None:
    for number in ENDING:
        signal.signal(number, signal.SIG_IGN)


def _port(text: str) -> int:
    port = int(text)
    if not 0 < port < 65536:  # noqa: PLR2004 - what a port can be
        raise argparse.ArgumentTypeError(f"{port} is not a port: choose one from 1024 to 65535")
    return port
