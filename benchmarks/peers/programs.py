"""Starting the peers on the servers' core, on the same PostgreSQL and Redis as Wardroom.

A peer that cannot be had on this machine is Missing, with a sentence: its rows are then left out.
"""

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.harness.machine import ROOT
from benchmarks.harness.site import Servers, free_port
from benchmarks.harness.sockets import Client
from benchmarks.peers.clients import SocketIoSocket, StoringTutorialSocket, TutorialSocket, XmppStream
from config.embedded import databases
from config.embedded.children import Program
from config.embedded.postgres import OWNER

HERE = Path(__file__).parent
BUILD = ROOT / "build"
DATABASE = "peer"


class MissingError(RuntimeError):
    """This peer cannot be measured here: says why."""


@dataclass(frozen=True)
class Peer:
    """A running peer."""

    port: int
    client: type[Client]
    pids: dict[str, int]


@contextlib.contextmanager
def tutorial(servers: Servers, *, storing: bool) -> Iterator[Peer]:
    """The naive consumer of the Channels tutorial, under Daphne."""
    _make_database(servers)
    port, folder = free_port(), HERE / "tutorial"
    environment = {**os.environ, **_database(servers), "REDIS_URL": servers.redis_url}
    environment |= {"DJANGO_SETTINGS_MODULE": "settings", "PYTHONPATH": str(folder)}
    log = servers.folder.log("peer")
    migrate = [sys.executable, "-m", "django", "migrate", "--run-syncdb", "-v", "0"]
    servers.supervisor.tether.run(Program("peer", migrate, log, environment, folder))
    # The backlog is given as ours: joining is not what is compared.
    endpoint = f"tcp:port={port}:interface=127.0.0.1:backlog=4096"
    daphne = [sys.executable, "-m", "daphne", "-v", "0", "-e", endpoint, "chat.routing:application"]
    client = StoringTutorialSocket if storing else TutorialSocket
    with _running(servers, Program("peer", daphne, log, environment, folder), port, client) as peer:
        yield peer


@contextlib.contextmanager
def socketio(servers: Servers) -> Iterator[Peer]:
    """socket.io that stores in PostgreSQL. Node's packages are installed into build/."""
    folder = _node_packages()
    _make_database(servers)
    port, parts = free_port(), _database(servers)
    environment = {**os.environ, "PGHOST": parts["PEER_HOST"], "PGUSER": OWNER, "PGDATABASE": DATABASE}
    node = ["node", "server.js", str(port)]
    program = Program("peer", node, servers.folder.log("peer"), environment, folder)
    with _running(servers, program, port, SocketIoSocket) as peer:
        yield peer


@contextlib.contextmanager
def ejabberd(servers: Servers) -> Iterator[Peer]:
    """Ejabberd's rooms, as Debian packages it; they store nothing."""
    erl = shutil.which("erl")
    if erl is None or not shutil.which("ejabberdctl"):
        raise MissingError("ejabberd is not installed (Debian: apt-get install ejabberd)")
    port = free_port()
    folder = servers.folder.root / f"ejabberd-{port}"
    folder.mkdir()
    config = folder / "ejabberd.yml"
    config.write_text((HERE / "ejabberd/ejabberd.yml").read_text("utf-8").replace("@PORT@", str(port)))
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "ERL_LIBS": _folder_of_ejabberd(),
        "ERL_MAX_PORTS": "32000",
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        "EJABBERD_CONFIG_PATH": str(config),
        "EJABBERD_LOG_PATH": str(folder / "ejabberd.log"),
    }
    options = ["-noshell", "-noinput", "-mnesia", "dir", f'"{folder}/db"', "-s", "ejabberd"]
    command = [erl, "+K", "true", "+P", "250000", "-sname", f"bench{port}@localhost", *options]
    program = Program("peer", command, servers.folder.log("peer"), environment, folder)
    with _running(servers, program, port, XmppStream) as peer:
        yield peer


@contextlib.contextmanager
def _running(servers: Servers, program: Program, port: int, client: type[Client]) -> Iterator[Peer]:
    servers.start(program, port)
    try:
        yield Peer(port, client, servers.pids())
    finally:
        servers.stop("peer")


def _make_database(servers: Servers) -> None:
    databases.create_role_and_database(servers.postgres.url(OWNER, "postgres"), database=DATABASE)


def _database(servers: Servers) -> dict[str, str]:
    return {
        "PEER_DATABASE": DATABASE,
        "PEER_USER": OWNER,
        "PEER_HOST": str(servers.postgres.sockets),
    }


def _folder_of_ejabberd() -> str:
    return next((str(found.parent) for found in Path("/usr/lib").glob("*/ejabberd-*")), "")


def _node_packages() -> Path:
    if not shutil.which("node") or not shutil.which("npm"):
        raise MissingError("node and npm are not installed, which socket.io needs")
    folder = BUILD / "socketio"
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "server.js"):
        shutil.copy(HERE / "socketio" / name, folder / name)
    if not (folder / "node_modules").exists():
        install = ["npm", "install", "--no-audit", "--no-fund", "--omit=dev"]
        done = subprocess.run(install, cwd=folder, capture_output=True, text=True, check=False, timeout=300)
        if done.returncode:
            shutil.rmtree(folder / "node_modules", ignore_errors=True)
            raise MissingError("npm could not install socket.io: " + done.stderr.strip()[-200:])
    return folder
