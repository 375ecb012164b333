"""Is anything lost, doubled, out of order or exposed when a real log is played?

Starts a Wardroom of its own (`manage.py up`, demo rooms of both screening modes), plays the files through
`manage.py replay` twice, and keeps both reports in benchmarks/results/: once undisturbed, once with a kill -9
of the worker and a restart of Daphne in the middle.
"""

import argparse
import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "benchmarks" / "results"
CHAT = ROOT.parent / "shared" / "data" / "chat" / "ubuntu_irc.jsonl.gz"
LABELLED = ROOT.parent / "shared" / "data" / "train" / "test.csv.gz"
ROOMS = ["--room", "harbour", "--room", "lounge"]


def main() -> int:
    """Play twice; 0 when both runs kept their zeros."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path, default=[CHAT, LABELLED])
    parser.add_argument("--limit", type=int, default=5000)
    parser.add_argument("--rate", type=float, default=20.0)
    parser.add_argument("--port", type=int, default=8765)
    parser.add_argument("--only", choices=["undisturbed", "disturbed"])
    options = parser.parse_args()
    runs = [options.only] if options.only else ["undisturbed", "disturbed"]
    return max(_run(name, options) for name in runs)


def _run(name: str, options: argparse.Namespace) -> int:
    with tempfile.TemporaryDirectory(prefix="wardroom-replay-") as data, _site(data, options.port) as site:
        command = [
            *(sys.executable, "manage.py", "replay", *map(str, options.files), *ROOMS),
            *("--limit", str(options.limit), "--rate", str(options.rate)),
            *(
                "--url",
                f"ws://127.0.0.1:{options.port}/ws/",
                "--report",
                str(RESULTS / f"replay-{name}.json"),
            ),
        ]
        if name == "disturbed":
            middle_s = options.limit / options.rate / 2
            threading.Timer(middle_s, _disturb, args=[site]).start()
        return subprocess.run(
            command,
            cwd=ROOT,
            env={**os.environ, "WARDROOM_DATA": data, "WARDROOM_DEVELOPMENT": "1"},
            check=False,
        ).returncode


@contextlib.contextmanager
def _site(data: str, port: int) -> Iterator[psutil.Process]:
    up = subprocess.Popen(
        [sys.executable, "manage.py", "up", "--demo", "--data", data, "--port", str(port)],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
    )
    try:
        _wait_until_open(up, port, Path(data) / "demo.txt")
        yield psutil.Process(up.pid)
    finally:
        up.send_signal(signal.SIGINT)
        up.wait(timeout=30)


def _wait_until_open(up: "subprocess.Popen[bytes]", port: int, seeded: Path) -> None:
    deadline = time.monotonic() + 120
    while up.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5):
            if seeded.exists():
                return
        time.sleep(0.5)
    raise SystemExit("The site did not start: run `make run` to see why.")


def _disturb(site: psutil.Process) -> None:
    """Kill the worker without a word, and stop Daphne; the supervisor starts both again."""
    for child in site.children(recursive=True):
        line = " ".join(child.cmdline())
        if "celery" in line and " worker" in line:
            print("killing the worker", child.pid, file=sys.stderr)
            child.kill()
        elif "daphne" in line:
            print("stopping Daphne", child.pid, file=sys.stderr)
            child.terminate()


if __name__ == "__main__":
    raise SystemExit(main())
