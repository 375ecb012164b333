"""What is true of an instance while it runs: who runs what, who may reach it, what comes back."""

import os
import stat
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import psutil
import psycopg
import pytest

from config.embedded.programs import ROOT
from tests.embedded.instances import OURS, PROGRAMS, Instance, alive, command_line, running, wait_until


def page_status(instance: Instance) -> int:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{instance.port}/", timeout=10) as page:
            return int(page.status)
    except urllib.error.HTTPError as answer:
        return answer.code


def worker_is_ready(instance: Instance) -> bool:
    return " ready." in (instance.data / "logs" / "worker.log").read_text()


def test_the_site_answers_and_a_worker_and_beat_run(instance: Instance) -> None:
    assert page_status(instance) < 500
    assert instance.child("celery -A config beat")
    wait_until(lambda: worker_is_ready(instance))


def test_the_servers_listen_in_private_folders_and_nowhere_else(instance: Instance) -> None:
    servers = [instance.child("redis.sock"), instance.child("postgres -D")]
    listening = [
        connection
        for server in servers
        for connection in server.net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    ]
    folders = [Path(line) for line in (instance.data / "sockets").read_text().splitlines()]

    assert listening == []
    assert len(folders) == 2
    assert all(stat.S_IMODE(folder.stat().st_mode) == 0o700 for folder in folders)


def test_postgres_does_not_run_as_root(instance: Instance) -> None:
    assert instance.child("postgres -D").uids().effective != 0


def test_the_database_keeps_what_it_has_committed(instance: Instance) -> None:
    with psycopg.connect(instance.variables["DATABASE_URL"]) as database:
        settings = [database.execute(f"SHOW {name}").fetchone() for name in ("fsync", "synchronous_commit")]

    assert settings == [("on",), ("on",)]


def test_the_application_owns_nothing_and_cannot_change_the_audit(instance: Instance) -> None:
    with psycopg.connect(instance.variables["DATABASE_URL"]) as database:
        owned = database.execute("SELECT count(*) FROM pg_tables WHERE tableowner = current_user").fetchone()
        rights = database.execute(
            "SELECT name, has_table_privilege('accounts_auditentry', name)"
            " FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) AS name"
        ).fetchall()

    assert owned == (0,)
    assert [name for name, may in rights if may] == ["SELECT", "INSERT"]


def test_its_programs_are_not_told_who_owns_the_tables(instance: Instance) -> None:
    for program in ("daphne", "config worker", "config beat"):
        variables = instance.child(program).environ()

        assert variables["DATABASE_OWNER_URL"] == variables["DATABASE_URL"]


def test_its_secrets_are_readable_by_their_owner_only(instance: Instance) -> None:
    files = [instance.data / "secret-key", instance.data / "environment", *(instance.data / "logs").iterdir()]

    assert all(stat.S_IMODE(file.stat().st_mode) == 0o600 for file in files)


@pytest.mark.parametrize("words", PROGRAMS)
def test_a_program_that_is_killed_is_started_again(instance: Instance, words: str) -> None:
    killed = instance.child(words)
    killed.kill()

    wait_until(lambda: not alive([killed]) and instance.is_whole())
    assert "starting it again" in instance.said


def test_another_instance_may_use_its_servers_instead_of_starting_any(
    instance: Instance, tmp_path: Path
) -> None:
    given = {name: instance.variables[name] for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL")}
    with running(tmp_path / "other", given=given) as borrower:
        commands = [command_line(process) for process in borrower.processes()]

        assert borrower.variables["DATABASE_URL"] == given["DATABASE_URL"]
        assert not any("postgres" in line or "redis-server" in line for line in commands)
        assert page_status(borrower) < 500


def command(instance: Instance, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """A command of manage.py that is told where the data folder is, and nothing of the suite's servers."""
    environment = {name: value for name, value in os.environ.items() if name not in OURS}
    return subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=ROOT,
        env={**environment, "WARDROOM_DATA": str(instance.data), **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def test_other_commands_find_its_servers_by_themselves(instance: Instance) -> None:
    ended = command(instance, "migrate", "--check")

    assert ended.returncode == 0, ended.stderr


def test_the_rights_of_the_application_can_be_granted_without_it(instance: Instance) -> None:
    ended = command(instance, "grant_application_role")

    assert ended.stdout == "wardroom_app may use the tables, and only add to the audit log.\n"


def test_no_rights_are_granted_where_the_application_owns_the_tables(instance: Instance) -> None:
    ended = command(instance, "grant_application_role", DATABASE_OWNER_URL=instance.variables["DATABASE_URL"])

    assert ended.returncode == 1
    assert ended.stderr.startswith("CommandError: DATABASE_URL and DATABASE_OWNER_URL name the same role")
