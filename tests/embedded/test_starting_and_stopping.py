"""`manage.py up` from outside: starting, ending in every way it can end, and starting again."""

import signal
from pathlib import Path

import psycopg
import pytest

from tests.embedded.instances import alive, command_line, running, started, wait_until


def test_every_step_of_a_first_start_is_shown_and_where_to_open_the_site(first_start: str) -> None:
    for step in ("Creating", "Starting PostgreSQL", "Starting Redis", "Migrating", "Starting the site"):
        assert step in first_start
    assert "open http://localhost:" in first_start


def test_a_second_start_finds_what_the_first_one_kept(data: Path) -> None:
    with running(data) as first, psycopg.connect(first.variables["DATABASE_OWNER_URL"]) as database:
        database.execute("CREATE TABLE kept AS SELECT 'everything' AS what")
        key = first.variables["WARDROOM_SECRET_KEY"]

    with running(data) as second, psycopg.connect(second.variables["DATABASE_OWNER_URL"]) as database:
        assert database.execute("SELECT what FROM kept").fetchone() == ("everything",)
        assert second.variables["WARDROOM_SECRET_KEY"] == key
        assert "Migrating" not in second.said
        database.execute("DROP TABLE kept")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP])
def test_a_signal_stops_everything_in_order(data: Path, number: signal.Signals) -> None:
    with running(data) as instance:
        processes = instance.processes()
        status = instance.stop(number)

        assert status == 0
        assert not alive(processes)
        assert instance.said.splitlines()[-1] == "Stopped."
        assert "database system is shut down" in (data / "logs" / "postgres.log").read_text().splitlines()[-1]


def test_ctrl_c_while_it_is_still_starting_leaves_nothing_behind(tmp_path: Path) -> None:
    with started(tmp_path / "data") as instance:
        wait_until(lambda: "Migrating" in instance.said)
        processes = instance.processes()
        instance.stop()

        assert not alive(processes)


def test_killing_the_supervisor_leaves_no_process_behind_and_the_next_start_waits_for_that(
    data: Path,
) -> None:
    with running(data) as killed:
        processes = killed.processes()
        killed.process.kill()

    with running(data, port=killed.port):
        assert not alive(processes)


def test_it_starts_again_after_everything_was_killed_at_once(data: Path) -> None:
    with running(data) as killed:
        for process in killed.processes():
            process.kill()

    with running(data) as instance:
        assert instance.is_ready()


def test_it_ends_what_even_the_watchdog_did_not_outlive(data: Path) -> None:
    with running(data) as killed:
        orphans = [killed.child("celery -A config worker"), killed.child("postgres -D")]
        killed.child("watchdog.py").kill()
        killed.process.kill()
        assert alive(orphans)

    with running(data):
        assert not alive(orphans)


def test_redis_starts_empty_where_it_cannot_read_what_it_finds(data: Path) -> None:
    (manifest,) = (data / "redis" / "appendonlydir").glob("*.manifest")
    manifest.write_text("written by a version to come")

    with running(data) as instance:
        assert "it starts empty" in instance.said

    assert (data / "redis.unreadable").exists()


def test_a_watchdog_that_is_killed_is_replaced_and_still_ends_everything(data: Path) -> None:
    with running(data) as instance:
        instance.child("watchdog.py").kill()
        wait_until(
            lambda: any("watchdog.py" in command_line(process) for process in alive(instance.processes()))
        )
        processes = instance.processes()
        instance.process.kill()

        wait_until(lambda: not alive(processes))
