"""Starting the embedded PostgreSQL and Redis through a supervisor, and waiting until they answer.

Used by stack.py for an instance and by the test suite for servers of its own.
"""

import time

from config.embedded.failure import StartError
from config.embedded.leftovers import remove_stale_postmaster_pid
from config.embedded.postgres import Postgres
from config.embedded.redis import Redis
from config.embedded.supervisor import Child, Supervisor

RECOVERY_S = 120.0  # replaying the log after a crash
LOADING_S = 60.0
# A server killed a moment ago may leave backends that still hold its shared memory.
RETRY_S, RETRY_PAUSE_S = 10.0, 0.3
STILL_HELD = ("shared memory", "lock file")


def start_postgres(supervisor: Supervisor, postgres: Postgres) -> None:
    """Start the server on files that exist; ready when this returns.

    Raises:
        StartError: it did not start, nor in the ten seconds after a crash that it may need.
    """
    deadline = time.monotonic() + RETRY_S
    while True:
        child = _launch(supervisor, postgres)
        try:
            supervisor.wait_for(child, lambda: postgres.is_ready(child.process.pid), within_s=RECOVERY_S)  # noqa: B023
        except StartError:
            if time.monotonic() > deadline or not _is_still_held(child):
                raise
            time.sleep(RETRY_PAUSE_S)
        else:
            return


def launch_redis(supervisor: Supervisor, redis: Redis) -> Child:
    """Start the server without waiting for it."""
    return supervisor.start(redis.server(), before_start=lambda: redis.socket.unlink(missing_ok=True))


def wait_for_redis(supervisor: Supervisor, child: Child, redis: Redis) -> None:
    """Wait until the server answers; start it empty where it cannot read what an earlier one wrote.

    A newer version's file, or a damaged one, must not keep the site down: Redis holds hints.

    Raises:
        StartError: it does not start with nothing either.
    """
    try:
        supervisor.wait_for(child, redis.is_ready, within_s=LOADING_S)
    except StartError as failure:
        if not child.has_ended:
            raise
        supervisor.note(f"{failure} Its files are kept in {redis.put_data_aside()}; it starts empty.")
        supervisor.wait_for(launch_redis(supervisor, redis), redis.is_ready, within_s=LOADING_S)


def _launch(supervisor: Supervisor, postgres: Postgres) -> Child:
    return supervisor.start(
        postgres.server(), before_start=lambda: remove_stale_postmaster_pid(postgres.data)
    )


def _is_still_held(child: Child) -> bool:
    return any(words in line for words in STILL_HELD for line in child.said)
