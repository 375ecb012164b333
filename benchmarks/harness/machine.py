"""The machine under a benchmark: which core works for whom, what it cost, who else was busy meanwhile."""

import argparse
import datetime as dt
import importlib.metadata
import json
import os
import platform
import resource
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "benchmarks" / "results"
CORES = sorted(os.sched_getaffinity(0))
# Everything that serves shares one core, all clients another: a ratio compares servers, not clients.
SERVERS, CLIENTS = {CORES[0]}, {CORES[-1]}
_LIBRARIES = (
    "django",
    "channels",
    "daphne",
    "channels_redis",
    "celery",
    "redis",
    "psycopg",
    "torch",
    "uvloop",
)


def stay_on(cores: Iterable[int]) -> None:
    """This process, and what it starts from now on, works there."""
    os.sched_setaffinity(0, cores)


def allow_many_sockets() -> None:
    """As many open files as the system lets us have."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def family(pids: Iterable[int]) -> list[psutil.Process]:
    """These processes and all that they started."""
    found: dict[int, psutil.Process] = {}
    for pid in pids:
        try:
            process = psutil.Process(pid)
            found.update({p.pid: p for p in (process, *process.children(recursive=True))})
        except psutil.NoSuchProcess:
            continue
    return list(found.values())


def processor_s(processes: Iterable[psutil.Process]) -> float:
    """What they have used so far, their ended children included."""
    total = 0.0
    for process in processes:
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system
    return total


def memory_kib(processes: Iterable[psutil.Process]) -> float:
    """What they hold for themselves, shared pages by their share."""
    return sum(process.memory_full_info().pss for process in processes) / 1024


def busy_s() -> float:
    """What all processes of the machine have used."""
    times = psutil.cpu_times()
    return float(sum(times) - times.idle - getattr(times, "iowait", 0.0) - getattr(times, "guest", 0.0))


def question(said: str | None) -> argparse.ArgumentParser:
    """A benchmark's command line; its docstring is the help."""
    return argparse.ArgumentParser(description=said, formatter_class=argparse.RawDescriptionHelpFormatter)


def keep(name: str, figures: dict[str, Any]) -> None:
    """Print the figures and keep them in benchmarks/results/, with what they were measured on."""
    kept = {"measured": _conditions(), **figures}
    text = json.dumps(kept, indent=1)
    (RESULTS / f"{name}.json").write_text(text + "\n", "utf-8")
    print(json.dumps(figures, indent=1), flush=True)


def _from_root(script: str) -> str:
    """A script as it is called from the checkout's root, wherever that lies."""
    path = Path(script).resolve()
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else path.name


def _conditions() -> dict[str, Any]:
    return {
        "at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "command": " ".join(["python", _from_root(sys.argv[0]), *sys.argv[1:]]),
        "machine": f"{_processor()}, {os.cpu_count()} cores, {psutil.virtual_memory().total >> 30} GiB",
        "system": platform.platform(terse=True),
        "python": platform.python_version(),
        "versions": {name: importlib.metadata.version(name) for name in _LIBRARIES if _has(name)},
        "cores": {"servers": sorted(SERVERS), "clients": sorted(CLIENTS)},
        "load_average_1_5_15": [round(load, 2) for load in os.getloadavg()],
    }


def _has(library: str) -> bool:
    try:
        importlib.metadata.version(library)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    return next((line.split(": ")[1] for line in lines if line.startswith("model name")), platform.machine())
