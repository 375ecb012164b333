"""Wardroom's own programs as the supervisor runs them: web, worker, beat, and one-off commands.

Command lines only; stack.py decides when each starts, and production may copy them from here.
"""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from config.embedded.children import Program

ROOT = Path(__file__).resolve().parents[2]
BACKLOG = 4096  # Daphne's own default stalls a burst of joins for a second
QUEUES = "judge,default"


@dataclass(frozen=True)
class Programs:
    """Every program of one instance: the same environment, a log each."""

    log: Callable[[str], Path]
    environment: Mapping[str, str]

    def with_variables(self, **variables: str) -> Self:
        return replace(self, environment={**self.environment, **variables})

    def web(self, port: int) -> Program:
        endpoint = f"tcp:port={port}:interface=127.0.0.1:backlog={BACKLOG}"
        # -v 0: no line for each request; addresses and paths of people are not ours to keep.
        return self._python("web", "-m", "daphne", "-v", "0", "-e", endpoint, "config.asgi:application")

    def worker(self) -> Program:
        # solo: a fork after torch hangs. Gossip and mingle are for fleets of workers.
        options = ["--pool=solo", "--without-gossip", "--without-mingle", "-Q", QUEUES, "--loglevel=INFO"]
        return self._python("worker", "-m", "celery", "-A", "config", "worker", *options)

    def beat(self, schedule: Path) -> Program:
        options = [f"--schedule={schedule}", "--loglevel=WARNING"]
        return self._python("beat", "-m", "celery", "-A", "config", "beat", *options)

    def command(self, name: str, *arguments: str, log: Path | None = None) -> Program:
        return self._python(name, "manage.py", name, *arguments, log=log)

    def _python(self, name: str, *arguments: str, log: Path | None = None) -> Program:
        return Program(
            name=name,
            command=[sys.executable, *arguments],
            log=log or self.log(name),
            environment=self.environment,
            folder=ROOT,
        )
